package dev.sensorline.ingestor.telegraf;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

import dev.sensorline.servers.BrokerSettings;
import dev.sensorline.servers.ChildProcess;
import dev.sensorline.servers.MqttBroker;
import dev.sensorline.servers.MqttPeer;
import dev.sensorline.servers.ProjectTree;

/**
 * Telegraf with a broker, which reads messages with several parsers and writes the points to a file. A parser reads the topics below its
 * name. Each point has the rest of its topic as the tag {@code key}.
 */
final class Telegraf implements AutoCloseable {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final int WINDOW = 1_000;

    private final Path directory = ProjectTree.temporaryDirectory("telegraf");
    private final Path file = directory.resolve("points");
    private final MqttBroker broker = MqttBroker.start(BrokerSettings.defaults().withMaxInflight(0));
    private final MqttPeer peer = MqttPeer.of(broker, "payloads");
    private final ChildProcess process;

    /**
     * Starts it, and waits until it has read a message with each parser.
     *
     * @param parsers  the settings of the parsers by name; {@code INPUT} is the name of the plugin
     * @param messages a valid message for each
     */
    Telegraf(Map<String, String> parsers, Map<String, byte[]> messages) {
        StringBuilder settings = new StringBuilder("""
                [agent]
                interval = '1h'
                flush_interval = '200ms'
                flush_jitter = '0s'
                metric_batch_size = 10000
                metric_buffer_limit = 1000000
                omit_hostname = true
                [[outputs.file]]
                files = ['%s']
                data_format = 'influx'
                """.formatted(file));
        parsers.forEach((name, parser) -> settings.append("""
                [[inputs.mqtt_consumer]]
                servers = ['tcp://%s:%d']
                topics = ['%s/#']
                topic_tag = 'key'
                qos = 1
                max_undelivered_messages = 100000
                name_override = '%s'
                %s
                """.formatted(
                        broker.host(), broker.port(), name, name, parser.replace("INPUT", "inputs.mqtt_consumer"))));
        try {
            Path configuration = Files.writeString(directory.resolve("telegraf.conf"), settings);
            process = ChildProcess.start(List.of("telegraf", "--config", configuration.toString()), Map.of());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Set<String> waiting = new HashSet<>(messages.keySet());
        await("Telegraf").atMost(LIMIT).until(() -> {
            waiting.forEach(name ->
                    peer.publishAsync(name + "/start", messages.get(name), 1).join());
            points().forEach(point -> waiting.remove(point.measurement()));
            return waiting.isEmpty();
        });
    }

    /** Lets it read messages, and then a valid one for each parser, and returns the points when it has read all of them. */
    List<ReadPoint> read(Map<String, byte[]> payloadsByTopic, Map<String, byte[]> messages) {
        List<CompletableFuture<?>> pending = new ArrayList<>();
        payloadsByTopic.forEach((topic, payload) -> {
            pending.add(peer.publishAsync(topic, payload, 1));
            if (pending.size() == WINDOW) {
                pending.forEach(CompletableFuture::join);
                pending.clear();
            }
        });
        pending.forEach(CompletableFuture::join);
        messages.forEach(
                (name, payload) -> peer.publishAsync(name + "/end", payload, 1).join());
        await("Telegraf").atMost(LIMIT).until(() -> {
            String text = Files.readString(file);
            return messages.keySet().stream().allMatch(name -> text.contains("key=" + name + "/end"));
        });
        return points();
    }

    private List<ReadPoint> points() {
        try {
            return Files.exists(file)
                    ? Files.readAllLines(file).stream().map(ReadPoint::parse).toList()
                    : List.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        process.close();
        peer.close();
        broker.close();
        ProjectTree.delete(directory);
    }
}
