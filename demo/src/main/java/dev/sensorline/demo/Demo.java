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
import dev.sensorline.servers.ProjectTree;
import dev.sensorline.servers.SensorSummary;
import dev.sensorline.servers.ServiceProcess;

/**
 * The whole pipeline on one machine. The six sensors of the teaching stack, the ingestor and the console run as
 * processes, broker and store in this process unless variables name others. A table shows the points in the store.
 */
final class Demo {

    private static final String[] SMALL_JVM = {
        "-Xms4m",
        "-Xmx24m",
        "-Xss256k",
        "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1",
        "-XX:ReservedCodeCacheSize=16m",
        "-XX:-UsePerfData"
    };
    private static final String[] SERVICE_JVM = {
        "-Xmx48m",
        "-Xss256k",
        "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1",
        "-XX:ReservedCodeCacheSize=24m",
        "-XX:-UsePerfData"
    };
    private static final long POLL_MILLIS = 100;
    private static final Duration GRACE = Duration.ofMillis(500);
    private static final List<String> PREFIXES = List.of("MQTT_", "INFLUX_", "INGESTOR_", "CONSOLE_", "GRAFANA_");
    private static final String MEASUREMENT = "sensor";
    private static final String DATABASE = "sensors";

    private final Map<String, String> environment;
    private final Screen screen;
    private final Path directory = ProjectTree.temporaryDirectory("demo");
    private final Deque<AutoCloseable> servers = new ArrayDeque<>();
    private final List<ChildProcess> services = new ArrayList<>();
    private final CountDownLatch ending = new CountDownLatch(1);

    private Demo(Map<String, String> environment, Screen screen) {
        this.environment = environment;
        this.screen = screen;
    }

    /**
     * Runs until the process is terminated.
     *
     * @param environment variables of the ingestor and the console; MQTT_HOST selects another broker, INFLUX_URL another store
     */
    static void run(Map<String, String> environment) throws Exception {
        Demo demo = new Demo(environment, new Screen(System.out, Boolean.getBoolean("sensorline.terminal")));
        Runtime.getRuntime().addShutdownHook(new Thread(demo::end));
        try {
            demo.run();
        } catch (IllegalStateException | IOException | UncheckedIOException e) {
            demo.blockIfEnding();
            System.err.println("The demo has to stop: " + e.getMessage());
            System.exit(1);
        }
    }

    private void run() throws Exception {
        String brokerHost = environment.getOrDefault("MQTT_HOST", "127.0.0.1");
        int brokerPort = environment.containsKey("MQTT_HOST")
                ? Integer.parseInt(environment.getOrDefault("MQTT_PORT", "1883"))
                : port("broker", 1883);
        String storeUrl = environment.getOrDefault(
                "INFLUX_URL", "http://127.0.0.1:" + (environment.containsKey("INFLUX_URL") ? "" : port("store", 8086)));
        int httpPort = port("ingestor", 8080);
        int consolePort = port("console", 8090);

        // The services start first, because that takes longest. They retry until the servers listen.
        services.add(ingestor(brokerHost, brokerPort, storeUrl, httpPort));
        services.add(console(brokerHost, brokerPort, storeUrl, consolePort));
        for (ReferenceSensor sensor : ReferenceSensor.ALL) {
            services.add(sensor(sensor, brokerHost, brokerPort));
        }
        if (!environment.containsKey("MQTT_HOST")) {
            servers.push(EmbeddedBroker.start(brokerPort, directory.resolve("broker")));
        }
        if (!environment.containsKey("INFLUX_URL")) {
            servers.push(EmbeddedStore.start(port(storeUrl), directory.resolve("store")));
        }
        awaitOpen(consolePort);
        screen.print("Open http://localhost:%d to see every sensor live.".formatted(consolePort));
        screen.print("Broker    mqtt://%s:%d, topics sensor/{name}".formatted(brokerHost, brokerPort));
        screen.print("Store     %s%s"
                .formatted(storeUrl, environment.containsKey("INFLUX_URL") ? "" : ", in a browser QuestDB's console"));
        screen.print(
                "Ingestor  http://127.0.0.1:%1$d/q/health and http://127.0.0.1:%1$d/q/metrics".formatted(httpPort));
        screen.print("Press Ctrl-C to stop.");
        screen.print("");
        watch(reader(storeUrl));
    }

