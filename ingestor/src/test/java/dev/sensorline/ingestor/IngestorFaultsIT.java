package dev.sensorline.ingestor;

import static dev.sensorline.ingestor.Ingestion.LIMIT;
import static dev.sensorline.ingestor.Ingestion.assertOutagesLogged;
import static dev.sensorline.ingestor.Ingestion.connections;
import static dev.sensorline.ingestor.Ingestion.disconnections;
import static dev.sensorline.ingestor.Ingestion.lines;
import static dev.sensorline.ingestor.Ingestion.pause;
import static dev.sensorline.ingestor.Ingestion.tell;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

import dev.sensorline.servers.BrokerSettings;
import dev.sensorline.servers.ChildProcess;
import dev.sensorline.servers.FaultyLink;
import dev.sensorline.servers.Feature;
import dev.sensorline.servers.ProjectTree;
import dev.sensorline.servers.ServiceProcess;
import dev.sensorline.servers.StoreSettings;
import dev.sensorline.servers.StoredPoint;
import dev.sensorline.servers.junit.Needs;

/** An ingestor that is killed, stopped, or short of something costs no reading. */
@Execution(ExecutionMode.CONCURRENT)
@Tag("faults")
class IngestorFaultsIT {

    private static final boolean NATIVE = Boolean.getBoolean("sensorline.native");
    private static final int OUT_OF_MEMORY = 3;
    private static final int HTTP_CONNECTIONS = 32;

    private static Ingestion servers() {
        return Ingestion.servers(BrokerSettings.defaults().withMaxInflight(0), StoreSettings.defaults());
    }

    @Test
    void killed_at_random_moments_under_load() throws Exception {
        Random random = new Random(6);
        try (Ingestion ingestion = servers();
                ChildProcess first = ingestion.startIngestor();
                Load load = new Load(ingestion)) {
            first.kill();
            int kills = 8;
            for (int i = 0; i < kills; i++) {
                try (ChildProcess ingestor = ingestion.ingestor().start()) {
                    ingestor.awaitLine("accepts points", LIMIT);
                    pause(Duration.ofMillis(random.nextInt(1_500)));
                    ingestor.kill();
                }
            }
            long killed = System.nanoTime();
            ingestion.startIngestor();
            load.assertNothingIsLost("Ingestor killed " + kills + " times at random", killed);
        }
    }

    @Test
    void standing_still_for_less_than_the_brokers_patience() throws Exception {
        try (Ingestion ingestion = servers();
                ChildProcess ingestor = ingestion.startIngestor();
                Load load = new Load(ingestion)) {
            load.awaitStored(500);
            ingestor.pause();
            pause(Duration.ofSeconds(5));
            ingestor.resume();
            load.assertNothingIsLost("Ingestor stands still for 5 s", System.nanoTime());
            assertConnectionsGone(ingestor, 0);
        }
    }

    /** That is one and a half times the keep-alive of 15 s (MQTT 3.1.1, 3.1.2.10). */
    @Test
    void standing_still_for_more_than_the_brokers_patience() throws Exception {
        try (Ingestion ingestion = servers();
                ChildProcess ingestor = ingestion.startIngestor();
                Load load = new Load(ingestion)) {
            load.awaitStored(500);
            ingestor.pause();
            await("closed by the broker")
                    .atMost(LIMIT.multipliedBy(2))
                    .until(() -> ingestion.broker.log().stream()
                            .anyMatch(line -> line.contains("sensorline-ingestor has exceeded timeout")));
            ingestor.resume();
            load.assertNothingIsLost(
                    "Ingestor stands still until the broker has closed the connection", System.nanoTime());
            assertConnectionsGone(ingestor, 1);
        }
    }

    /**
     * Beside that, Vert.x may tell that a thread has stood still, and a request that was on its way may have taken longer
     * than is allowed: both are so, as far as the ingestor can know.
     */
    private static void assertConnectionsGone(ChildProcess ingestor, int times) {
        assertEquals(times, disconnections(ingestor), ingestor.lines()::toString);
        assertEquals(times + 1, connections(ingestor), ingestor.lines()::toString);
        assertTrue(lines(ingestor, "does not accept points") <= 1, ingestor.lines()::toString);
    }

