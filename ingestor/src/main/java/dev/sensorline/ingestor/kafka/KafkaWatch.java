package dev.sensorline.ingestor.kafka;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;
import org.jboss.logging.Logger;
import org.jboss.logging.Logger.Level;

import dev.sensorline.connections.StateLog;
import dev.sensorline.ingestor.eventloop.EventLoop;
import dev.sensorline.ingestor.settings.IngestorConfig;
import dev.sensorline.ingestor.settings.IngestorConfig.HostAndPort;

/**
 * Whether Kafka answers. Kafka's clients report that only to their log, with a line for each attempt; so the watch looks at a
 * client's metrics each second, and logs one line for each change of state.
 */
public final class KafkaWatch {

    private static final Logger LOG = Logger.getLogger(KafkaWatch.class);
    private static final Duration PERIOD = Duration.ofSeconds(1);
    /** How long Kafka may be busy with itself, as when a broker takes over from another one. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    /** How long a group may take to share its partitions with a new member, or to miss a member that has been killed. */
    private static final Duration FIRST_PATIENCE = Duration.ofSeconds(20);

    private final List<HostAndPort> servers;
    private final Optional<String> username;
    private final String saslMechanism;
    private final WatchedClient client;
    private final EventLoop loop;
    private final Runnable exit;

    private volatile boolean answering;
    private volatile Runnable stop = () -> {};
    // These belong to the event loop.
    private final StateLog<Boolean> state = new StateLog<>(LOG, null);
    private long lastAnswerNanos;
    private double opened;
    private double refusedUntilOpened;
    private boolean isRefused;
    private boolean isOpen;

    /** @param exit ends the process, which then is started again */
    public KafkaWatch(IngestorConfig.Kafka kafka, WatchedClient client, EventLoop loop, Runnable exit) {
        this(kafka.bootstrapServers(), kafka.username(), kafka.saslMechanism(), client, loop, exit);
    }

    KafkaWatch(
            List<HostAndPort> servers,
            Optional<String> username,
            String saslMechanism,
            WatchedClient client,
            EventLoop loop,
            Runnable exit) {
        this.servers = servers;
        this.username = username;
        this.saslMechanism = saslMechanism;
        this.client = client;
        this.loop = loop;
        this.exit = exit;
        this.lastAnswerNanos = loop.nanoTime();
    }

    /** Whether Kafka takes records, or hands them out. May be called from any thread. */
    public boolean isAnswering() {
        return answering;
    }

    private String name() {
        return servers.stream().map(HostAndPort::toString).collect(Collectors.joining(","));
    }

    /** Begins to watch. The client must have been made. */
    public void start() {
        stop = loop.repeat(PERIOD, this::look);
    }

    private void look() {
        long now = loop.nanoTime();
        Map<MetricName, ? extends Metric> metrics = client.metrics();
        boolean isServed = client.isServed(metrics);
        isOpen = isOpen(metrics);
        boolean isRefusedForGood = isRefused && opened <= 0 && client.givesUpWhenRefused();
        if (isRefusedForGood || client.hasGivenUp()) {
            stop.run();
            LOG.errorf("%s; the bridge cannot go on, and ends", outage());
            exit.run();
        } else if (isOpen && isServed) {
            lastAnswerNanos = now;
            change(true);
        } else if (now - lastAnswerNanos > (state.state() == null ? FIRST_PATIENCE : PATIENCE).toNanos()) {
            change(false);
        }
    }

    private void change(boolean answers) {
        answering = answers;
        state.report(
                answers,
                answers ? Level.INFO : Level.WARN,
                () -> answers
                        ? "Kafka at %s answers".formatted(name())
                        : "%s; nothing is acknowledged until it does".formatted(outage()));
    }

    private String outage() {
        return isRefused ? refusal() : silence();
    }

    /** Without a connection, what the client says is a consequence. */
    private String silence() {
        String reason = isOpen ? client.lastFailure() : "";
        return "Kafka at %s does not answer%s".formatted(name(), reason.isEmpty() ? "" : ": " + reason);
    }

    /** Kafka's clients count refused connections, and report the reason only to their log. */
    private String refusal() {
        return username.map(user ->
                        "Kafka at %s does not accept KAFKA_USERNAME=%s with this password by %s, or TLS where it is asked for"
                                .formatted(name(), user, saslMechanism))
                .orElse("Kafka at %s does not accept TLS as it is set: its certificate, or ours".formatted(name()));
    }

    /** Whether there is a connection, and none has been refused since one was last opened. */
    private boolean isOpen(Map<MetricName, ? extends Metric> metrics) {
        double openedNow = ClientMetrics.value(metrics, "successful-authentication-total");
        double refusedNow = ClientMetrics.value(metrics, "failed-authentication-total");
        if (openedNow > opened) {
            opened = openedNow;
            refusedUntilOpened = refusedNow;
        }
        isRefused = refusedNow > refusedUntilOpened;
        return !isRefused && ClientMetrics.value(metrics, "connection-count") > 0;
    }

    /** Stops watching. */
    public void stop() {
        stop.run();
    }
}
