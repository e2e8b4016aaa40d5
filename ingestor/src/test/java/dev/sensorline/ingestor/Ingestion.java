package dev.sensorline.ingestor;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import java.util.regex.Pattern;

import dev.sensorline.servers.Broker;
import dev.sensorline.servers.BrokerSettings;
import dev.sensorline.servers.ChildProcess;
import dev.sensorline.servers.MqttBroker;
import dev.sensorline.servers.MqttPeer;
import dev.sensorline.servers.PointStore;
import dev.sensorline.servers.Ports;
import dev.sensorline.servers.ServiceProcess;
import dev.sensorline.servers.StoreSettings;

/** A broker, a store, the ingestor between them as a process, and an MQTT client that publishes and subscribes. */
final class Ingestion implements AutoCloseable {

    static final Duration LIMIT = Duration.ofSeconds(30);
    /** Part of the log line that tells so. */
    /** A line that tells that the connection for readings is lost, or cannot be made. */
    private static final String LOST = " as sensorline-ingestor: ";

    private static final Predicate<String> UP = Pattern.compile(
                    " Connected to \\S+ as sensorline-ingestor with MQTT \\S+$")
            .asPredicate();

    static final String CLOCK_SET_BACK = "The system clock was set back";

    private static final String MEASUREMENT = "sensor";

    final MqttBroker broker;
    final PointStore store;
    final MqttPeer peer;
    final int httpPort = Ports.free();
    private final HealthAndMetrics endpoints = new HealthAndMetrics(httpPort);
    private ChildProcess ingestor;
    private volatile boolean closed;

    private Ingestion(MqttBroker broker, PointStore store, MqttPeer peer) {
        this.broker = broker;
        this.store = store;
        this.peer = peer;
    }

    /** Starts the servers, and no ingestor. */
    static Ingestion servers(BrokerSettings broker, StoreSettings store) {
        MqttBroker started = MqttBroker.start(broker);
        MqttPeer peer = broker.username() == null
                ? MqttPeer.of(started, "peer")
                : MqttPeer.of(started, "peer", broker.username(), broker.password());
        return new Ingestion(started, PointStore.start(store), peer);
    }

    /** Starts the other servers, and no ingestor. The broker is closed with them. */
    static Ingestion servers(MqttBroker broker, StoreSettings store) {
        return new Ingestion(broker, PointStore.start(store), MqttPeer.of(broker, "peer"));
    }

    /** Starts a broker of a certain make and a store, and no ingestor. */
    static Ingestion servers(Broker make) {
        MqttBroker started = MqttBroker.start(make);
        return new Ingestion(started, PointStore.start(), MqttPeer.of(started, "peer"));
    }

    /** Starts servers with default settings and the ingestor, and returns when it is ready. */
    static Ingestion running() {
        Ingestion ingestion = servers(BrokerSettings.defaults(), StoreSettings.defaults());
        ingestion.startIngestor();
        return ingestion;
    }

    /** The ingestor, configured for these servers. */
    ServiceProcess ingestor() {
        return ServiceProcess.of("ingestor")
                .with("MQTT_HOST", broker.host())
                .with("MQTT_PORT", broker.port())
                .with("INFLUX_URL", store.url())
                .with("HTTP_PORT", httpPort);
    }

    ChildProcess startIngestor() {
        return start(ingestor());
    }

    ChildProcess start(ServiceProcess configured) {
        ingestor = configured.start();
        awaitReady();
        return ingestor;
    }

    void awaitReady() {
        endpoints.awaitReadiness(200);
    }

    /** Waits for the status of readiness: 200 for up, 503 for down. */
    void awaitReadiness(int status) {
        endpoints.awaitReadiness(status);
    }

    int health(String kind) {
        return endpoints.health(kind);
    }

    String http() {
        return endpoints.url();
    }

    /** The value of a metric: see {@link HealthAndMetrics#metric}. */
    double metric(String name) {
        return endpoints.metric(name);
    }

