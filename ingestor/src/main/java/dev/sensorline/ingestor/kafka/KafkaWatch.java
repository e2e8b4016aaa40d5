package dev.sensorline.ingestor.kafka;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

import jakarta.annotation.PreDestroy;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.interceptor.Interceptor;

import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.common.TopicPartition;
import org.jboss.logging.Logger;

import dev.sensorline.application.BadConfiguration;
import dev.sensorline.ingestor.settings.Channels;
import dev.sensorline.ingestor.settings.IngestorConfig;
import dev.sensorline.ingestor.settings.IngestorConfig.HostAndPort;
import dev.sensorline.ingestor.settings.IngestorConfig.Role;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.reactive.messaging.kafka.KafkaClientService;
import io.smallrye.reactive.messaging.kafka.KafkaConsumer;
import io.vertx.core.Vertx;

/**
 * Whether Kafka answers. Its clients tell nobody but their log, in a line for each attempt; so they are looked at each second,
 * and each change is one line.
 */
@ApplicationScoped
public class KafkaWatch {

    private static final Logger LOG = Logger.getLogger(KafkaWatch.class);
    private static final Duration PERIOD = Duration.ofSeconds(1);
    /** So long it may be busy with itself, as when a broker takes over from another one. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    /** So long a group may take to share its partitions with a new member, or to miss one that has been killed. */
    private static final Duration FIRST_PATIENCE = Duration.ofSeconds(20);
    /** Three missed ones. */
    private static final double OLDEST_HEARTBEAT_SECONDS = 10;
    private static final Duration LAG_LIMIT = Duration.ofSeconds(1);
    private static final int LAG_PERIODS = 5;

    private final Role role;
    private final IngestorConfig.Kafka kafka;
    private final List<HostAndPort> servers;
    private final KafkaClientService clients;
    private final KafkaTopic topic;
    private final Vertx vertx;

    private volatile boolean answering;
    private volatile long lag;
    // These belong to the timer's event loop.
    private boolean told;
    private long lastAnswerNanos = System.nanoTime();
    private long taken;
    private double opened;
    private double refusedUntilOpened;
    private boolean refused;
    private int looks;
    private long timer;

    KafkaWatch(IngestorConfig config, KafkaClientService clients, KafkaTopic topic, Vertx vertx) {
        this.role = config.role();
        this.kafka = config.kafka();
        this.servers = kafka.bootstrapServers();
        this.clients = clients;
        this.topic = topic;
        this.vertx = vertx;
    }

    /** Whether Kafka takes records, or hands them out. */
    public boolean isAnswering() {
        return answering;
    }

    /** Records of the partitions that this writer reads which it has not yet committed. */
    public long lag() {
        return lag;
    }

    /** Kafka's clients end the start with a stack trace when they can resolve none of the names. */
    void check(@Observes @Priority(Interceptor.Priority.PLATFORM_BEFORE) StartupEvent event) {
        if (role.usesKafka() && servers.stream().noneMatch(KafkaWatch::isResolved)) {
            throw new BadConfiguration("KAFKA_BOOTSTRAP_SERVERS=%s: must have a host that can be resolved".formatted(name()));
        }
    }

    private static boolean isResolved(HostAndPort server) {
        try {
            return InetAddress.getAllByName(server.host()).length > 0;
        } catch (UnknownHostException e) {
            return false;
        }
    }

    private String name() {
        return servers.stream().map(HostAndPort::toString).collect(Collectors.joining(","));
    }

    void watch(@Observes StartupEvent event) {
        if (role.usesKafka()) {
            timer = vertx.setPeriodic(PERIOD.toMillis(), ignored -> look());
        }
    }

