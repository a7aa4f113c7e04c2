// The REST routes of Cloudflare KV and D1 over real bindings. Error codes and the splitting of SQL are this Worker's own.
const BASE = /^\/client\/v4\/accounts\/[^/]+\/(storage\/kv\/namespaces|d1\/database)\/([^/]+)\/(.*)$/;

const envelope = (result, more = {}) => Response.json({ result, success: true, errors: [], messages: [], ...more });
const failure = (status, code, message) =>
  Response.json({ result: null, success: false, errors: [{ code, message }], messages: [] }, { status });

export default {
  async fetch(request, env) {
    const url = new URL(request.url);
    const [, kind, id, route] = BASE.exec(url.pathname) ?? [];
    if (request.headers.get("Authorization") !== "Bearer " + env.TOKEN) return failure(403, 10000, "token");
    if (!kind) return failure(404, 7003, "route");
    try {
      if (kind.startsWith("d1")) {
        return env["D1_" + id] ? await d1(env["D1_" + id], route, await request.json()) : failure(404, 7404, "database");
      }
      return env["KV_" + id] ? await kv(env["KV_" + id], route, request, url) : failure(404, 10013, "namespace");
    } catch (error) {
      const status = /failed: (4\d\d)/.exec(error.message)?.[1] ?? 400;
      return failure(Number(status), kind.startsWith("d1") ? 7500 : 10000, error.message);
    }
  },
};

async function kv(namespace, route, request, url) {
  const [what, encoded] = route.split("/");
  const key = decodeURIComponent(encoded ?? "");
  switch (request.method + " " + what) {
    case "GET keys": {
      const asked = Object.fromEntries(["prefix", "cursor"].map((name) => [name, url.searchParams.get(name) ?? undefined]));
      const page = await namespace.list({ ...asked, limit: Number(url.searchParams.get("limit") ?? 1000) });
      return envelope(page.keys, {
        result_info: { count: page.keys.length, cursor: page.list_complete ? "" : page.cursor },
      });
    }
    case "GET values": {
      const value = await namespace.get(key, "arrayBuffer");
      if (value === null) return failure(404, 10009, "key");
      const expiration = await expirationOf(namespace, key);
      return new Response(value, { headers: expiration ? { expiration: String(expiration) } : {} });
    }
    case "GET metadata":
      return envelope((await namespace.getWithMetadata(key, "stream")).metadata);
    case "PUT bulk": {
      const pairs = await request.json();
      if (pairs.length > 10000) return failure(400, 10012, "pairs");
      await each(pairs, (pair) => namespace.put(pair.key, pair.base64 ? bytes(pair.value) : pair.value, options(pair)));
      return envelope({ successful_key_count: pairs.length, unsuccessful_keys: [] });
    }
    case "POST bulk":
      return key === "get" ? await read(namespace, await request.json()) : await remove(namespace, await request.json());
    default:
      return failure(404, 7003, "route");
  }
}

const options = ({ expiration, metadata }) => ({ ...(expiration && { expiration }), ...(metadata !== undefined && { metadata }) });
const bytes = (base64) => Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));

/** A binding lists an expiration and does not give it with a value. */
async function expirationOf(namespace, key) {
  const { keys } = await namespace.list({ prefix: key, limit: 1 });
  return keys[0]?.name === key ? keys[0].expiration : undefined;
}

async function read(namespace, { keys }) {
  if (keys.length > 100) return failure(400, 10046, "keys");
  const found = await namespace.getWithMetadata(keys, "text");
  const values = Object.create(null);
  await each(keys, async (key) => {
    // A binding gives no empty values and no keys such as "0" with others.
    const many = found.get(key);
    const { value, metadata } = many?.value == null ? await namespace.getWithMetadata(key, "text") : many;
    const expiration = value == null ? undefined : await expirationOf(namespace, key);
    values[key] = value == null ? null : { value, metadata, ...(expiration && { expiration }) };
  });
  return envelope({ values });
}

async function remove(namespace, keys) {
  await each(keys, (key) => namespace.delete(key));
  return envelope({ successful_key_count: keys.length, unsuccessful_keys: [] });
}

/** A few at a time, in order of the list. */
async function each(list, work) {
  for (let from = 0; from < list.length; from += 50) await Promise.all(list.slice(from, from + 50).map(work));
}

async function d1(database, route, body) {
  const queries = body.batch ?? [body];
  const results = await database.batch(queries.map(({ sql, params }) => database.prepare(sql).bind(...(params ?? []))));
  return envelope(results.map(({ results: rows, meta, success }) => ({ results: rows, meta, success })));
}
