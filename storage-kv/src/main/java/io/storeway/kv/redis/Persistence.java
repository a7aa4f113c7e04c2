package io.storeway.kv.redis;

import io.storeway.error.StorageUnavailableException;
import java.util.Map;

/** Finds out from a server whether it keeps what it has acknowledged. */
final class Persistence {

    private Persistence() {}

    /** Why acknowledged writes may be lost when the server dies; empty if they can't. */
    static String doubt(RedisLink link) {
        Map<String, String> settings;
        try {
            settings = link.read("open", commands -> commands.configGet("append*"));
        } catch (StorageUnavailableException forbidden) {
            return withoutSettings(link);
        }
        if (!"yes".equals(settings.get("appendonly"))) {
            return "the server has appendonly no";
        }
        String fsync = settings.get("appendfsync");
        return "always".equals(fsync)
                ? ""
                : "the server has appendfsync " + fsync + " and may acknowledge what is not in its file yet";
    }

    private static String withoutSettings(RedisLink link) {
        try {
            String info = link.read("open", commands -> commands.info("persistence"));
            return info.contains("aof_enabled:0")
                    ? "the server has appendonly no"
                    : "the server doesn't tell how it writes its file";
        } catch (StorageUnavailableException forbidden) {
            return "the server doesn't tell whether it writes a file";
        }
    }
}
