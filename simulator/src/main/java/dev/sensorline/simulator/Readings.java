package dev.sensorline.simulator;

import java.security.SecureRandom;
import java.util.Optional;

import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.interceptor.Interceptor;

import org.eclipse.microprofile.reactive.messaging.Message;
import org.eclipse.microprofile.reactive.messaging.Metadata;
import org.eclipse.microprofile.reactive.messaging.Outgoing;
import org.eclipse.microprofile.reactive.messaging.spi.Connector;
import org.jboss.logging.Logger;

import dev.sensorline.fleet.waveform.SensorType;
import dev.sensorline.fleet.waveform.Waveform;
import dev.sensorline.mqtt.client.PublishProperties;
import dev.sensorline.mqtt.client.QoS;
import dev.sensorline.mqtt.connector.BrokerAccess;
import dev.sensorline.mqtt.connector.MqttConnector;
import dev.sensorline.mqtt.connector.OutgoingPublish;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Multi;
import io.vertx.core.Vertx;

/**
 * The readings of the sensor. Each tick becomes one message on the channel {@code readings}: the value of the waveform, in
 * the configured payload format.
 */
@ApplicationScoped
public class Readings {

    private static final Logger LOG = Logger.getLogger(Readings.class);

    /** The channel that they are published by. */
    static final String CHANNEL = "readings";

    private final SimulatorConfig config;
    private final Vertx vertx;
    private final BrokerAccess access;
    private final MqttConnector connector;

    private final SensorType type;
    private final String name;
    private final long seed;
    private final Waveform waveform;
    private final String topic;
    private final PublishProperties properties;

    private Optional<FleetProcess> fleet = Optional.empty();

    Readings(
            SimulatorConfig config,
            Vertx vertx,
            BrokerAccess access,
            @Connector(MqttConnector.NAME) MqttConnector connector) {
        this.config = config;
        this.access = access;
        this.vertx = vertx;
        this.connector = connector;
        this.type = config.type();
        this.name = config.name();
        this.seed = config.seed().orElseGet(() -> new SecureRandom().nextLong());
        this.waveform = type.waveform();
        this.topic = SimulatorConfig.topicOfReadings(config);
        this.properties = SimulatorConfig.propertiesOfReadings(config);
    }

    @Outgoing(CHANNEL)
    Multi<Message<byte[]>> readings() {
        if (config.isFleet()) {
            // Without a subscription, the channel's connection is not opened: a fleet has its own.
            return Multi.createFrom().publisher(subscriber -> {});
        }
        // %s instead of %d: for %d a native executable first loads the locale's number formats, which takes 0.7 MB and
        // 1 ms.
        LOG.infof(
                "Configuring %s %s %s T=%s", type.typeName(), name, config.addresses(), Seconds.text(config.period()));
        Ticks ticks = new Ticks(
                TickTimer.of(vertx),
                new Ticks.Schedule(
                        config.phase().of(config.period(), seed),
                        config.period(),
                        config.readings().map(Integer::longValue).orElse(Long.MAX_VALUE)),
                config.qos() > 0 ? queueSize() : 0,
                Quarkus::asyncExit,
                Readings::fail);
        connector.onConnection(CHANNEL, ticks::connected);
        LOG.info("Client configured!");
        return Multi.createFrom()
                .publisher(ticks)
                .map(this::message)
                .onFailure()
                .invoke(Readings::fail);
    }

    /** Before the channel starts, as that logs what is wrong with a stack trace. */
    void start(@Observes @Priority(Interceptor.Priority.PLATFORM_BEFORE) StartupEvent event) {
        if (config.isFleet()) {
            fleet = FleetProcess.start(config, access, vertx);
        } else {
            config.requireNoneOfFleets();
        }
    }

    void stop(@Observes ShutdownEvent event) {
        fleet.ifPresent(FleetProcess::stop);
    }

    /** As many as are configured, if the heap has room for them. */
    private int queueSize() {
        int room = Ticks.roomIn(NativeHeap.ofOneSensor());
        if (config.queue() <= room) {
            return config.queue();
        }
        LOG.warnf("SIM_QUEUE=%s: the heap has room for %s readings, so no more are kept", config.queue(), room);
        return room;
    }

    /** A sensor that cannot go on ends: whoever watches the process restarts it. */
    private static void fail(Throwable failure) {
        LOG.error("The sensor cannot go on", failure);
        Quarkus.asyncExit(1);
    }

    private Message<byte[]> message(Ticks.Tick tick) {
        String value = waveform.text(waveform.at(seed, tick.number(), 0));
        return Message.of(
                config.format().payload(type, name, value, tick.timeMillis()),
                Metadata.of(OutgoingPublish.to(topic, QoS.of(config.qos()), config.retain())
                        .with(properties)),
                () -> {
                    LOG.info("data published");
                    return tick.published();
                },
                failure -> tick.failed());
    }
}
