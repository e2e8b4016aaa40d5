package dev.sensorline.ingestor;

import static dev.sensorline.ingestor.KafkaPath.LIMIT;
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
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import dev.sensorline.ingestor.KafkaPath.Member;
import dev.sensorline.servers.KafkaBroker;

/** Records that are compressed: by the bridge, or by Kafka because its topic says so. */
class KafkaCompressionIT {

    private static KafkaBroker kafka;

    @BeforeAll
    static void start() {
        kafka = KafkaBroker.start();
    }

    @AfterAll
    static void stop() {
        kafka.close();
    }

    @ParameterizedTest
    @EnumSource(CompressionType.class)
    void the_bridge_compresses_as_it_is_told_and_the_writer_reads_it(CompressionType type) throws IOException {
        try (KafkaPath path = new KafkaPath(kafka)) {
            for (String role : List.of("bridge", "writer")) {
                path.start(path.configured(role).with("KAFKA_COMPRESSION_TYPE", type.name)).awaitReadiness(200);
            }
            path.ingestion.publish("S", 0, 500, 1);
            path.ingestion.awaitPoints("S", 500);
            assertEquals(Set.of(type), compressionOf(path.topic));
        }
    }

    @ParameterizedTest
    @EnumSource(CompressionType.class)
    void the_writer_reads_what_kafka_has_compressed(CompressionType type) throws Exception {
        try (KafkaPath path = new KafkaPath(kafka); Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.address()))) {
            admin.createTopics(List.of(new NewTopic(path.topic, 1, (short) 1)
                    .configs(Map.of("compression.type", type == CompressionType.NONE ? "uncompressed" : type.name))))
                    .all().get(LIMIT.toSeconds(), TimeUnit.SECONDS);
            path.bridge();
            Member writer = path.writer();
            path.ingestion.publish("S", 0, 500, 1);
            path.ingestion.awaitPoints("S", 500);
            assertEquals(Set.of(type), compressionOf(path.topic));
            assertEquals(0, writer.lines(" WARN ") + writer.lines(" ERROR "), writer.process().lines()::toString);
        }
    }

    /** Of the batches in the files of the broker: a consumer does not tell. */
    private static Set<CompressionType> compressionOf(String topic) throws IOException {
        Set<CompressionType> types = EnumSet.noneOf(CompressionType.class);
        for (Path partition : kafka.partitions(topic)) {
            try (FileRecords records = FileRecords.open(partition.resolve("00000000000000000000.log").toFile(), false)) {
                records.batches().forEach(batch -> types.add(batch.compressionType()));
            }
        }
        return types;
    }
}
