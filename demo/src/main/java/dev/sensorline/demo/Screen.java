package dev.sensorline.demo;

import java.io.PrintStream;
import java.time.Duration;
import java.util.List;

/** Prints the table: a terminal shows it in place, other output gets it as plain lines, less often. */
final class Screen {

    private static final String UP = "\u001b[%dA";
    private static final String CLEAR_LINE = "\u001b[2K";

    private final PrintStream out;
    private final boolean isTerminal;
    /** Number of lines that the next call of show overwrites. */
    private int shownLines;

    Screen(PrintStream out, boolean isTerminal) {
        this.out = out;
        this.isTerminal = isTerminal;
    }

    /** Time between two updates of the table. */
    Duration updatePeriod() {
        return isTerminal ? Duration.ofSeconds(1) : Duration.ofSeconds(5);
    }

    /** Prints a line that stays. */
    void print(String line) {
        out.println(line);
        out.flush();
        shownLines = 0;
    }

    /** Shows lines. On a terminal they replace those of the last call, unless something was printed since. */
    void show(List<String> lines) {
        if (isTerminal && shownLines > 0) {
            out.printf(UP, shownLines);
        }
        for (String line : lines) {
            out.println(isTerminal ? CLEAR_LINE + line : line);
        }
        out.flush();
        shownLines = lines.size();
    }
}
