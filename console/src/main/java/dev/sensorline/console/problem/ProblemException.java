package dev.sensorline.console.problem;

/** A request that has a problem. */
public final class ProblemException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int status;

    /** @param detail what is wrong, and what is allowed, for people */
    public ProblemException(int status, String detail) {
        super(detail, null, false, false);
        this.status = status;
    }

    public Problem problem() {
        return Problem.of(status, String.valueOf(getMessage()));
    }
}
