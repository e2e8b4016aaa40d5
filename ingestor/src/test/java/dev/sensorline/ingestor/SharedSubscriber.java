package dev.sensorline.ingestor;

import java.util.List;
import java.util.stream.IntStream;

import dev.sensorline.servers.ChildProcess;
import dev.sensorline.servers.Ports;
import dev.sensorline.servers.ServiceProcess;

/** One of several ingestors that share a subscription, each with its own client id. */
final class SharedSubscriber implements AutoCloseable {

    private static final String TOPICS = "$share/ingestors/sensor/+";

    private final ServiceProcess configured;
    private final HealthAndMetrics endpoints = new HealthAndMetrics(Ports.free());
    private ChildProcess process;

    private SharedSubscriber(Ingestion ingestion, String clientId) {
        configured = ingestion
                .ingestor()
                .with("MQTT_TOPICS", TOPICS)
                .with("MQTT_CLIENT_ID", clientId)
                .with("HTTP_PORT", endpoints.port());
        process = configured.start();
    }

    /** Starts the given number of ingestors, and returns when they are ready. */
    static List<SharedSubscriber> start(Ingestion ingestion, int count) {
        List<SharedSubscriber> members = IntStream.range(0, count)
                .mapToObj(n -> new SharedSubscriber(ingestion, "ingestor-" + n))
                .toList();
        members.forEach(member -> member.endpoints.awaitReadiness(200));
        return members;
    }

    /** Kills the process (SIGKILL). */
    void kill() {
        process.kill();
    }

    /** Starts it again with the same client id, and returns when it is ready. */
    void startAgain() {
        process = configured.start();
        endpoints.awaitReadiness(200);
    }

    void awaitReadiness(int status) {
        endpoints.awaitReadiness(status);
    }

    /** Whether it has readings that InfluxDB has not accepted yet. */
    boolean holdsReadings() {
        return endpoints.metric("sensorline_batches_in_flight") > 0;
    }

    /** The number of points that InfluxDB has accepted from it since its last start. */
    long written() {
        return (long) endpoints.metric("sensorline_points_written_total");
    }

    @Override
    public void close() {
        process.close();
    }
}
