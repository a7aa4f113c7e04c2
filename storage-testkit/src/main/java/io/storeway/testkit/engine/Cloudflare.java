package io.storeway.testkit.engine;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/**
 * Runs Miniflare with workerd and a small Worker by Node. npm installs the packages of the lock file once, into a folder in the
 * temporary directory.
 */
final class Cloudflare {

    /** How many namespaces, and how many databases, the server has. */
    private static final int PLACES = 400;

    private static final int MINUTES_TO_INSTALL = 5;
    private static final String LOCK = "package-lock.json";
    private static final List<String> FILES = List.of("package.json", LOCK, "worker.mjs", "serve.mjs");
    private static final String READY = "READY ";

    static final Once<CloudflareServer> SERVER = new Once<>(Cloudflare::start);

    private Cloudflare() {}

    private static CloudflareServer start() throws IOException, InterruptedException {
        Path folder = installed();
        String token = "local-" + UUID.randomUUID();
        Path data = Files.createTempDirectory("storeway-cloudflare-data");
        Process node = new ProcessBuilder("node", "serve.mjs", data.toString(), token, "" + PLACES)
                .directory(folder.toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        // Node ends with its input, so it doesn't outlive this process even if that is killed.
        Runtime.getRuntime().addShutdownHook(new Thread(node::destroy));
        BufferedReader out = new BufferedReader(new InputStreamReader(node.getInputStream(), StandardCharsets.UTF_8));
        for (String line = out.readLine(); line != null; line = out.readLine()) {
            if (line.startsWith(READY)) {
                return new CloudflareServer(line.substring(READY.length()) + "client/v4", token, PLACES);
            }
        }
        throw new IOException("node ended before workerd was ready; see its error output");
    }

    private static Path installed() throws IOException, InterruptedException {
        Path folder = Files.createDirectories(
                Path.of(System.getProperty("java.io.tmpdir"), "storeway-miniflare-" + System.getProperty("user.name")));
        try (FileChannel channel =
                        FileChannel.open(folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock held = channel.lock()) {
            Path done = folder.resolve("installed");
            boolean fresh = held.isValid()
                    && Files.exists(done)
                    && Files.readString(done).equals(new String(resource(LOCK), StandardCharsets.UTF_8));
            for (String file : FILES) {
                Files.write(folder.resolve(file), resource(file));
            }
            Files.write(folder.resolve(".npmrc"), resource("npmrc"));
            if (!fresh) {
                npm(folder);
                Files.copy(folder.resolve(LOCK), done, StandardCopyOption.REPLACE_EXISTING);
            }
        }
        return folder;
    }

    private static void npm(Path folder) throws IOException, InterruptedException {
        Process npm = new ProcessBuilder("npm", "ci", "--silent")
                .directory(folder.toFile())
                .inheritIO()
                .start();
        if (!npm.waitFor(MINUTES_TO_INSTALL, TimeUnit.MINUTES)) {
            npm.destroy();
        }
        if (npm.waitFor() != 0) {
            throw new IOException("npm ci failed in " + folder);
        }
    }

    private static byte[] resource(String name) throws IOException {
        try (InputStream in = Cloudflare.class.getResourceAsStream("cloudflare/" + name)) {
            if (in == null) {
                throw new IOException("The testkit jar lacks the resource " + name);
            }
            return in.readAllBytes();
        }
    }
}
