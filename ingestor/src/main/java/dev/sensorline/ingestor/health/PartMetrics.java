package dev.sensorline.ingestor.health;

import jakarta.inject.Singleton;

import dev.sensorline.ingestor.influxdb.InfluxStore;
import dev.sensorline.ingestor.kafka.KafkaLag;
import dev.sensorline.ingestor.kafka.KafkaWatch;
import dev.sensorline.ingestor.mqtt.MqttSource;
import dev.sensorline.mqtt.connector.InboundMeter;
import dev.sensorline.mqtt.connector.MqttConnector;
import dev.sensorline.points.decoding.Decoder;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;

/** Metrics that are read from the parts of the pipeline when somebody asks for them. */
@Singleton
public final class PartMetrics {

    private final MeterRegistry registry;

    public PartMetrics(MeterRegistry registry) {
        this.registry = registry;
    }

    public void register(MqttConnector connector, Decoder decoder) {
        InboundMeter readings = connector.meter(MqttSource.CHANNEL);
        FunctionCounter.builder("sensorline.readings.received", readings, InboundMeter::receivedCount)
                .description("Messages taken over from the broker")
                .register(registry);
        FunctionCounter.builder("sensorline.readings.redelivered", readings, InboundMeter::redeliveredCount)
                .description("Messages the broker marked as sent again")
                .register(registry);
        FunctionCounter.builder("sensorline.messages.ignored", readings, InboundMeter::ignoredCount)
                .description("Messages dropped because they are the services' own")
                .tag("reason", "own")
                .register(registry);
        FunctionCounter.builder("sensorline.readings.duplicated", decoder, Decoder::duplicates)
                .description("Points the same in sensor, time and content as one before")
                .register(registry);
        Gauge.builder("sensorline.queue.readings", readings, InboundMeter::waiting)
                .description("Readings that wait for their batch")
                .register(registry);
        Gauge.builder("sensorline.batches.in.flight", readings, InboundMeter::batchesInFlight)
                .description("Batches on their way and not yet acknowledged")
                .register(registry);
        Gauge.builder("sensorline.queue.full", readings, meter -> meter.isFull() ? 1 : 0)
                .description("1 while nothing is read from the broker because as much is held as may be")
                .register(registry);
        Gauge.builder("sensorline.subscriptions.lowered", connector, c -> c.loweredSubscriptions(MqttSource.CHANNEL))
                .description("Subscriptions that the broker has granted at a lower QoS than MQTT_QOS")
                .register(registry);
        Gauge.builder("sensorline.broker.connected", connector, c -> c.isConnected(MqttSource.CHANNEL) ? 1 : 0)
                .description("1 while there is a connection to the broker")
                .register(registry);
    }

    public void register(ClockSteps clock) {
        Gauge.builder("sensorline.clock.skew.seconds", clock, ClockSteps::seconds)
                .description("By how much the system clock has been set since the start; negative if it was set back")
                .strongReference(true)
                .register(registry);
    }

    public void register(InfluxStore store) {
        Gauge.builder("sensorline.store.accepting", store, s -> s.isAccepting() ? 1 : 0)
                .description("1 while InfluxDB accepts points")
                .register(registry);
    }

    public void register(KafkaWatch kafka) {
        Gauge.builder("sensorline.kafka.answering", kafka, k -> k.isAnswering() ? 1 : 0)
                .description("1 while Kafka takes records, or hands them out")
                .register(registry);
    }

    public void register(KafkaLag lag) {
        Gauge.builder("sensorline.kafka.lag", lag, KafkaLag::records)
                .description("Records of this writer's partitions that are not committed")
                .register(registry);
    }
}
