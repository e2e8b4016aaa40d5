package dev.sensorline.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import dev.sensorline.embedded.EmbeddedBroker;
import dev.sensorline.embedded.EmbeddedStore;
import dev.sensorline.servers.ChildProcess;
import dev.sensorline.servers.PointReader;
import dev.sensorline.servers.Ports;
import dev.sensorline.servers.SensorSummary;
import dev.sensorline.servers.ServiceProcess;
import dev.sensorline.servers.Tree;

/**
 * The whole pipeline on one machine: the six sensors of the reference and the ingestor as processes, a broker and a
 * store in this one unless the variables of the ingestor name others, and a table of what has arrived in the store.
 */
final class Demo {

    private static final String[] SMALL_JVM = { "-Xms4m", "-Xmx24m", "-Xss256k", "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1", "-XX:ReservedCodeCacheSize=16m", "-XX:-UsePerfData" };
    private static final Duration GRACE = Duration.ofMillis(500);
    private static final String MEASUREMENT = "sensor";
    private static final String DATABASE = "sensors";

    private final Map<String, String> environment;
    private final Screen screen;
    private final Path directory = Tree.temporaryDirectory("demo");
    private final Deque<AutoCloseable> servers = new ArrayDeque<>();
    private final List<ChildProcess> services = new ArrayList<>();
    private final CountDownLatch ending = new CountDownLatch(1);

    private Demo(Map<String, String> environment, Screen screen) {
        this.environment = environment;
        this.screen = screen;
    }

    /**
     * Runs until the process is told to end.
     *
     * @param environment MQTT_HOST, INFLUX_URL and the like, where a real broker or store is to be used
     */
    static void run(Map<String, String> environment) throws Exception {
        Demo demo = new Demo(environment, new Screen(System.out, Boolean.getBoolean("sensorline.terminal")));
        Runtime.getRuntime().addShutdownHook(new Thread(demo::end));
        try {
            demo.run();
        } catch (IllegalStateException | IOException | UncheckedIOException e) {
            demo.awaitEnd();
            System.err.println("The demo cannot go on: " + e.getMessage());
            System.exit(1);
        }
    }

    private void run() throws Exception {
        String brokerHost = environment.getOrDefault("MQTT_HOST", "127.0.0.1");
        int brokerPort = environment.containsKey("MQTT_HOST")
                ? Integer.parseInt(environment.getOrDefault("MQTT_PORT", "1883"))
                : port("broker", 1883);
        String storeUrl = environment.getOrDefault("INFLUX_URL", "http://127.0.0.1:"
                + (environment.containsKey("INFLUX_URL") ? "" : port("store", 8086)));
        int httpPort = port("ingestor", 8080);

        // The services first: they try until the servers are there, and starting is most of their work.
        services.add(ingestor(brokerHost, brokerPort, storeUrl, httpPort));
        for (ReferenceSensor sensor : ReferenceSensor.ALL) {
            services.add(sensor(sensor, brokerHost, brokerPort));
        }
        if (!environment.containsKey("MQTT_HOST")) {
            servers.push(EmbeddedBroker.start(brokerPort, directory.resolve("broker")));
        }
        if (!environment.containsKey("INFLUX_URL")) {
            servers.push(EmbeddedStore.start(port(storeUrl), directory.resolve("store")));
        }
        screen.say("Broker    mqtt://%s:%d, topics sensor/{name}".formatted(brokerHost, brokerPort));
        screen.say("Store     %s%s".formatted(storeUrl,
                environment.containsKey("INFLUX_URL") ? "" : ", in a browser QuestDB's console"));
        screen.say("Ingestor  http://127.0.0.1:%1$d/q/health and http://127.0.0.1:%1$d/q/metrics".formatted(httpPort));
        screen.say("Ctrl-C ends it all.");
        screen.say("");
        watch(reader(storeUrl));
    }

    private int port(String purpose, int usual) {
        if (!Ports.isOpen(usual)) {
            return usual;
        }
        int other = Ports.free();
        screen.say("Port %d is in use: the %s takes %d.".formatted(usual, purpose, other));
        return other;
    }

    private static int port(String url) {
        return Integer.parseInt(url.substring(url.lastIndexOf(':') + 1));
    }

    private ChildProcess ingestor(String host, int port, String storeUrl, int httpPort) {
        ServiceProcess ingestor = ServiceProcess.of("ingestor").withJvmOptions("-Xmx48m", "-Xss256k", "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1", "-XX:ReservedCodeCacheSize=24m", "-XX:-UsePerfData");
        environment.forEach((variable, value) -> {
            if (variable.startsWith("MQTT_") || variable.startsWith("INFLUX_") || variable.startsWith("INGESTOR_")) {
                ingestor.with(variable, value);
            }
        });
        return ingestor.with("MQTT_HOST", host).with("MQTT_PORT", port).with("INFLUX_URL", storeUrl)
                .with("HTTP_PORT", httpPort).start();
    }

    private ChildProcess sensor(ReferenceSensor sensor, String host, int port) {
        ServiceProcess simulator = ServiceProcess.of("simulator").withJvmOptions(SMALL_JVM)
                .with("SIM_HOST", host).with("SIM_PORT", port).with("SIM_NAME", sensor.name())
                .with("SIM_TYPE", sensor.type()).with("SIM_PERIOD", sensor.periodSeconds());
        for (String credential : List.of("USERNAME", "PASSWORD", "PASSWORD_FILE")) {
            String value = environment.get("MQTT_" + credential);
            if (value != null) {
                simulator.with("SIM_" + credential, value);
            }
        }
        return simulator.start();
    }

    private PointReader reader(String storeUrl) {
        return environment.containsKey("INFLUX_URL")
                ? PointReader.ofInfluxDb(storeUrl, environment.getOrDefault("INFLUX_DATABASE", DATABASE),
                        environment.get("INFLUX_USERNAME"), environment.get("INFLUX_PASSWORD"))
                : PointReader.ofQuestDb(storeUrl);
    }

    private void watch(PointReader store) throws InterruptedException {
        Table table = new Table(ReferenceSensor.ALL);
        while (true) {
            for (ChildProcess service : services) {
                if (!service.isAlive()) {
                    throw new IllegalStateException("a service has ended:\n" + String.join("\n", service.lines()));
                }
            }
            List<SensorSummary> summaries = store.summaries(MEASUREMENT);
            if (!summaries.isEmpty()) {
                screen.show(table.lines(summaries, now()));
            }
            TimeUnit.MILLISECONDS.sleep(summaries.isEmpty() ? 100 : screen.period().toMillis());
        }
    }

    private static long now() {
        Instant now = Instant.now();
        return TimeUnit.SECONDS.toNanos(now.getEpochSecond()) + now.getNano();
    }

    /**
     * Ctrl-C reaches the services as soon as this process: that they end is then no failure. Returns when there is none
     * under way.
     */
    private void awaitEnd() throws InterruptedException {
        ending.await(GRACE.toMillis(), TimeUnit.MILLISECONDS);
        if (ending.getCount() == 0) {
            Thread.currentThread().join();
        }
    }

    /** Readings stop, what is on its way arrives, and only then the servers go. */
    private void end() {
        ending.countDown();
        ChildProcess.endAll();
        for (AutoCloseable server : servers) {
            try {
                server.close();
            } catch (Exception e) {
                System.err.println("Could not end in order: " + e.getMessage());
            }
        }
        Tree.delete(directory);
    }
}
