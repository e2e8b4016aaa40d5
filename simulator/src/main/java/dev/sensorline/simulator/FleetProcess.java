package dev.sensorline.simulator;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedWriter;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.IntFunction;

import org.jboss.logging.Logger;

import dev.sensorline.application.BadConfiguration;
import dev.sensorline.fleet.Fleet;
import dev.sensorline.fleet.Group;
import dev.sensorline.fleet.Metric;
import dev.sensorline.fleet.NamePattern;
import dev.sensorline.fleet.TopicPattern;
import dev.sensorline.fleet.file.FleetFile;
import dev.sensorline.fleet.file.InvalidFleetException;
import dev.sensorline.fleet.file.Problem;
import dev.sensorline.fleet.ledger.LedgerGroup;
import dev.sensorline.fleet.ledger.LedgerHeader;
import dev.sensorline.fleet.ledger.PartedOutput;
import dev.sensorline.fleet.payload.DryRun;
import dev.sensorline.fleet.payload.Encoders;
import dev.sensorline.mqtt.client.ProtocolVersion;
import dev.sensorline.mqtt.client.PublisherOptions;
import dev.sensorline.mqtt.client.QoS;
import dev.sensorline.mqtt.client.SessionOptions;
import dev.sensorline.mqtt.client.SessionOptions.Broker;
import dev.sensorline.mqtt.client.SessionOptions.Credentials;
import dev.sensorline.mqtt.client.SessionOptions.Tls;
import dev.sensorline.mqtt.client.Will;
import dev.sensorline.mqtt.client.vertx.MqttPublishers;
import dev.sensorline.mqtt.client.vertx.MqttSessions;
import dev.sensorline.mqtt.connector.BrokerAccess;
import dev.sensorline.mqtt.connector.Transport;
import dev.sensorline.simulator.fleet.FleetOptions;
import dev.sensorline.simulator.fleet.FleetRun;
import dev.sensorline.simulator.fleet.Journal;
import dev.sensorline.simulator.fleet.LedgerJournal;
import dev.sensorline.simulator.fleet.LedgerTopic;
import dev.sensorline.simulator.fleet.Sensors;
import io.quarkus.runtime.Quarkus;
import io.vertx.core.Vertx;

/** The process as a fleet instead of one sensor. Not loaded for one sensor. */
final class FleetProcess {

    private static final Logger LOG = Logger.getLogger(FleetProcess.class);
    private static final Duration KEEP_ALIVE = Duration.ofMinutes(1);
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration STEP = Duration.ofSeconds(10);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(7);
    private static final byte[] OFFLINE = "offline".getBytes(UTF_8);
    private static final long NANOS_PER_MILLI = 1_000_000;
    private static final int DECIMALS_OF_RATE = 9;

    private final MqttPublishers publishers;
    private final FleetRun run;
    private final Optional<Ledger> ledger;
    private final Optional<MetricsEndpoint> metrics;

    private FleetProcess(
            MqttPublishers publishers, FleetRun run, Optional<Ledger> ledger, Optional<MetricsEndpoint> metrics) {
        this.publishers = publishers;
        this.run = run;
        this.ledger = ledger;
        this.metrics = metrics;
    }

    /**
     * The ledger of a run.
     *
     * @param topic that it is published on, if it is
     */
    private record Ledger(LedgerJournal journal, Optional<LedgerTopic> topic) {}

