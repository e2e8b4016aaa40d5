package dev.sensorline.console.wiring;

import java.io.UncheckedIOException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;

import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import jakarta.interceptor.Interceptor;

import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.eclipse.microprofile.reactive.messaging.spi.Connector;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;

import dev.sensorline.application.StartFailure;
import dev.sensorline.console.history.History;
import dev.sensorline.console.inbound.Inbox;
import dev.sensorline.console.inbound.Intake;
import dev.sensorline.console.inbound.MessageChannel;
import dev.sensorline.console.inbound.ReadingDecoder;
import dev.sensorline.console.live.LiveLimits;
import dev.sensorline.console.live.LiveSensors;
import dev.sensorline.console.loop.LiveLoop;
import dev.sensorline.console.rejected.RejectedReadings;
import dev.sensorline.console.settings.ConsoleConfig;
import dev.sensorline.console.settings.ConsoleRules;
import dev.sensorline.console.settings.ConsoleTopics;
import dev.sensorline.console.status.BrokerState;
import dev.sensorline.console.status.Build;
import dev.sensorline.console.status.Ingestors;
import dev.sensorline.console.status.Overview;
import dev.sensorline.console.status.Vitals;
import dev.sensorline.console.stream.StreamLimits;
import dev.sensorline.console.stream.Streams;
import dev.sensorline.console.watch.SensorWatch;
import dev.sensorline.console.watch.Watching;
import dev.sensorline.mqtt.connector.MqttConnector;
import dev.sensorline.points.decoding.Decoder;
import dev.sensorline.rulesettings.CurrentRules;
import dev.sensorline.rulesettings.Environment;
import dev.sensorline.rulesettings.RulesReload;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.StartupEvent;

/**
 * Makes the parts, which are plain Java, and starts them: messages → {@link Inbox} → {@link Intake} → {@link LiveSensors} → {@link
 * Streams}.
 */
@Singleton
final class ConsoleWiring {

    private static final int BEFORE_THE_CHANNELS = Interceptor.Priority.PLATFORM_BEFORE + 500;
    private static final Duration VITALS_INTERVAL = Duration.ofSeconds(1);
    /** Of messages that wait, two seconds of a busy plant. */
    private static final int MOST_WAITING = 20_000;

    private static final long MOST_WAITING_BYTES = 16 << 20;

    private final Clock clock = Clock.systemUTC();

    @Produces
    @Singleton
    LiveSensors sensors(ConsoleConfig config, SensorWatch watch) {
        return new LiveSensors(new LiveLimits(config.sensors(), config.window(), config.readings()), watch, clock);
    }

    @Produces
    @Singleton
    RejectedReadings rejected() {
        return new RejectedReadings(clock);
    }

    @Produces
    @Singleton
    Ingestors ingestors() {
        return new Ingestors(clock);
    }

    @Produces
    @Singleton
    ReadingDecoder decoder(CurrentRules rules, ConsoleConfig config) {
        return new ReadingDecoder(new Decoder(rules.rules(), config.maxPoints()), rules);
    }

    @Produces
    @Singleton
    Inbox inbox(
            LiveLoop loop,
            ConsoleTopics topics,
            ReadingDecoder decoder,
            LiveSensors sensors,
            RejectedReadings rejected,
            Ingestors ingestors,
            Watching watching) {
        Intake intake = new Intake(topics, decoder, sensors, rejected, ingestors, watching);
        Inbox inbox = new Inbox(loop, intake, MOST_WAITING, MOST_WAITING_BYTES);
        watching.countLosses(inbox::dropped);
        return inbox;
    }

    @Produces
    @Singleton
    BrokerState broker() {
        return new BrokerState(clock);
    }

    @Produces
    @Singleton
    Overview overview(
            BrokerState broker,
            CurrentRules rules,
            History history,
            Ingestors ingestors,
            LiveSensors sensors,
            RejectedReadings rejected,
            ConsoleConfig config) {
        return new Overview(
                broker,
                rules,
                history,
                ingestors,
                sensors,
                rejected,
                config.mqtt().addresses(),
                config.grafana().url());
    }

    @Produces
    @Singleton
    Vitals vitals() {
        return new Vitals();
    }

    @Produces
    @Singleton
    Build build(
            @ConfigProperty(name = "quarkus.application.version") String version,
            @ConfigProperty(name = "sensorline.build", defaultValue = "unknown") String build) {
        return new Build(version, build, clock.instant());
    }

    @Produces
    @Singleton
    StreamLimits streamLimits(ConsoleConfig config) {
        return new StreamLimits(config.streams());
    }

    @Produces
    @Singleton
    Streams streams(
            LiveSensors sensors,
            ConsoleConfig config,
            Build build,
            Overview overview,
            StreamLimits limits,
            ObjectMapper json) {
        return new Streams(sensors, config.window(), clock, build.version(), build.build(), new SecureRandom(), () -> {
            try {
                return json.writeValueAsBytes(overview.summary(limits.open()));
            } catch (JsonProcessingException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    /** What has arrived before is decoded by the old rules. */
    @Produces
    @Singleton
    RulesReload rulesReload(
            CurrentRules rules,
            ConsoleRules configured,
            ReadingDecoder decoder,
            Inbox inbox,
            @Connector(MqttConnector.NAME) MqttConnector connector,
            Environment environment,
            MeterRegistry registry) {
        return new RulesReload(
                rules,
                () -> ConsoleRules.readNow(environment),
                (changed, inUse) -> connector.changeTopics(
                        MessageChannel.CHANNEL,
                        configured.topics(changed),
                        () -> inbox.between(() -> {
                            inUse.run();
                            decoder.useCurrentRules();
                        })),
                new StartFailure("console", environment::nameOf),
                registry);
    }

    void stop(@Disposes RulesReload reload) {
        reload.stop();
    }

    void connect(
            @Observes @Priority(BEFORE_THE_CHANNELS) StartupEvent event,
            @Connector(MqttConnector.NAME) MqttConnector connector,
            BrokerState broker,
            SensorWatch watch,
            LiveLoop loop) {
        connector.onConnection(MessageChannel.CHANNEL, isConnected -> {
            broker.connected(isConnected);
            loop.execute(() -> watch.brokerConnected(isConnected));
        });
    }

    void start(
            @Observes StartupEvent event,
            LiveLoop loop,
            Streams streams,
            Overview overview,
            Vitals vitals,
            RulesReload reload) {
        loop.repeat(Streams.INTERVAL, streams::tick);
        loop.repeat(VITALS_INTERVAL, () -> vitals.add(overview.summary(streams.open()), clock.millis()));
        reload.start();
    }
}
