package dev.sensorline.ingestor.wiring;

import java.time.Clock;
import java.util.Set;
import java.util.function.BooleanSupplier;

import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import jakarta.interceptor.Interceptor;

import org.eclipse.microprofile.reactive.messaging.spi.Connector;
import org.jboss.logging.Logger;

import dev.sensorline.application.StartFailure;
import dev.sensorline.ingestor.eventloop.VertxEventLoop;
import dev.sensorline.ingestor.health.ClockSteps;
import dev.sensorline.ingestor.health.PartMetrics;
import dev.sensorline.ingestor.health.ReadinessChecks;
import dev.sensorline.ingestor.influxdb.InfluxStore;
import dev.sensorline.ingestor.kafka.BootstrapServers;
import dev.sensorline.ingestor.kafka.ConfiguredClients;
import dev.sensorline.ingestor.kafka.KafkaLag;
import dev.sensorline.ingestor.kafka.KafkaSource;
import dev.sensorline.ingestor.kafka.KafkaTopic;
import dev.sensorline.ingestor.kafka.KafkaWatch;
import dev.sensorline.ingestor.kafka.WatchedConsumer;
import dev.sensorline.ingestor.kafka.WatchedProducer;
import dev.sensorline.ingestor.mqtt.MqttSource;
import dev.sensorline.ingestor.mqtt.ReadingDecoding;
import dev.sensorline.ingestor.mqtt.UnsetClocks;
import dev.sensorline.ingestor.pipeline.Destination;
import dev.sensorline.ingestor.pipeline.Latency;
import dev.sensorline.ingestor.pipeline.Pipeline;
import dev.sensorline.ingestor.pipeline.ProcessEnd;
import dev.sensorline.ingestor.pipeline.SetAside;
import dev.sensorline.ingestor.setaside.KafkaSetAside;
import dev.sensorline.ingestor.setaside.MqttSetAside;
import dev.sensorline.ingestor.setaside.ReportingSetAside;
import dev.sensorline.ingestor.setaside.RivalConnections;
import dev.sensorline.ingestor.settings.ConfiguredRules;
import dev.sensorline.ingestor.settings.IngestorConfig;
import dev.sensorline.ingestor.settings.IngestorConfig.RejectedConnection;
import dev.sensorline.ingestor.sparkplug.MqttCommands;
import dev.sensorline.ingestor.sparkplug.RebirthRequests;
import dev.sensorline.ingestor.status.IngestorStatus;
import dev.sensorline.mqtt.connector.MqttConnector;
import dev.sensorline.points.ForwardedPoint;
import dev.sensorline.points.Point;
import dev.sensorline.points.decoding.Decoder;
import dev.sensorline.points.decoding.sparkplug.EdgeNodeListener;
import dev.sensorline.rulesettings.CurrentRules;
import dev.sensorline.rulesettings.Environment;
import dev.sensorline.rulesettings.RulesReload;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Vertx;

/**
 * Assembles the pipeline of the role, and starts and shows those of its parts that are not channels. Parts that the role does
 * not have are not made: each is asked for here, and by the source, only where the role has it.
 */
@Singleton
final class RoleWiring {

    private static final Logger LOG = Logger.getLogger(RoleWiring.class);
    private static final int BEFORE_THE_CHANNELS = Interceptor.Priority.PLATFORM_BEFORE + 500;

    private final boolean readsMqtt;
    private final boolean readsKafka;
    private final boolean writesKafka;
    private final boolean writesInfluxDb;
    /** For the status, which asks for it on a timer that may outlive the beans of a start that has failed. */
    private volatile BooleanSupplier isStoreUp = () -> false;

    RoleWiring(IngestorConfig config) {
        Set<String> channels = RoleChannels.of(config.role());
        readsMqtt = channels.contains(MqttSource.CHANNEL);
        readsKafka = channels.contains(KafkaSource.CHANNEL);
        writesKafka = channels.contains(KafkaTopic.CHANNEL);
        writesInfluxDb = !writesKafka;
    }

    @Produces
    @Singleton
    Pipeline<Point> readings(
            Decoder decoder,
            CurrentRules rules,
            MeterRegistry registry,
            Instance<InfluxStore> influxDb,
            Instance<KafkaTopic> kafka,
            SetAside setAside,
            Latency latency,
            IngestorConfig config) {
        Destination<? super Point> destination = writesKafka ? kafka.get() : influxDb.get();
        return new Pipeline<>(
                new ReadingDecoding(
                        decoder,
                        topic -> rules.retained(topic),
                        topic -> rules.isUnwanted(topic),
                        new UnsetClocks(registry, System::nanoTime),
                        registry),
                destination,
                setAside,
                latency,
                config.batch().size());
    }

    @Produces
    @Singleton
    Pipeline<ForwardedPoint> records(InfluxStore influxDb, SetAside setAside, Latency latency, IngestorConfig config) {
        return new Pipeline<>(
                KafkaSource::decode, influxDb, setAside, latency, config.batch().size());
    }

    /** Behind a proxy, and so made when it is first used: its emitter is there only when the channels are. */
    @Produces
    @ApplicationScoped
    SetAside setAside(Instance<MqttSetAside> mqtt, Instance<KafkaSetAside> kafka, MeterRegistry registry) {
        return new ReportingSetAside(readsMqtt ? mqtt.get() : kafka.get(), registry, System::nanoTime);
    }

