package dev.sensorline.demo;

import java.io.PrintStream;
import java.time.Duration;
import java.util.List;

/** Where the table is shown: on a terminal in place, elsewhere as plain lines now and then. */
final class Screen {

    private static final String UP = "\u001b[%dA";
    private static final String CLEAR_LINE = "\u001b[2K";

    private final PrintStream out;
    private final boolean terminal;
    private int shown;

    Screen(PrintStream out, boolean terminal) {
        this.out = out;
        this.terminal = terminal;
    }

    /** How often it is worth showing something new. */
    Duration period() {
        return terminal ? Duration.ofSeconds(1) : Duration.ofSeconds(5);
    }

    void say(String line) {
        out.println(line);
        out.flush();
        shown = 0;
    }

    /** Shows lines, on a terminal in the place of those shown before. */
    void show(List<String> lines) {
        if (terminal && shown > 0) {
            out.printf(UP, shown);
        }
        for (String line : lines) {
            out.println(terminal ? CLEAR_LINE + line : line);
        }
        out.flush();
        shown = lines.size();
    }
}