    private int port(String purpose, int defaultPort) {
        if (!Ports.isOpen(defaultPort)) {
            return defaultPort;
        }
        int freePort = Ports.free();
        screen.print("Port %d is in use: the %s uses port %d.".formatted(defaultPort, purpose, freePort));
        return freePort;
    }

    private static int port(String url) {
        return Integer.parseInt(url.substring(url.lastIndexOf(':') + 1));
    }

    private ChildProcess ingestor(String host, int port, String storeUrl, int httpPort) {
        return service("ingestor", host, port, storeUrl, httpPort).start();
    }

    private ChildProcess console(String host, int port, String storeUrl, int httpPort) {
        ServiceProcess console = service("console", host, port, storeUrl, httpPort)
                .with("MQTT_CLIENT_ID", "sensorline-console"); // Not that of the ingestor.
        if (!environment.containsKey("INFLUX_URL")) {
            console.with("CONSOLE_HISTORY", "questdb");
        }
        return console.start();
    }

    /** A service between broker and store, with the variables of this process. */
    private ServiceProcess service(String name, String host, int port, String storeUrl, int httpPort) {
        ServiceProcess service = ServiceProcess.of(name).withJvmOptions(SERVICE_JVM);
        environment.forEach((variable, value) -> {
            if (PREFIXES.stream().anyMatch(variable::startsWith)) {
                service.with(variable, value);
            }
        });
        return service.with("MQTT_HOST", host)
                .with("MQTT_PORT", port)
                .with("INFLUX_URL", storeUrl)
                .with("HTTP_PORT", httpPort);
    }

    private ChildProcess sensor(ReferenceSensor sensor, String host, int port) {
        ServiceProcess simulator = ServiceProcess.of("simulator")
                .withJvmOptions(SMALL_JVM)
                .with("SIM_HOST", host)
                .with("SIM_PORT", port)
                .with("SIM_NAME", sensor.name())
                .with("SIM_TYPE", sensor.type())
                .with("SIM_PERIOD", sensor.periodSeconds());
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
                ? PointReader.ofInfluxDb(
                        storeUrl,
                        environment.getOrDefault("INFLUX_DATABASE", DATABASE),
                        environment.get("INFLUX_USERNAME"),
                        environment.get("INFLUX_PASSWORD"))
                : PointReader.ofQuestDb(storeUrl);
    }

    /** Returns when the console answers at its port, so that the address works as soon as it is read. */
    private void awaitOpen(int consolePort) throws InterruptedException {
        while (!Ports.isOpen(consolePort)) {
            checkServices();
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        }
    }

    private void checkServices() {
        for (ChildProcess service : services) {
            if (!service.isAlive()) {
                throw new IllegalStateException("a service has stopped:\n" + String.join("\n", service.lines()));
            }
        }
    }

    private void watch(PointReader store) throws InterruptedException {
        Table table = new Table(ReferenceSensor.ALL);
        while (true) {
            checkServices();
            List<SensorSummary> summaries = store.summaries(MEASUREMENT);
            if (!summaries.isEmpty()) {
                screen.show(table.render(summaries, nowNanos()));
            }
            TimeUnit.MILLISECONDS.sleep(
                    summaries.isEmpty() ? POLL_MILLIS : screen.updatePeriod().toMillis());
        }
    }

    private static long nowNanos() {
        Instant now = Instant.now();
        return TimeUnit.SECONDS.toNanos(now.getEpochSecond()) + now.getNano();
    }

    /**
     * Returns unless Ctrl-C is ending the demo. Ctrl-C reaches the services at the same time as this process, so a service
     * that stops then is not a failure.
     */
    private void blockIfEnding() throws InterruptedException {
        ending.await(GRACE.toMillis(), TimeUnit.MILLISECONDS);
        if (ending.getCount() == 0) {
            Thread.currentThread().join();
        }
    }

    /** Stops the services before the servers, so that readings in flight still arrive. */
    private void end() {
        ending.countDown();
        ChildProcess.endAll();
        for (AutoCloseable server : servers) {
            try {
                server.close();
            } catch (Exception e) {
                System.err.println("Could not stop cleanly: " + e.getMessage());
            }
        }
        ProjectTree.delete(directory);
    }
}
