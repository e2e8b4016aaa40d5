package dev.sensorline.points.decoding.extraction;

import org.jspecify.annotations.Nullable;

import dev.sensorline.points.Rejection.Reason;

/** Thrown for a reading that has to be set aside. It has no stack trace, because invalid readings may arrive in floods. */
public final class InvalidReadingException extends Exception {

    private static final long serialVersionUID = 1L;

    private final Reason reason;

    /** @param detail an explanation for people, or null if the reason says everything */
    public InvalidReadingException(Reason reason, @Nullable String detail) {
        super(detail, null, false, false);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
