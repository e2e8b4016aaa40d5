package dev.sensorline.ingestor;

import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

import dev.sensorline.servers.BrokerSettings;
import dev.sensorline.servers.ChildProcess;
import dev.sensorline.servers.KafkaBroker;
import dev.sensorline.servers.Ports;
import dev.sensorline.servers.ServiceProcess;
import dev.sensorline.servers.StoreSettings;

/** An MQTT broker, a topic of Kafka and a store, with ingestors in the roles bridge and writer between them. */
final class KafkaStack implements AutoCloseable {

    static final Duration LIMIT = Ingestion.LIMIT.multipliedBy(2);

    private static final String GROUP = "sensorline-writers";

    final Ingestion ingestion =
            Ingestion.servers(BrokerSettings.defaults().withMaxInflight(0), StoreSettings.defaults());
    final String topic = "points-" + UUID.randomUUID();
    final KafkaBroker kafka;
    private final List<RunningIngestor> members = new ArrayList<>();
    private final List<Load> loads = new ArrayList<>();

    KafkaStack(KafkaBroker kafka) {
        this.kafka = kafka;
    }

    /** An ingestor as a process, with its health and metrics. */
    record RunningIngestor(ChildProcess process, int httpPort) {

        double metric(String name) {
            return new HealthAndMetrics(httpPort).metric(name);
        }

        int ready() {
            return new HealthAndMetrics(httpPort).get("/q/health/ready").statusCode();
        }

        RunningIngestor awaitReadiness(int status) {
            new HealthAndMetrics(httpPort).awaitReadiness(status);
            return this;
        }

        long lines(String part) {
            return Ingestion.lines(process, part);
        }
    }

    /** The variables that a role needs; those it must not use lead to ports without a server. */
    ServiceProcess configured(String role) {
        ServiceProcess service = ServiceProcess.of("ingestor")
                .with("INGESTOR_ROLE", role)
                .with("KAFKA_BOOTSTRAP_SERVERS", kafka.address())
                .with("KAFKA_TOPIC", topic);
        return role.equals("bridge")
                ? service.with("MQTT_HOST", ingestion.broker.host())
                        .with("MQTT_PORT", ingestion.broker.port())
                        .with("INFLUX_URL", "http://127.0.0.1:" + Ports.free())
                : service.with("INFLUX_URL", ingestion.store.url())
                        .with("KAFKA_GROUP", GROUP)
                        .with("MQTT_PORT", Ports.free());
    }

    RunningIngestor start(ServiceProcess configured) {
        int port = Ports.free();
        RunningIngestor member =
                new RunningIngestor(configured.with("HTTP_PORT", port).start(), port);
        members.add(member);
        return member;
    }

    RunningIngestor bridge() {
        return start(configured("bridge")).awaitReadiness(200);
    }

    RunningIngestor writer() {
        return start(configured("writer")).awaitReadiness(200);
    }

    /** Starts to publish. A bridge must have subscribed before. */
    Load load() {
        Load load = new Load(ingestion);
        loads.add(load);
        return load;
    }

    /** All records of the topic, in the order of partitions and offsets. */
    List<ConsumerRecord<String, String>> records(String topic) {
        List<ConsumerRecord<String, String>> records = new ArrayList<>();
        try (KafkaConsumer<String, String> consumer = consumer()) {
            Set<TopicPartition> partitions = partitions(consumer, topic);
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> end = consumer.endOffsets(partitions);
            await().atMost(LIMIT).until(() -> {
                consumer.poll(Duration.ofMillis(100)).forEach(records::add);
                return end.entrySet().stream().allMatch(last -> consumer.position(last.getKey()) >= last.getValue());
            });
        }
        return records;
    }

    /** The number of records that the writers have committed. */
    long committed() {
        try (KafkaConsumer<String, String> consumer = consumer()) {
            return consumer.committed(partitions(consumer, topic)).values().stream()
                    .mapToLong(offset -> offset == null ? 0 : offset.offset())
                    .sum();
        }
    }

    void send(String key, String... values) {
        try (KafkaProducer<String, String> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", kafka.internalAddress()), new StringSerializer(), new StringSerializer())) {
            for (String value : values) {
                producer.send(new ProducerRecord<>(topic, key, value));
            }
        }
    }

    /** A consumer that reads the group's offsets and commits none. */
    private KafkaConsumer<String, String> consumer() {
        return new KafkaConsumer<>(
                Map.of("bootstrap.servers", kafka.internalAddress(), "group.id", GROUP, "enable.auto.commit", "false"),
                new StringDeserializer(),
                new StringDeserializer());
    }

    private static Set<TopicPartition> partitions(KafkaConsumer<?, ?> consumer, String topic) {
        Set<TopicPartition> partitions = new HashSet<>();
        consumer.partitionsFor(topic).forEach(info -> partitions.add(new TopicPartition(topic, info.partition())));
        return partitions;
    }

    @Override
    public void close() {
        loads.forEach(Load::close);
        members.forEach(member -> member.process().close());
        ingestion.close();
    }
}
