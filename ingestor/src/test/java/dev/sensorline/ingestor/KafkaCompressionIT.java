package dev.sensorline.ingestor;

import static dev.sensorline.ingestor.KafkaStack.LIMIT;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.record.CompressionType;
import org.apache.kafka.common.record.FileRecords;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

import dev.sensorline.ingestor.KafkaStack.RunningIngestor;
import dev.sensorline.servers.ChildProcess;
import dev.sensorline.servers.Ports;
import dev.sensorline.servers.ServiceProcess;

/** Compressed records: by the bridge, or by Kafka because of the topic's setting. */
@Tag("faults")
class KafkaCompressionIT {

    @RegisterExtension
    private static final KafkaExtension KAFKA = new KafkaExtension();

    /** All algorithms on the JVM. The native executable has no library that must be unpacked first. */
    private static Set<CompressionType> supported() {
        return Boolean.getBoolean("sensorline.native")
                ? EnumSet.of(CompressionType.NONE, CompressionType.GZIP, CompressionType.LZ4)
                : EnumSet.allOf(CompressionType.class);
    }

    /** On the JVM the libraries are unpacked into this directory. */
    private static ServiceProcess withoutLibraries(ServiceProcess service) {
        return service.withJvmOptions("-Djava.io.tmpdir=/dev/null/nowhere");
    }

    @ParameterizedTest
    @EnumSource(
            value = CompressionType.class,
            names = {"SNAPPY", "ZSTD"})
    void an_algorithm_without_its_library_is_refused_at_the_start(CompressionType type) {
        try (ChildProcess bridge = withoutLibraries(ServiceProcess.of("ingestor"))
                .with("INGESTOR_ROLE", "bridge")
                .with("MQTT_PORT", Ports.free())
                .with("HTTP_PORT", Ports.free())
                .with("KAFKA_COMPRESSION_TYPE", type.name)
                .start()) {
            assertEquals(2, bridge.awaitExit(LIMIT));
            // Snappy's own loader writes a stack trace before it, on the JVM.
            assertEquals(
                    "KAFKA_COMPRESSION_TYPE=%s: must be none, gzip, lz4 here, as there is no library for it"
                            .formatted(type.name),
                    bridge.lines().get(bridge.lines().size() - 1));
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = CompressionType.class,
            names = {"SNAPPY", "ZSTD"})
    void a_writer_that_cannot_read_what_kafka_has_compressed_says_so_in_one_line_and_ends(CompressionType type)
            throws Exception {
        try (KafkaStack stack = KAFKA.stack()) {
            create(stack.topic, type);
            stack.send("sensor,name=S", "sensor,name=S value=1.0 1000");
            RunningIngestor writer = stack.start(withoutLibraries(stack.configured("writer")));
            assertEquals(1, writer.process().awaitExit(LIMIT));
            assertEquals(
                    1,
                    writer.lines("compression.type must be none, gzip or lz4"),
                    writer.process().lines()::toString);
            // A JVM without a directory for temporary files says so, and Snappy's own loader writes a stack trace.
            assertEquals(
                    1,
                    writer.lines(" ERROR ")
                            + writer.lines(" WARN ")
                            - writer.lines("Failed to get the temporary directory"),
                    writer.process().lines()::toString);
            assertEquals(0, stack.committed());
        }
    }

    @ParameterizedTest
    @MethodSource("supported")
    void the_bridge_compresses_as_configured_and_the_writer_reads_it(CompressionType type) throws IOException {
        try (KafkaStack stack = KAFKA.stack()) {
            for (String role : List.of("bridge", "writer")) {
                stack.start(stack.configured(role).with("KAFKA_COMPRESSION_TYPE", type.name))
                        .awaitReadiness(200);
            }
            stack.ingestion.publish("S", 0, 500, 1);
            stack.ingestion.awaitPoints("S", 500);
            assertEquals(Set.of(type), compressionOf(stack.topic));
        }
    }

    @ParameterizedTest
    @MethodSource("supported")
    void the_writer_reads_what_kafka_has_compressed(CompressionType type) throws Exception {
        try (KafkaStack stack = KAFKA.stack()) {
            create(stack.topic, type);
            stack.bridge();
            RunningIngestor writer = stack.writer();
            stack.ingestion.publish("S", 0, 500, 1);
            stack.ingestion.awaitPoints("S", 500);
            assertEquals(Set.of(type), compressionOf(stack.topic));
            assertEquals(
                    0,
                    writer.lines(" WARN ") + writer.lines(" ERROR "),
                    writer.process().lines()::toString);
        }
    }

    private static void create(String topic, CompressionType type) throws Exception {
        try (Admin admin =
                Admin.create(Map.of("bootstrap.servers", KAFKA.broker().address()))) {
            admin.createTopics(List.of(new NewTopic(topic, 1, (short) 1)
                            .configs(Map.of(
                                    "compression.type", type == CompressionType.NONE ? "uncompressed" : type.name))))
                    .all()
                    .get(LIMIT.toSeconds(), TimeUnit.SECONDS);
        }
    }

    /** Read from the batches in the broker's files, because consumers do not show it. */
    private static Set<CompressionType> compressionOf(String topic) throws IOException {
        Set<CompressionType> types = EnumSet.noneOf(CompressionType.class);
        for (Path partition : KAFKA.broker().partitions(topic)) {
            try (FileRecords records = FileRecords.open(
                    partition.resolve("00000000000000000000.log").toFile(), false)) {
                records.batches().forEach(batch -> types.add(batch.compressionType()));
            }
        }
        return types;
    }
}
