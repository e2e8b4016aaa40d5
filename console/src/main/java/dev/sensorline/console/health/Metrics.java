package dev.sensorline.console.health;

import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

import org.eclipse.microprofile.reactive.messaging.spi.Connector;

import dev.sensorline.console.inbound.Inbox;
import dev.sensorline.console.inbound.MessageChannel;
import dev.sensorline.console.inbound.ReadingDecoder;
import dev.sensorline.console.live.LiveSensors;
import dev.sensorline.console.rejected.RejectedReadings;
import dev.sensorline.console.stream.StreamLimits;
import dev.sensorline.mqtt.connector.InboundMeter;
import dev.sensorline.mqtt.connector.MqttConnector;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.StartupEvent;

/** Metrics that are read from the parts of the console when somebody asks for them. */
@Singleton
final class Metrics {

    void register(
            @Observes StartupEvent event,
            MeterRegistry registry,
            @Connector(MqttConnector.NAME) MqttConnector connector,
            Inbox inbox,
            ReadingDecoder decoder,
            LiveSensors sensors,
            RejectedReadings rejected,
            StreamLimits streams) {
        InboundMeter messages = connector.meter(MessageChannel.CHANNEL);
        FunctionCounter.builder("sensorline.console.messages.received", messages, InboundMeter::receivedCount)
                .description("Messages taken over from the broker")
                .register(registry);
        FunctionCounter.builder("sensorline.console.messages.dropped", inbox, Inbox::dropped)
                .description("Messages dropped because more arrived than could be taken in")
                .register(registry);
        Gauge.builder("sensorline.console.queue.messages", inbox, Inbox::waiting)
                .description("Messages that wait to be taken in")
                .register(registry);
        FunctionCounter.builder("sensorline.console.readings.rejected", decoder, ReadingDecoder::rejected)
                .description("Readings, or parts of them, that are invalid; the ingestor sets them aside")
                .register(registry);
        FunctionCounter.builder("sensorline.console.readings.ignored", decoder, ReadingDecoder::ignored)
                .description("Messages dropped because they were retained or no rule is meant for them")
                .register(registry);
        FunctionCounter.builder("sensorline.console.rejected.received", rejected, RejectedReadings::total)
                .description("Copies of rejected readings received")
                .register(registry);
        Gauge.builder("sensorline.console.sensors", sensors, LiveSensors::known)
                .description("Sensors in memory")
                .register(registry);
        FunctionCounter.builder("sensorline.console.sensors.evicted", sensors, LiveSensors::evicted)
                .description("Sensors that made way for others because there were too many")
                .register(registry);
        FunctionCounter.builder("sensorline.console.points.unheld", sensors, LiveSensors::unheldPoints)
                .description("Points not held because the names of their series are too long")
                .register(registry);
        FunctionCounter.builder("sensorline.console.fields.unheld", sensors, LiveSensors::unheldFields)
                .description("Values not held because their sensor has too many fields, or their names are too long")
                .register(registry);
        Gauge.builder("sensorline.console.streams", streams, StreamLimits::open)
                .description("Open streams")
                .register(registry);
        FunctionCounter.builder("sensorline.console.streams.refused", streams, StreamLimits::refused)
                .description("Streams refused because too many were open")
                .register(registry);
        Gauge.builder("sensorline.broker.connected", connector, c -> c.isConnected(MessageChannel.CHANNEL) ? 1 : 0)
                .description("1 while there is a connection to the broker")
                .register(registry);
    }
}
