package dev.sensorline.mqtt.client.vertx;

import javax.net.ssl.SSLException;

import dev.sensorline.connections.RootCause;

/**
 * Why there is no connection, for the log.
 *
 * @param state {@link State#AWAY}, {@link State#REFUSED} or {@link State#UNTRUSTED}
 */
record Outage(State state, String reason) {

    /** How far a connection had come before it ended. */
    enum Phase {
        /** No CONNACK had come. */
        NOT_ACCEPTED,
        /** It ended soon after CONNACK. */
        JUST_ACCEPTED,
        /** It had lasted. */
        STABLE
    }

    /** @param cause what ended the connection; null if it is unknown */
    static Outage of(Throwable cause, Phase phase, boolean usesTls) {
        return new Outage(isOfTrust(cause) ? State.UNTRUSTED : State.AWAY, reason(cause, phase, usesTls));
    }

    private static boolean isOfTrust(Throwable cause) {
        return cause != null && (cause instanceof SSLException || isOfTrust(cause.getCause()));
    }

    private static String reason(Throwable cause, Phase phase, boolean usesTls) {
        Throwable first = cause == null ? null : RootCause.of(cause);
        if (first != null && first.getMessage() != null && !first.getMessage().equals("Closed")) {
            return first.getMessage();
        }
        return switch (phase) {
            case JUST_ACCEPTED ->
                "closed by the broker soon after it was accepted, without a reason"
                        + " (another client with the same id, or a packet that it does not accept?)";
            case NOT_ACCEPTED ->
                usesTls
                        ? "closed by the broker before it was accepted (does it want another certificate?)"
                        : "closed by the broker";
            case STABLE -> "closed by the broker";
        };
    }
}
