package dev.sensorline.ingestor;

import java.util.List;
import java.util.stream.IntStream;

import dev.sensorline.servers.ChildProcess;
import dev.sensorline.servers.Ports;
import dev.sensorline.servers.ServiceProcess;

/** One of several ingestors that share a subscription, each under a client id of its own. */
final class Member implements AutoCloseable {

    private static final String TOPICS = "$share/ingestors/sensor/+";

    private final ServiceProcess configured;
    private final HealthAndMetrics told = new HealthAndMetrics(Ports.free());
    private ChildProcess process;

    private Member(Ingestion ingestion, String clientId) {
        configured = ingestion
                .ingestor()
                .with("MQTT_TOPICS", TOPICS)
                .with("MQTT_CLIENT_ID", clientId)
                .with("HTTP_PORT", told.port());
        process = configured.start();
    }

    /** So many of them, ready. */
    static List<Member> start(Ingestion ingestion, int count) {
        List<Member> members = IntStream.range(0, count)
                .mapToObj(n -> new Member(ingestion, "ingestor-" + n))
                .toList();
        members.forEach(member -> member.told.awaitReadiness(200));
        return members;
    }

    /** SIGKILL. */
    void kill() {
        process.kill();
    }

    /** Starts again under the same client id; ready when it returns. */
    void startAgain() {
        process = configured.start();
        told.awaitReadiness(200);
    }

    void awaitReadiness(int status) {
        told.awaitReadiness(status);
    }

    /** Whether InfluxDB has not yet accepted all that it has taken over from the broker. */
    boolean holdsReadings() {
        return told.metric("sensorline_batches_in_flight") > 0;
    }

    /** Points that InfluxDB has accepted from it since it was started. */
    long written() {
        return (long) told.metric("sensorline_points_written_total");
    }

    @Override
    public void close() {
        process.close();
    }
}
