package dev.sensorline.ingestor.influxdb;

import java.time.Duration;
import java.util.List;

/**
 * What a server answered to a write.
 *
 * @param status      the HTTP status
 * @param words       the server's explanation: whole, because it may name each refused line; empty if there is none
 * @param isInfluxDb  whether a header says that InfluxDB 1.8 or 2 has answered, and not something before it
 * @param lineNumbers the refused lines, from 1, where the server names them (InfluxDB 3); otherwise empty
 * @param retryAfter  the pause that the server asks for before the next attempt; zero if it asks for none
 */
record Answer(int status, String words, boolean isInfluxDb, List<Integer> lineNumbers, Duration retryAfter) {

    private static final int LONGEST_EXPLANATION = 500;

    /** The start of the explanation on one line, for people. */
    String explanation() {
        String line = words.replaceAll("\\p{Cntrl}+", " ").strip();
        if (line.isEmpty()) {
            return "without an explanation";
        }
        return line.length() > LONGEST_EXPLANATION ? line.substring(0, LONGEST_EXPLANATION) + "…" : line;
    }

    /** Status and explanation, for people. */
    String shown() {
        return status + " " + explanation();
    }
}