    /**
     * Starts what the settings describe: a run, or a dry run.
     *
     * @return the run; empty if it is a dry one
     * @throws BadConfiguration if they describe none
     */
    static Optional<FleetProcess> start(SimulatorConfig config, BrokerAccess access, Vertx vertx) {
        Fleet fleet = fleet(config);
        if (config.dryRun()) {
            dryRun(config, fleet);
            return Optional.empty();
        }
        FleetOptions options = options(config, fleet);
        MqttPublishers publishers =
                new MqttPublishers(options.threads(), publisherOptions(config, access, fleet, options), vertx);
        CompletableFuture<FleetRun> started = new CompletableFuture<>();
        Optional<MetricsEndpoint> metrics = config.metrics()
                .map(address -> MetricsEndpoint.start(vertx, address, () -> started.thenCompose(FleetRun::metrics)));
        // The ledger of an earlier run is overwritten only if all settings are right.
        Optional<Ledger> ledger = config.ledger().map(place -> ledger(config, access, fleet, place, vertx));
        FleetRun run = new FleetRun(
                options,
                publishers.loops(),
                Encoders::of,
                ledger.<Journal>map(Ledger::journal).orElse(Journal.NONE),
                new FleetOutput(
                        config.report().equals(FleetSettings.ReportForm.JSON),
                        config.addresses(),
                        config.connectLimit()),
                System.currentTimeMillis(),
                Quarkus::asyncExit);
        if (config.count().isPresent() && config.seed().isEmpty()) {
            LOG.infof("SIM_SEED=%d repeats these readings", fleet.seed());
        }
        started.complete(run);
        run.start();
        return Optional.of(new FleetProcess(publishers, run, ledger, metrics));
    }

