package dev.sensorline.ingestor.influxdb;

import java.time.Duration;

import io.smallrye.mutiny.Uni;

/** InfluxDB's {@code POST /api/v2/write}, as versions 1.8 and 2 have it, and other stores that speak it. */
interface WriteApi {

    /**
     * Sends lines of line protocol with times in nanoseconds, once. Called on an event loop, and does not block it.
     *
     * @return completes on that event loop when InfluxDB has accepted the lines; fails with {@link Refusal}, or with whatever
     *         kept the request or its answer from arriving
     */
    Uni<Void> write(byte[] lines);

    /** Closes the connections. */
    void close();

    /** InfluxDB's answer when it did not accept what it was sent. Carries no stack trace: outages may be long. */
    final class Refusal extends RuntimeException {

        private static final long serialVersionUID = 1L;

        private final int status;
        private final Duration retryAfter;

        Refusal(int status, String explanation, Duration retryAfter) {
            super(explanation, null, false, false);
            this.status = status;
            this.retryAfter = retryAfter;
        }

        /** The HTTP status. */
        int status() {
            return status;
        }

        /** The pause that InfluxDB asks for before the next attempt; zero if it asks for none. */
        Duration retryAfter() {
            return retryAfter;
        }
    }
}
