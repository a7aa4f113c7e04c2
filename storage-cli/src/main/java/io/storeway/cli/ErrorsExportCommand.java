package io.storeway.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.storeway.Missing;
import io.storeway.cli.report.Quantity;
import io.storeway.cli.report.ReportFile;
import io.storeway.migrate.Acceptance;
import io.storeway.migrate.ResidueItem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code storeway errors export}. */
@Command(
        name = "export",
        description = {
            "Writes the residue to a file, one JSON object per line. The file contains real data.",
            "Members: type, key, position, kind, constraint, reason, accepted and payload, the raw item."
        },
        mixinStandardHelpOptions = true)
final class ErrorsExportCommand implements Callable<Integer> {

    private static final ObjectMapper JSON = new ObjectMapper();

    @Mixin
    private Target target = new Target();

    @Mixin
    private ResidueFilter which = new ResidueFilter();

    @Option(
            names = "--file",
            required = true,
            paramLabel = "FILE",
            description = "The file; an existing one is replaced.")
    @SuppressWarnings("NullAway.Init") // Set by picocli.
    private Path file;

    @Spec
    @SuppressWarnings("NullAway.Init") // Set by picocli.
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        which.check(target.types(), spec);
        ReportFile.checkWritable(file);
        long[] count = new long[1];
        ReportFile.write(
                file,
                out -> target.with(Missing.REFUSE, migrated -> {
                    migrated.residue(item -> {
                        if (which.test(item)) {
                            count[0]++;
                            write(out, item, migrated.acceptance(item));
                        }
                    });
                    return count;
                }));
        spec.commandLine().getOut().printf("%s in %s%n", Quantity.of(count[0], "item"), file);
        return ExitCode.CLEAN;
    }

    private static void write(Writer out, ResidueItem item, Optional<Acceptance> acceptance) {
        ObjectNode node = JSON.createObjectNode()
                .put("type", item.entity())
                .put("key", item.partition())
                .put("position", item.residue().position())
                .put("kind", item.residue().kind().name())
                .put("constraint", item.residue().constraint())
                .put("reason", item.residue().reason())
                .put("accepted", acceptance.map(Acceptance::reason).orElse(null));
        byte[] payload = item.residue().payload();
        try {
            node.put(
                    "payload",
                    StandardCharsets.UTF_8
                            .newDecoder()
                            .decode(ByteBuffer.wrap(payload))
                            .toString());
        } catch (CharacterCodingException notText) {
            node.put("payload", payload).put("base64", true);
        }
        try {
            out.write(JSON.writeValueAsString(node) + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
