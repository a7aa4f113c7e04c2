package io.storeway.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Arrays;

/** Runs the command in this process and keeps what it printed. */
record Cli(int exit, String out, String err) {

    static Cli run(Object... args) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        String[] words = Arrays.stream(args).map(String::valueOf).toArray(String[]::new);
        int exit = Storeway.run(new PrintWriter(out, true), new PrintWriter(err, true), words);
        return new Cli(exit, out.toString(), err.toString());
    }
}