    /** Asks for the channel only when there is something to be sent: its emitter is there only when the channels are. */
    @Produces
    @Singleton
    EdgeNodeListener rebirths(Instance<MqttCommands> commands, MeterRegistry registry) {
        return new RebirthRequests(
                (topic, payload, unsent) -> commands.get().publish(topic, payload, unsent),
                registry,
                Clock.systemUTC(),
                System::nanoTime);
    }

    @Produces
    @Singleton
    ProcessEnd processEnd() {
        return new ProcessEnd(() -> Quarkus.asyncExit(1));
    }

    @Produces
    @Singleton
    Latency latency(MeterRegistry registry) {
        return new Latency(registry, Clock.systemUTC());
    }

    @Produces
    @Singleton
    KafkaWatch kafkaWatch(
            IngestorConfig config,
            Vertx vertx,
            Instance<WatchedProducer> producer,
            Instance<WatchedConsumer> consumer) {
        return new KafkaWatch(
                config.kafka(),
                writesKafka ? producer.get() : consumer.get(),
                new VertxEventLoop(vertx),
                () -> Quarkus.asyncExit(1));
    }

    void stop(@Disposes KafkaWatch kafka) {
        kafka.stop();
    }

    /** Before a client is made, so that a wrong setting is one line, and a client finds an address. */
    void check(
            @Observes @Priority(Interceptor.Priority.PLATFORM_BEFORE) StartupEvent event,
            ConfiguredClients clients,
            IngestorConfig config) {
        if (readsKafka || writesKafka) {
            clients.check();
            new BootstrapServers(config.kafka().bootstrapServers()).awaitAddress();
        }
    }

    /** Before the channels start, so that a wrong setting keeps them from starting. */
    void connect(@Observes @Priority(BEFORE_THE_CHANNELS) StartupEvent event, Instance<InfluxStore> influxDb) {
        if (writesInfluxDb) {
            influxDb.get().startProbing();
        }
    }

    /** Before the channels connect. */
    void watch(
            @Observes @Priority(BEFORE_THE_CHANNELS) StartupEvent event,
            IngestorConfig config,
            @Connector(MqttConnector.NAME) MqttConnector connector) {
        if (!readsMqtt || config.mqtt().rejectedConnection() == RejectedConnection.SHARED) {
            return;
        }
        String clientId = config.mqtt().clientId();
        RivalConnections rivals = new RivalConnections(
                System::nanoTime,
                () -> LOG.warnf(
                        "The connections as %s and %s-rejected end each other: the broker takes them for one client"
                                + " (use_username_as_clientid of Mosquitto?). Set MQTT_REJECTED_CONNECTION=shared",
                        clientId, clientId));
        connector.onConnection(MqttSource.CHANNEL, rivals.readings());
        connector.onConnection(MqttSetAside.CHANNEL, rivals.rejected());
    }

    /** Before the channels connect. */
    void publishStatus(
            @Observes @Priority(BEFORE_THE_CHANNELS) StartupEvent event,
            IngestorStatus status,
            @Connector(MqttConnector.NAME) MqttConnector connector) {
        status.start(connector, writesInfluxDb ? "influxdb" : "kafka", () -> isStoreUp.getAsBoolean());
    }

    /** What has arrived before, and is not settled, is decoded by the old rules. */
    @Produces
    @Singleton
    RulesReload rulesReload(
            ConfiguredRules rules,
            Decoder decoder,
            @Connector(MqttConnector.NAME) MqttConnector connector,
            Environment environment,
            MeterRegistry registry) {
        return new RulesReload(
                rules.rules(),
                () -> ConfiguredRules.of(ConfiguredRules.readNow(), environment),
                (changed, inUse) -> connector.changeTopics(MqttSource.CHANNEL, rules.topics(changed), () -> {
                    decoder.use(changed.rules());
                    inUse.run();
                }),
                new StartFailure("ingestor", environment::nameOf),
                registry);
    }

    void stop(@Disposes RulesReload reload) {
        reload.stop();
    }

    void followRules(@Observes StartupEvent event, Instance<RulesReload> reload) {
        if (readsMqtt) {
            reload.get().start();
        }
    }

    void show(
            @Observes StartupEvent event,
            PartMetrics metrics,
            ReadinessChecks checks,
            @Connector(MqttConnector.NAME) MqttConnector connector,
            Decoder decoder,
            Instance<InfluxStore> influxDb,
            Instance<KafkaWatch> kafka,
            Instance<KafkaLag> lag) {
        metrics.register(new ClockSteps(Clock.systemUTC(), System::nanoTime));
        if (readsMqtt) {
            metrics.register(connector, decoder);
        }
        isStoreUp = writesKafka ? kafka.get()::isAnswering : influxDb.get()::isAccepting;
        if (writesInfluxDb) {
            metrics.register(influxDb.get());
            checks.register(influxDb.get());
        }
        if (readsKafka || writesKafka) {
            kafka.get().start();
            metrics.register(kafka.get());
            checks.register(kafka.get());
        }
        if (readsKafka) {
            lag.get().start();
            metrics.register(lag.get());
        }
    }
}
