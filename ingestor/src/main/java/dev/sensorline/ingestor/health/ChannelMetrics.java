package dev.sensorline.ingestor.health;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Instance;

import org.eclipse.microprofile.reactive.messaging.spi.Connector;

import dev.sensorline.ingestor.influxdb.InfluxStore;
import dev.sensorline.ingestor.kafka.KafkaWatch;
import dev.sensorline.ingestor.settings.Channels;
import dev.sensorline.ingestor.settings.IngestorConfig;
import dev.sensorline.mqtt.connector.InboundMeter;
import dev.sensorline.mqtt.connector.MqttConnector;
import dev.sensorline.points.decoding.Decoder;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.StartupEvent;

/** Shows as metrics what the parts of the pipeline count anyway, those that the role has. */
@ApplicationScoped
class ChannelMetrics {

    void register(@Observes StartupEvent event, IngestorConfig config, MeterRegistry registry,
            @Connector(MqttConnector.NAME) MqttConnector connector, Instance<Decoder> decoder, InfluxStore store,
            KafkaWatch kafka) {
        if (config.role().readsMqtt()) {
            registerReadings(registry, connector, decoder.get());
        }
        if (config.role().writesInfluxDb()) {
            Gauge.builder("sensorline.store.accepting", store, s -> s.isAccepting() ? 1 : 0)
                    .description("1 while InfluxDB accepts points").register(registry);
        }
        if (config.role().usesKafka()) {
            Gauge.builder("sensorline.kafka.answering", kafka, k -> k.isAnswering() ? 1 : 0)
                    .description("1 while Kafka takes records, or hands them out").register(registry);
        }
        if (config.role() == IngestorConfig.Role.WRITER) {
            Gauge.builder("sensorline.kafka.lag", kafka, KafkaWatch::lag)
                    .description("Records of this writer's partitions that are not committed").register(registry);
        }
    }

    private static void registerReadings(MeterRegistry registry, MqttConnector connector, Decoder decoder) {
        InboundMeter readings = connector.meter(Channels.READINGS);
        FunctionCounter.builder("sensorline.readings.received", readings, InboundMeter::receivedCount)
                .description("Readings taken over from the broker").register(registry);
        FunctionCounter.builder("sensorline.readings.redelivered", readings, InboundMeter::redeliveredCount)
                .description("Messages the broker marked as sent again").register(registry);
        FunctionCounter.builder("sensorline.readings.duplicated", decoder, Decoder::duplicates)
                .description("Readings the same in sensor, time and content as one before").register(registry);
        Gauge.builder("sensorline.queue.readings", readings, InboundMeter::waiting)
                .description("Readings that wait for their batch").register(registry);
        Gauge.builder("sensorline.batches.in.flight", readings, InboundMeter::batchesInFlight)
                .description("Batches on their way and not yet acknowledged").register(registry);
        Gauge.builder("sensorline.queue.full", readings, meter -> meter.isFull() ? 1 : 0)
                .description("1 while nothing is read from the broker because as much is held as may be")
                .register(registry);
        Gauge.builder("sensorline.broker.connected", connector, c -> c.isConnected(Channels.READINGS) ? 1 : 0)
                .description("1 while there is a connection to the broker").register(registry);
    }
}