    private void look() {
        long now = System.nanoTime();
        boolean answers = role == Role.BRIDGE ? takes() : handsOut();
        if (role == Role.BRIDGE && refused && opened <= 0) {
            end();
        } else if (answers) {
            lastAnswerNanos = now;
            change(true);
        } else if (now - lastAnswerNanos > (told ? PATIENCE : FIRST_PATIENCE).toNanos()) {
            change(false);
        }
        if (role == Role.WRITER && answering && looks++ % LAG_PERIODS == 0) {
            KafkaConsumer<String, byte[]> consumer = clients.getConsumer(Channels.RECORDS);
            consumer.runOnPollingThread((Function<Consumer<String, byte[]>, Long>) KafkaWatch::lag).subscribe()
                    .with(records -> lag = records, failure -> { });
        }
    }

    /** An idempotent producer that is refused before it has got its id does not try again. To be started again helps. */
    private void end() {
        vertx.cancelTimer(timer);
        LOG.errorf("%s; the bridge cannot go on, and ends", refusal());
        Quarkus.asyncExit(1);
    }

    private void change(boolean answers) {
        if (told && answers == answering) {
            return;
        }
        told = true;
        answering = answers;
        if (answers) {
            LOG.infof("Kafka at %s answers", name());
        } else {
            LOG.warnf("%s; nothing is acknowledged until it does", refused ? refusal() : silence());
        }
    }

    private String silence() {
        String why = topic.lastFailure();
        return "Kafka at %s does not answer%s".formatted(name(), why.isEmpty() ? "" : ": " + why);
    }

    /** Its clients count what they are refused, and tell why to nobody. */
    private String refusal() {
        return kafka.username()
                .map(user -> "Kafka at %s does not accept KAFKA_USERNAME=%s with this password by %s, or TLS where it is asked for"
                        .formatted(name(), user, kafka.saslMechanism()))
                .orElse("Kafka at %s does not accept TLS as it is set: its certificate, or ours".formatted(name()));
    }

    private boolean takes() {
        long before = taken;
        taken = topic.taken();
        return isOpen(clients.getProducer(KafkaTopic.CHANNEL).unwrap().metrics())
                && (topic.inFlight() == 0 || taken > before);
    }

    private boolean handsOut() {
        Map<MetricName, ? extends Metric> metrics = clients.getConsumer(Channels.RECORDS).unwrap().metrics();
        double heartbeat = value(metrics, "last-heartbeat-seconds-ago");
        return isOpen(metrics) && heartbeat >= 0 && heartbeat < OLDEST_HEARTBEAT_SECONDS;
    }

    /** Whether there is a connection, and none has been refused after the last one that was not. */
    private boolean isOpen(Map<MetricName, ? extends Metric> metrics) {
        double openedNow = value(metrics, "successful-authentication-total");
        double refusedNow = value(metrics, "failed-authentication-total");
        if (openedNow > opened) {
            opened = openedNow;
            refusedUntilOpened = refusedNow;
        }
        refused = refusedNow > refusedUntilOpened;
        return !refused && value(metrics, "connection-count") > 0;
    }

    private static double value(Map<MetricName, ? extends Metric> metrics, String name) {
        return metrics.entrySet().stream().filter(metric -> metric.getKey().name().equals(name))
                .mapToDouble(metric -> ((Number) metric.getValue().metricValue()).doubleValue()).findFirst().orElse(-1);
    }

    private static Long lag(Consumer<?, ?> kafka) {
        Set<TopicPartition> partitions = kafka.assignment();
        Map<TopicPartition, OffsetAndMetadata> committed = kafka.committed(partitions, LAG_LIMIT);
        Map<TopicPartition, Long> begin = kafka.beginningOffsets(partitions, LAG_LIMIT);
        return kafka.endOffsets(partitions, LAG_LIMIT).entrySet().stream().mapToLong(end -> {
            OffsetAndMetadata until = committed.get(end.getKey());
            return end.getValue() - (until == null ? begin.get(end.getKey()) : until.offset());
        }).sum();
    }

    @PreDestroy
    void close() {
        vertx.cancelTimer(timer);
    }
}
