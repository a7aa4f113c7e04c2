package io.storeway.cli;

import io.storeway.cli.report.RunReport;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.function.Function;
import java.util.logging.LogManager;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The command: moves records between key-value stores and SQL databases, and proves that both sides are equal. */
@Command(
        name = "storeway",
        versionProvider = BuildVersion.class,
        mixinStandardHelpOptions = true,
        description = "Moves records between key-value stores and SQL databases, and proves that both sides are equal.",
        subcommands = {
            DemoCommand.class,
            ImportCommand.class,
            BackupCommand.class,
            RestoreCommand.class,
            PlanCommand.class,
            MigrateCommand.class,
            VerifyCommand.class,
            StatusCommand.class,
            StageCommand.class,
            ErrorsCommand.class,
            RepairCommand.class,
            ExplainCommand.class,
            SchemaCommand.class,
            HelpCommand.class
        },
        footer = {
            "",
            "URIs:",
            "  memory:  mvstore:FILE  rocksdb:FOLDER  ndjson:FILE[.gz]  kv+jdbc:…",
            "  redis://…  redis+cluster://…",
            "  jdbc:sqlite:FILE  jdbc:h2:file:PATH  jdbc:postgresql:…  jdbc:mariadb:…",
            "  cloudflare-kv://ACCOUNT/NAMESPACE  d1://ACCOUNT/DATABASE",
            "    (with the token in CLOUDFLARE_API_TOKEN)",
            "  sql-file:FILE?dialect=sqlite|postgresql|d1  (only for migrate --to)",
            "",
            "Exit codes: 0 clean, 1 failed, 2 differences or open residue,",
            "            3 incomplete or blocked, 64 wrong arguments"
        })
public final class Storeway implements Runnable {

    @Option(names = "--stacktrace", scope = ScopeType.INHERIT, description = "Print the stack trace of an error.")
    private boolean stacktrace;

    @Spec
    @SuppressWarnings("NullAway.Init") // Set by picocli.
    private CommandSpec spec;

    private Storeway() {}

    /** Runs the command and ends the process with its exit code. */
    public static void main(String[] args) {
        // Netty would log failures that the command reports itself.
        LogManager.getLogManager().reset();
        PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
        PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
        System.exit(run(out, err, args));
    }

    /** Runs the command in this process and returns its exit code. */
    static int run(PrintWriter out, PrintWriter err, String... args) {
        Storeway root = new Storeway();
        CommandLine command = new CommandLine(root)
                .registerConverter(Instant.class, time(Instant::parse, "time such as 2025-11-21T00:00:00Z"))
                .registerConverter(Duration.class, time(Duration::parse, "duration such as PT10M or PT1H30M"))
                .setOut(out)
                .setErr(err)
                .setExitCodeExceptionMapper(error -> ExitCode.FAILED)
                .setParameterExceptionHandler((error, given) -> misused(error, given, err))
                .setExecutionExceptionHandler((error, line, result) -> {
                    err.println("storeway: " + Messages.of(error));
                    if (root.stacktrace) {
                        error.printStackTrace(err);
                    }
                    return ExitCode.FAILED;
                });
        int code = command.execute(args);
        out.flush();
        err.flush();
        return code;
    }

    private static int misused(CommandLine.ParameterException error, String[] given, PrintWriter err) {
        CommandLine command = error.getCommandLine();
        // Instead of a mistyped option the required one is reported as missing, so the unknown one is reported first.
        List<String> unknown = command.getUnmatchedArguments().stream()
                .filter(argument -> argument.startsWith("-"))
                .toList();
        if (error instanceof CommandLine.MissingParameterException && !unknown.isEmpty()) {
            print(new CommandLine.UnmatchedArgumentException(command, unknown), given, err);
        }
        print(error, given, err);
        err.println("See: " + command.getCommandSpec().qualifiedName() + " --help");
        return ExitCode.USAGE;
    }

    /** Prints the error without what may be a password in an argument that it repeats. */
    private static void print(CommandLine.ParameterException error, String[] given, PrintWriter err) {
        String message = String.valueOf(error.getMessage());
        for (String argument : given) {
            if (argument.contains(":")) {
                message = message.replace(argument, RunReport.shown(argument));
            }
        }
        err.println("storeway: " + message);
        CommandLine.UnmatchedArgumentException.printSuggestions(error, err);
    }

    private static <T> CommandLine.ITypeConverter<T> time(Function<String, T> parser, String expected) {
        return text -> {
            try {
                return parser.apply(text);
            } catch (DateTimeParseException e) {
                throw new CommandLine.TypeConversionException(text + " is not a " + expected);
            }
        };
    }

    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "Which command? Try: storeway demo");
    }
}