    /** What is bounded does not grow with what waits at the broker. */
    @Test
    void with_little_memory_and_much_to_hold() {
        try (Ingestion ingestion = servers();
                FaultyLink link = FaultyLink.to(ingestion.store.port());
                ChildProcess ingestor = ingestion.start(
                        ingestion.ingestor().withHeap("64m").with("INFLUX_URL", "http://127.0.0.1:" + link.port()))) {
            link.refuse();
            ingestion.awaitReadiness(503);
            publishLong(ingestion, "LONG", 10_000);
            ingestion.publish(Load.NAME, 0, 60_000, 1);
            link.accept();
            long accepting = System.nanoTime();
            ingestion.awaitPoints("LONG", 10_000);
            ingestion.awaitPoints(Load.NAME, 60_000);
            tell(
                    "Ingestor with a heap of 64 MB, InfluxDB away",
                    "70000 published, of which 10000 of 8 KB, 70000 in the store",
                    accepting);
            assertOutagesLogged(ingestor, 1, 0);
        }
    }

    /** It ends, which takes one line, and is started again, as by compose or systemd; what it had comes again. */
    @Test
    @Needs(Feature.FULL_WINDOW)
    void with_less_memory_than_it_needs() {
        try (Ingestion ingestion = servers();
                FaultyLink link = FaultyLink.to(ingestion.store.port())) {
            ServiceProcess scarce = ingestion
                    .ingestor()
                    .withHeap(NATIVE ? "16m" : "22m")
                    .with("INFLUX_URL", "http://127.0.0.1:" + link.port());
            try (ChildProcess ingestor = ingestion.start(scarce)) {
                link.refuse();
                ingestion.awaitReadiness(503);
                publishLong(ingestion, "LONG", 3_000);
                assertEquals(OUT_OF_MEMORY, ingestor.awaitExit(LIMIT.multipliedBy(2)));
                assertEquals(1, lines(ingestor, "OutOfMemoryError"), ingestor.lines()::toString);
            }
            link.accept();
            long accepting = System.nanoTime();
            ingestion.startIngestor();
            ingestion.awaitPoints("LONG", 3_000);
            tell("Ingestor out of memory and started again", "3000 of 8 KB published, 3000 in the store", accepting);
        }
    }

    /** Readings as long as they may be. */
    private static void publishLong(Ingestion ingestion, String name, int count) {
        String filling = "x".repeat(8_100);
        List<CompletableFuture<?>> published = new ArrayList<>();
        for (int n = 0; n < count; n++) {
            published.add(ingestion.peer.publishAsync(
                    "sensor/" + name,
                    "{\"value\":%d,\"time\":%d,\"note\":\"%s\"}"
                            .formatted(n, 1_700_000_000_000L + n, filling)
                            .getBytes(StandardCharsets.UTF_8),
                    1));
        }
        CompletableFuture.allOf(published.toArray(CompletableFuture<?>[]::new))
                .orTimeout(60, TimeUnit.SECONDS)
                .join();
    }

    @Test
    @Needs(Feature.PRLIMIT)
    void with_few_open_files_and_others_who_take_them() throws Exception {
        // The JVM has its jars open beside.
        int files = NATIVE ? 64 : 192;
        try (Ingestion ingestion = servers();
                FaultyLink toBroker = FaultyLink.to(ingestion.broker.port());
                FaultyLink toStore = FaultyLink.to(ingestion.store.port());
                ChildProcess ingestor = ingestion.start(ingestion
                        .ingestor()
                        .within("--nofile=" + files)
                        .with("MQTT_PORT", toBroker.port())
                        .with("INFLUX_URL", "http://127.0.0.1:" + toStore.port()));
                Load load = new Load(ingestion)) {
            load.awaitStored(500);
            List<Socket> scrapers = new ArrayList<>();
            for (int i = 0; i < HTTP_CONNECTIONS; i++) {
                scrapers.add(asking(ingestion.httpPort));
            }
            // The others say nothing. One after the other: all at once they would leave the JVM no file for its jars.
            for (int i = HTTP_CONNECTIONS; i < files; i++) {
                Socket silent = new Socket("127.0.0.1", ingestion.httpPort);
                scrapers.add(silent);
                silent.setSoTimeout((int) LIMIT.toMillis());
                assertEquals(-1, silent.getInputStream().read());
            }
            toStore.refuse();
            await().atMost(LIMIT).until(() -> lines(ingestor, "does not accept points") == 1);
            toBroker.cut();
            toStore.accept();
            long cut = System.nanoTime();
            await().atMost(LIMIT).until(() -> connections(ingestor) == 2);
            for (Socket scraper : scrapers) {
                scraper.close();
            }
            load.assertNothingIsLost("Ingestor with " + files + " open files and as many who ask for metrics", cut);
            assertOutagesLogged(ingestor, 1, 1);
        }
    }

