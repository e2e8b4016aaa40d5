package dev.sensorline.points.rules;

import java.util.List;

/** Settings of rules that cannot be used. */
public final class InvalidRulesException extends Exception {

    private static final long serialVersionUID = 1L;

    private final List<String> lines;

    InvalidRulesException(List<String> lines) {
        super(String.join("\n", lines));
        this.lines = List.copyOf(lines);
    }

    /** A line for each problem: the setting, its value and what is allowed. */
    public List<String> lines() {
        return lines;
    }
}
