package dev.sensorline.application;

import java.time.Duration;

/**
 * How long a service takes to end at most, part by part. The parts follow each other:
 *
 * <table>
 * <caption>Parts of a shutdown, and what each waits for</caption>
 * <tr><th>part</th><th>ingestor</th><th>bridge</th><th>writer</th><th>simulator</th></tr>
 * <tr><td>{@link #DRAIN}: what has been received is written and acknowledged</td><td>6 s</td><td>6 s</td><td>6 s</td><td>6 s</td></tr>
 * <tr><td>{@link #DISCONNECT}: the broker takes DISCONNECT</td><td>1 s</td><td>1 s</td><td></td><td>1 s</td></tr>
 * <tr><td>{@link #KAFKA_CLIENT}: a client of Kafka's closes, one after the other</td><td></td><td>1 s</td><td>2 s</td><td></td></tr>
 * <tr><td>{@link #LAST_LINES}: standard output takes the log's last lines</td><td>1 s</td><td>1 s</td><td>1 s</td><td>1 s</td></tr>
 * <tr><td>together</td><td>8 s</td><td>9 s</td><td>9 s</td><td>8 s</td></tr>
 * </table>
 *
 * A writer that publishes its status takes up to {@link #DISCONNECT} longer, and up to 2 s more if the broker does not answer. Then
 * all of its records are committed already, and the broker publishes its last will instead.
 * {@code docker stop} kills after 10 s. One second of them is for the process itself.
 */
public final class ShutdownLimits {

    /** Until what was received is written and acknowledged, and what was published is acknowledged. */
    public static final Duration DRAIN = Duration.ofSeconds(6);

    /** Until the broker has DISCONNECT, and its connection is closed. */
    public static final Duration DISCONNECT = Duration.ofSeconds(1);

    /** Until a client of Kafka's is closed: twice the key {@code close-timeout} of its channel, which its connector waits. */
    public static final Duration KAFKA_CLIENT = Duration.ofSeconds(1);

    /** Until standard output has taken the log's last lines. */
    public static final Duration LAST_LINES = Duration.ofSeconds(1);

    private ShutdownLimits() {}
}
