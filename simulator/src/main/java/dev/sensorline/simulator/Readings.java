package dev.sensorline.simulator;

import java.security.SecureRandom;

import jakarta.enterprise.context.ApplicationScoped;

import org.eclipse.microprofile.reactive.messaging.Message;
import org.eclipse.microprofile.reactive.messaging.Metadata;
import org.eclipse.microprofile.reactive.messaging.Outgoing;
import org.jboss.logging.Logger;

import dev.sensorline.mqtt.client.QoS;
import dev.sensorline.mqtt.connector.OutgoingPublish;
import dev.sensorline.simulator.waveform.SensorType;
import dev.sensorline.simulator.waveform.UniformNoise;
import dev.sensorline.simulator.waveform.Waveform;
import io.quarkus.runtime.Quarkus;
import io.smallrye.mutiny.Multi;
import io.vertx.core.Vertx;

/**
 * The readings of the sensor. Each tick becomes one message on the channel {@code readings}: the value of the waveform, in
 * the configured payload format.
 */
@ApplicationScoped
public class Readings {

    private static final Logger LOG = Logger.getLogger(Readings.class);

    private final SimulatorConfig config;
    private final Vertx vertx;

    private final SensorType type;
    private final String name;
    private final Waveform waveform;
    private final String topic;

    Readings(SimulatorConfig config, Vertx vertx) {
        this.config = config;
        this.vertx = vertx;
        this.type = config.type();
        this.name = config.name();
        this.waveform = type.waveform(new UniformNoise(config.seed().orElseGet(() -> new SecureRandom().nextLong())));
        this.topic = config.topic().replace("{name}", name);
    }

    @Outgoing("readings")
    Multi<Message<byte[]>> readings() {
        // %s instead of %d: for %d a native executable first loads the locale's number formats, which takes 0.7 MB and
        // 1 ms.
        LOG.infof(
                "Configuring %s %s %s:%s T=%s",
                type.typeName(), name, config.host(), config.port(), Seconds.text(config.period()));
        Ticks ticks = new Ticks(
                vertx,
                config.period(),
                config.qos() > 0 ? config.queue() : 0,
                config.readings().map(Integer::longValue).orElse(Long.MAX_VALUE),
                Quarkus::asyncExit);
        LOG.info("Client configured!");
        return Multi.createFrom().publisher(ticks).map(this::message);
    }

    private Message<byte[]> message(Ticks.Tick tick) {
        String value = waveform.text(waveform.at(tick.number()));
        return Message.of(
                config.format().payload(type, name, value, tick.timeMillis()),
                Metadata.of(OutgoingPublish.to(topic, QoS.of(config.qos()), config.retain())),
                () -> {
                    LOG.info("data published");
                    return tick.published();
                },
                failure -> tick.failed());
    }
}
