package dev.sensorline.ingestor.influxdb;

import io.smallrye.mutiny.Uni;

/** InfluxDB's {@code POST /api/v2/write}, as versions 1.8 and 2 have it, and other stores that speak it. */
interface WriteApi {

    /**
     * Sends lines of line protocol with times in nanoseconds, once. Called on an event loop, and does not block it.
     *
     * @param lines not changed, so that it can be sent again
     * @return completes on that event loop with the server's answer, whatever it is; fails with {@link NoAnswer} if there is
     *         none
     */
    Uni<Answer> write(byte[] lines);

    /** Closes the connections. */
    void close();

    /** Why the request or its answer did not arrive. Carries no stack trace: outages may be long. */
    final class NoAnswer extends RuntimeException {

        private static final long serialVersionUID = 1L;

        NoAnswer(String reason) {
            super(reason, null, false, false);
        }
    }
}