    /** Ends the run, says what came of it, and disconnects. */
    void stop() {
        try {
            run.stop().get(STOP_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (java.util.concurrent.ExecutionException | TimeoutException e) {
            // The process ends all the same, even if the fleet waits for its ledger.
            ledger.flatMap(Ledger::topic).ifPresent(LedgerTopic::giveUp);
        }
        publishers.close();
        ledger.map(Ledger::journal).ifPresent(LedgerJournal::close);
        metrics.ifPresent(MetricsEndpoint::close);
    }

    /** Begins the ledger of a run. */
    private static Ledger ledger(
            SimulatorConfig config, BrokerAccess access, Fleet fleet, LedgerPlace place, Vertx vertx) {
        if (config.rate().filter(rates -> rates.each().size() > 1).isPresent()) {
            throw new BadConfiguration(
                    "SIM_LEDGER=%s: must not be set with several rates in SIM_RATE: a ledger is that of one run"
                            .formatted(place));
        }
        try {
            String text =
                    config.file().isPresent() ? Files.readString(config.file().get()) : "";
            LedgerHeader header = new LedgerHeader(
                    fleet.seed(),
                    LedgerHeader.hashOf(text),
                    System.currentTimeMillis() * NANOS_PER_MILLI,
                    fleet.groups().stream().map(LedgerGroup::of).toList());
            Consumer<String> onFailure = reason -> {
                LOG.errorf("The ledger %s cannot be written: %s", place, reason);
                Quarkus.asyncExit(1);
            };
            if (place instanceof LedgerPlace.Topic topic) {
                SessionOptions session = session(config, access, nameOf(config) + "-ledger");
                LedgerTopic published = new LedgerTopic(new MqttSessions(vertx).create(session), topic.name());
                OutputStream out = new PartedOutput(published, new SecureRandom().nextLong());
                return new Ledger(new LedgerJournal(out, header, onFailure), Optional.of(published));
            }
            OutputStream out =
                    new FileOutputStream(((LedgerPlace.File) place).path().toFile());
            return new Ledger(new LedgerJournal(out, header, onFailure), Optional.empty());
        } catch (IOException e) {
            throw new BadConfiguration("SIM_LEDGER=%s: must be a file that can be written".formatted(place));
        }
    }

    private static Fleet fleet(SimulatorConfig config) {
        if (config.file().isPresent() && config.count().isPresent()) {
            throw new BadConfiguration("SIM_COUNT=%d: must not be set with SIM_FILE"
                    .formatted(config.count().get()));
        }
        return config.file()
                .map(FleetProcess::fileFleet)
                .orElseGet(() -> copies(config, config.count().orElseThrow()));
    }

    private static Fleet fileFleet(Path file) {
        Fleet fleet;
        try {
            fleet = FleetFile.read(file.toString(), Files.readString(file), new ReferencedFiles(file));
        } catch (InvalidFleetException e) {
            throw new BadConfiguration(
                    e.problems().stream().map(Problem::toString).toList());
        } catch (MalformedInputException e) {
            throw new BadConfiguration("SIM_FILE=%s: must be a file in UTF-8".formatted(file));
        } catch (IOException e) {
            throw new BadConfiguration("SIM_FILE=%s: must be a file that can be read".formatted(file));
        }
        return fleet;
    }

    /** Copies of the one sensor, which begin evenly spread over the period. */
    private static Fleet copies(SimulatorConfig config, int count) {
        String type = config.type().name().toLowerCase(Locale.ROOT);
        int number = config.name().indexOf(NamePattern.NUMBER);
        if (number >= 0 && config.name().indexOf(NamePattern.NUMBER, number + 1) >= 0) {
            throw new BadConfiguration("SIM_NAME=%s: must have {n} only once".formatted(config.name()));
        }
        NamePattern names = NamePattern.of(config.name(), 1, count);
        Group group = new Group(
                type,
                names,
                config.period(),
                Duration.ZERO,
                Optional.empty(),
                new TopicPattern(config.topic().replace("{type}", type), type, names),
                config.qos(),
                config.retain(),
                config.format().ofFleet(config.type(), names),
                List.of(new Metric("value", config.type().waveform(), Metric.SHORTEST)),
                List.of());
        if (group.topic().topic(count - 1).getBytes(UTF_8).length > SimulatorConfig.LONGEST_STRING) {
            throw new BadConfiguration("SIM_TOPIC and SIM_NAME: must be a topic of at most 65,535 bytes together");
        }
        return new Fleet(config.seed().orElseGet(() -> new SecureRandom().nextLong()), List.of(group));
    }

    private static void dryRun(SimulatorConfig config, Fleet fleet) {
        Duration length = config.duration()
                .orElseThrow(() -> new BadConfiguration("SIM_DURATION=: must be set with SIM_DRY_RUN"));
        refuseInDryRun("SIM_RATE", config.rate());
        refuseInDryRun("SIM_READINGS", config.readings());
        refuseInDryRun("SIM_LEDGER", config.ledger());
        refuseInDryRun("SIM_METRICS", config.metrics());
        Runnable printing = () -> {
            int code = 1;
            try {
                code = print(fleet, length) ? 0 : 1;
            } finally {
                Quarkus.asyncExit(code);
            }
        };
        new Thread(printing, "dry-run").start();
    }

    private static void refuseInDryRun(String variable, Optional<?> setting) {
        setting.ifPresent(value -> {
            throw new BadConfiguration("%s=%s: must not be set with SIM_DRY_RUN".formatted(variable, value));
        });
    }

    /** Returns false if nobody reads it to the end. */
    private static boolean print(Fleet fleet, Duration length) {
        try (Writer out =
                new BufferedWriter(new OutputStreamWriter(new FileOutputStream(FileDescriptor.out), UTF_8), 1 << 16)) {
            new DryRun(fleet).run(length, line -> write(out, line.append('\n')));
            return true;
        } catch (IOException | UncheckedIOException e) {
            return false;
        }
    }

    private static void write(Writer out, StringBuilder line) {
        try {
            out.append(line);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static FleetOptions options(SimulatorConfig config, Fleet fleet) {
        long sensors = fleet.sensors();
        boolean areOwn = config.connections()
                .filter(connections -> connections.shared().isEmpty())
                .isPresent();
        int sensible =
                FleetOptions.sensibleConnections(sensors, Runtime.getRuntime().availableProcessors());
        int shared =
                config.connections().flatMap(FleetSettings.Connections::shared).orElse(sensible);
        List<Double> rates = config.rate().map(FleetSettings.Rates::each).orElse(List.of());
        double lowest = FleetOptions.lowestRate(fleet);
        if (rates.stream().anyMatch(rate -> rate < lowest)) {
            throw new BadConfiguration(
                    "SIM_RATE=%s: must be at least %s readings/s of these sensors: a period must not become longer than 365 days"
                            .formatted(
                                    config.rate().orElseThrow(),
                                    BigDecimal.valueOf(lowest)
                                            .setScale(DECIMALS_OF_RATE, RoundingMode.UP)
                                            .stripTrailingZeros()
                                            .toPlainString()));
        }
        return new FleetOptions(
                fleet,
                areOwn ? sensible : Math.min(sensible, shared),
                areOwn ? 0 : shared,
                config.connectRate(),
                KEEP_ALIVE,
                config.connectLimit(),
                config.late(),
                config.duration().or(() -> rates.size() > 1 ? Optional.of(STEP) : Optional.empty()),
                config.readings().map(Integer::longValue).orElse(FleetOptions.UNLIMITED),
                rates,
                config.tolerance(),
                config.commands());
    }

    private static PublisherOptions publisherOptions(
            SimulatorConfig config, BrokerAccess access, Fleet fleet, FleetOptions options) {
        if (config.mqttVersion().equals(ProtocolVersion.AUTO.toString())) {
            throw new BadConfiguration("SIM_MQTT_VERSION=auto: must be 5 or 3.1.1 for a fleet");
        }
        Sensors sensors = new Sensors(fleet);
        String name = nameOf(config);
        int firstOfNodes = options.firstOfNodes();
        IntFunction<String> ofSensors =
                options.hasOwnConnections() ? sensors::name : number -> name + "-fleet-" + (number + 1);
        IntFunction<String> clientId =
                number -> number < firstOfNodes ? ofSensors.apply(number) : sensors.nodeName(number - firstOfNodes);
        // That of an edge node is another one for each connection.
        IntFunction<Optional<Will>> will = options.hasOwnConnections()
                ? number -> Optional.of(new Will(sensors.statusTopic(number), OFFLINE, QoS.AT_LEAST_ONCE, true))
                : number -> Optional.empty();
        return new PublisherOptions(
                session(config, access, ""),
                clientId,
                will,
                config.localAddresses().map(FleetProcess::local).orElse(List.of()),
                config.inflight(),
                options.unsentBytes(),
                SimulatorConfig.propertiesOfReadings(config));
    }

    /** What the client ids of connections begin with that are not those of one sensor. */
    private static String nameOf(SimulatorConfig config) {
        return config.name().replace(NamePattern.NUMBER, "");
    }

    private static SessionOptions session(SimulatorConfig config, BrokerAccess access, String clientId) {
        List<Broker> brokers = config.host().stream()
                .map(address -> new Broker(address.host(), address.port().orElse(config.port()), address.host()))
                .toList();
        return SessionOptions.builder(brokers, clientId)
                .version(ProtocolVersion.of(config.mqttVersion()))
                .keepAlive(KEEP_ALIVE)
                .connectTimeout(CONNECT_TIMEOUT)
                .credentials(new Credentials(access.username(), access.password()))
                .tls(access.tls().map(files -> new Tls(files.authority(), files.certificate(), files.key())))
                .webSocketPath(config.transport() == Transport.TCP ? Optional.empty() : Optional.of(config.path()))
                .build();
    }

    /** Addresses of this machine. */
    private static List<InetAddress> local(List<String> texts) {
        List<InetAddress> addresses = new ArrayList<>();
        for (String text : texts) {
            try {
                InetAddress address = InetAddress.getByName(text);
                new DatagramSocket(new InetSocketAddress(address, 0)).close();
                addresses.add(address);
            } catch (IOException e) {
                throw new BadConfiguration("SIM_ADDRESSES=%s: must be addresses of this machine, not '%s'"
                        .formatted(String.join(",", texts), text));
            }
        }
        return addresses;
    }
}
