package dev.sensorline.points.decoding;

import dev.sensorline.points.Rejection.Reason;

/** Thrown by a format for a payload it cannot read. Carries no stack trace: bad payloads may come in floods. */
final class NotAReading extends Exception {

    private static final long serialVersionUID = 1L;

    private final Reason reason;

    NotAReading(Reason reason, String detail) {
        super(detail, null, false, false);
        this.reason = reason;
    }

    Reason reason() {
        return reason;
    }
}
