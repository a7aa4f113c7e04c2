package io.storeway.testkit.engine;

import java.util.concurrent.atomic.AtomicInteger;

/** Cloudflare KV and D1 on this machine, behind Cloudflare's REST routes. Each test gets a place of its own. Thread-safe. */
public final class CloudflareServer {

    private final String api;
    private final String token;
    private final int places;
    private final AtomicInteger namespaces = new AtomicInteger();
    private final AtomicInteger databases = new AtomicInteger();

    CloudflareServer(String api, String token, int places) {
        this.api = api;
        this.token = token;
        this.places = places;
    }

    /** The address of the routes, without a slash at the end. */
    public String api() {
        return api;
    }

    /** The API token that the server accepts. */
    public String token() {
        return token;
    }

    /** The URI of an empty namespace, open for writing. */
    public String newNamespace() {
        return "cloudflare-kv://local/" + place(namespaces) + "?writes=last-writer-wins&api=" + api;
    }

    /** The URI of an empty D1 database. */
    public String newDatabase() {
        return "d1://local/" + place(databases) + "?api=" + api;
    }

    private String place(AtomicInteger used) {
        int place = used.getAndIncrement();
        if (place >= places) {
            throw new IllegalStateException("All " + places + " places of the local Cloudflare are used");
        }
        return "p" + place;
    }
}
