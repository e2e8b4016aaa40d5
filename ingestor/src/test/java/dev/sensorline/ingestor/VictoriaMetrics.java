package dev.sensorline.ingestor;

import static dev.sensorline.ingestor.Ingestion.LIMIT;
import static org.awaitility.Awaitility.await;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import dev.sensorline.servers.ChildProcess;
import dev.sensorline.servers.Ports;
import dev.sensorline.servers.ProjectTree;
import io.restassured.RestAssured;

/** Single-node VictoriaMetrics with one user, on a free port of the loopback address. Its data is deleted when it is closed. */
final class VictoriaMetrics implements AutoCloseable {

    static final String USERNAME = "writer";
    static final String PASSWORD = "vict0ria secret";

    private static final ObjectMapper JSON = new ObjectMapper();

    private final int port = Ports.free();
    private final Path directory = ProjectTree.temporaryDirectory("victoria-metrics");
    private final List<String> command;
    private ChildProcess process;

    VictoriaMetrics(Path executable) {
        command = List.of(
                executable.toString(),
                "-storageDataPath=" + directory,
                "-httpListenAddr=127.0.0.1:" + port,
                "-httpAuth.username=" + USERNAME,
                "-httpAuth.password=" + PASSWORD,
                // Otherwise a sample that is written twice is stored twice, and old samples are dropped.
                "-dedup.minScrapeInterval=1ms",
                "-retentionPeriod=100y");
        start();
    }

    /** The executable; empty if it is not installed. */
    static Optional<Path> find() {
        return Stream.concat(
                        Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator)),
                        Stream.of("/usr/local/bin"))
                .map(place -> Path.of(place, "victoria-metrics"))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** Starts it, also after {@link #stop}, with its data. */
    void start() {
        process = ChildProcess.start(command, Map.of());
        await("VictoriaMetrics").atMost(LIMIT).until(() -> Ports.isOpen(port));
    }

    /** Terminates it (SIGTERM). */
    void stop() {
        process.terminate();
    }

    String url() {
        return "http://127.0.0.1:" + port;
    }

    /** Samples of the metric {@code sensor_value} with the given labels, by their times in milliseconds. */
    SortedMap<Long, Double> samples(String labels) {
        SortedMap<Long, Double> samples = new TreeMap<>();
        String lines = RestAssured.given()
                .auth()
                .preemptive()
                .basic(USERNAME, PASSWORD)
                .queryParam("match[]", "sensor_value{" + labels + "}")
                .get(url() + "/api/v1/export")
                .asString();
        for (JsonNode series : lines.lines().map(VictoriaMetrics::parsed).toList()) {
            List<Long> times = new ArrayList<>();
            series.get("timestamps").forEach(time -> times.add(time.asLong()));
            for (int i = 0; i < times.size(); i++) {
                samples.put(times.get(i), series.get("values").get(i).asDouble());
            }
        }
        return samples;
    }

    private static JsonNode parsed(String line) {
        try {
            return JSON.readTree(line);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        process.close();
        ProjectTree.delete(directory);
    }
}
