// Starts the Worker on workerd: node serve.mjs FOLDER TOKEN PLACES. Ends when its input does.
import { readFile } from "node:fs/promises";
import { Miniflare } from "miniflare";

const [, , folder, token, places] = process.argv;
const named = (prefix) =>
  Object.fromEntries(Array.from({ length: Number(places) }, (_, i) => [`${prefix}_p${i}`, `p${i}`]));
const miniflare = new Miniflare({
  host: "127.0.0.1",
  port: 0,
  modules: true,
  script: await readFile(new URL("worker.mjs", import.meta.url), "utf8"),
  compatibilityDate: "2026-01-01",
  bindings: { TOKEN: token },
  kvNamespaces: named("KV"),
  d1Databases: named("D1"),
  kvPersist: folder + "/kv",
  d1Persist: folder + "/d1",
});
console.log("READY " + (await miniflare.ready));
process.stdin.resume();
process.stdin.on("end", () => miniflare.dispose().then(() => process.exit(0)));
