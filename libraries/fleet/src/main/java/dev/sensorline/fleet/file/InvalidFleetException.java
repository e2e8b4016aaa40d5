package dev.sensorline.fleet.file;

import java.util.List;
import java.util.stream.Collectors;

/** A file that describes no fleet, with all of its problems. */
public final class InvalidFleetException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient List<Problem> problems;

    InvalidFleetException(List<Problem> problems) {
        super(problems.stream().map(Problem::toString).collect(Collectors.joining("\n")));
        this.problems = problems;
    }

    /** In the order of the file. */
    public List<Problem> problems() {
        return problems;
    }
}