    /** A connection that has been answered on, and stays. */
    private static Socket asking(int port) throws IOException {
        Socket socket = new Socket("127.0.0.1", port);
        socket.getOutputStream()
                .write("GET /q/health/live HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        assertEquals('H', socket.getInputStream().read());
        return socket;
    }

    /**
     * No attempt to connect may be the last one. Not on the JVM, where Quarkus' class loader waits for ever for a jar that
     * it could not open.
     */
    @Test
    @Tag("native")
    @Needs(Feature.PRLIMIT)
    void with_no_open_file_left_when_its_connections_end() throws Exception {
        try (Ingestion ingestion = servers();
                FaultyLink toBroker = FaultyLink.to(ingestion.broker.port());
                FaultyLink toStore = FaultyLink.to(ingestion.store.port());
                ChildProcess ingestor = ingestion.start(ingestion
                        .ingestor()
                        .with("MQTT_PORT", toBroker.port())
                        .with("INFLUX_URL", "http://127.0.0.1:" + toStore.port()));
                Load load = new Load(ingestion)) {
            load.awaitStored(500);
            ingestor.limit("nofile=3");
            toStore.cut();
            ingestor.awaitLine("does not accept points", LIMIT);
            pause(Duration.ofSeconds(5));
            toBroker.cut();
            await().atMost(LIMIT).until(() -> disconnections(ingestor) == 1);
            pause(Duration.ofSeconds(5));
            ingestor.limit("nofile=1024");
            load.assertNothingIsLost("Ingestor without an open file left, its connections cut", System.nanoTime());
            assertEquals(1, disconnections(ingestor), ingestor.lines()::toString);
            assertEquals(2, connections(ingestor), ingestor.lines()::toString);
            assertEquals(1, lines(ingestor, "does not accept points"), ingestor.lines()::toString);
        }
    }

    @Test
    @Needs(Feature.C_COMPILER)
    void with_a_clock_that_is_set_back(@TempDir Path directory) throws IOException {
        Path library = settableClock(directory);
        Path late = directory.resolve("late");
        try (Ingestion ingestion = servers();
                ChildProcess ingestor = ingestion.start(
                        ingestion.ingestor().with("LD_PRELOAD", library).with("CLOCK_IS_LATE", late))) {
            publishWithoutTime(ingestion, 0);
            ingestion.awaitPoints("U", 100);
            Files.createFile(late);
            publishWithoutTime(ingestion, 100);
            ingestion.publish("T", 0, 100, 1);
            ingestion.awaitPoints("U", 200);
            ingestion.awaitPoints("T", 100);
            Files.delete(late);
            publishWithoutTime(ingestion, 200);
            ingestion.awaitPoints("U", 300);
            // By time: in the order of their arrival all the same.
            List<StoredPoint> points = ingestion.store.points("sensor", "U");
            for (int n = 0; n < 300; n++) {
                assertEquals(n, points.get(n).value());
            }
            System.out.println("[fault] Ingestor's clock set back by an hour: 300 published without a time, "
                    + "300 in the store and in order; 100 with their own, 100 in the store");
            assertOutagesLogged(ingestor, 0, 0);
        }
    }

    private static void publishWithoutTime(Ingestion ingestion, int from) {
        for (int n = from; n < from + 100; n++) {
            ingestion.peer.publish("sensor/U", Integer.toString(n), 1);
        }
    }

    private static Path settableClock(Path directory) {
        Path library = directory.resolve("settable_clock.so");
        Path source = ProjectTree.root().resolve("ingestor/src/test/c/settable_clock.c");
        try (ChildProcess compiler = ChildProcess.start(
                List.of("cc", "-shared", "-fPIC", "-o", library.toString(), source.toString(), "-ldl"), Map.of())) {
            assertEquals(0, compiler.awaitExit(LIMIT), compiler.lines()::toString);
        }
        return library;
    }
}