    /** Publishes readings n, n + 1, … with their own times, and returns when the broker has accepted all. */
    void publish(String name, int from, int count, int qos) {
        List<CompletableFuture<?>> published = new ArrayList<>();
        for (int n = from; n < from + count; n++) {
            published.add(publishAsync(name, n, qos));
        }
        CompletableFuture.allOf(published.toArray(CompletableFuture<?>[]::new)).join();
    }

    /**
     * Publishes reading n, whose value is n and whose time is n milliseconds after a fixed time, and repeats it until the
     * broker accepts it: a broker that has lost the session needs again what it had not acknowledged.
     */
    CompletableFuture<?> publishAsync(String name, int n, int qos) {
        String reading = "{\"value\":%d,\"time\":%d}".formatted(n, 1_700_000_000_000L + n);
        return peer.publishAsync("sensor/" + name, reading.getBytes(StandardCharsets.UTF_8), qos)
                .handle((accepted, failure) -> failure == null || closed)
                .thenCompose(done -> done ? CompletableFuture.completedFuture(null) : publishAsync(name, n, qos));
    }

    /** Waits until the store has the given number of points of a sensor. */
    void awaitPoints(String name, long count) {
        await(count + " points of " + name)
                .atMost(LIMIT.multipliedBy(2))
                .ignoreExceptions()
                .until(() -> points(name) == count);
    }

    long points(String name) {
        return store.counts(MEASUREMENT).getOrDefault(name, 0L);
    }

    /** Prints the counts and the time to recover, from which the table of faults in docs/reports is made. */
    static void reportRecovery(String fault, String counted, long endedNanos) {
        System.out.printf(
                "[fault] %s: %s, recovered in %.1f s%n", fault, counted, (System.nanoTime() - endedNanos) / 1e9);
    }

    /** How many lines so far contain a text. */
    static long lines(ChildProcess process, String part) {
        return process.countLines(part, 0);
    }

    /** Asserts how many lines contain a text; those that are still to come are waited for. */
    static void assertLogged(long count, ChildProcess process, String part) {
        assertEquals(count, process.countLines(part, count), process.lines()::toString);
    }

    /**
     * Asserts how often an ingestor has logged that its connection for readings was lost or could not be made, and that it was up
     * again each time.
     */
    static void assertReconnected(long times, ChildProcess ingestor) {
        assertLogged(times, ingestor, LOST);
        assertEquals(times + 1, ingestor.countLines(UP, times + 1), ingestor.lines()::toString);
    }

    /** How often an ingestor has logged so far that its connection for readings is lost or cannot be made. */
    static long disconnections(ChildProcess ingestor) {
        return lines(ingestor, LOST);
    }

    /** How often an ingestor has logged so far that its connection for readings is up. Another connection is for rejected readings. */
    static long connections(ChildProcess ingestor) {
        return ingestor.countLines(UP, 0);
    }

    /**
     * Asserts that an ingestor has logged one line for each change of state, and no other warning or error except that its clock
     * was set.
     *
     * @param store  number of outages of InfluxDB
     * @param broker number of times that the connection for readings was lost
     */
    static void assertOutagesLogged(ChildProcess ingestor, int store, int broker) {
        assertLogged(store, ingestor, "does not accept points");
        assertLogged(store + 1, ingestor, " accepts points");
        assertReconnected(broker, ingestor);
        long rejected = lines(ingestor, " as sensorline-ingestor-rejected: ");
        assertAll(
                String.join("\n", ingestor.lines()),
                () -> assertTrue(rejected <= broker, "of the other connection: " + rejected),
                () -> assertEquals(
                        store + broker + rejected + lines(ingestor, CLOCK_SET_BACK),
                        lines(ingestor, " WARN ") + lines(ingestor, " ERROR ")),
                () -> assertEquals(0, lines(ingestor, "Exception")));
    }

    /** Lets a fault last. There is no condition to wait for. */
    static void pause(Duration duration) {
        await().pollDelay(duration).atMost(duration.multipliedBy(2)).until(() -> true);
    }

    @Override
    public void close() {
        closed = true;
        if (ingestor != null) {
            ingestor.close();
        }
        peer.close();
        broker.close();
        store.close();
    }
}
