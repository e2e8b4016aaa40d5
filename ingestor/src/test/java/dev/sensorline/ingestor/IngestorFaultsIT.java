package dev.sensorline.ingestor;

import static dev.sensorline.ingestor.Ingestion.CLOCK_SET_BACK;
import static dev.sensorline.ingestor.Ingestion.LIMIT;
import static dev.sensorline.ingestor.Ingestion.assertLogged;
import static dev.sensorline.ingestor.Ingestion.assertOutagesLogged;
import static dev.sensorline.ingestor.Ingestion.assertReconnected;
import static dev.sensorline.ingestor.Ingestion.connections;
import static dev.sensorline.ingestor.Ingestion.disconnections;
import static dev.sensorline.ingestor.Ingestion.lines;
import static dev.sensorline.ingestor.Ingestion.pause;
import static dev.sensorline.ingestor.Ingestion.reportRecovery;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
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

/** An ingestor that is killed, paused or short of a resource loses no reading. */
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
    void nothing_is_lost_when_the_ingestor_is_killed_at_random_moments_under_load() throws Exception {
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
    void a_pause_shorter_than_the_keep_alive_costs_neither_readings_nor_the_connection() throws Exception {
        try (Ingestion ingestion = servers();
                ChildProcess ingestor = ingestion.startIngestor();
                Load load = new Load(ingestion)) {
            load.awaitStored(500);
            ingestor.pause();
            pause(Duration.ofSeconds(5));
            ingestor.resume();
            load.assertNothingIsLost("Ingestor paused for 5 s", System.nanoTime());
            assertConnectionsGone(ingestor, 0);
        }
    }

    /** The broker waits one and a half times the keep-alive of 15 s (MQTT 3.1.1, 3.1.2.10). */
    @Test
    void a_pause_longer_than_the_keep_alive_costs_no_reading() throws Exception {
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
            load.assertNothingIsLost("Ingestor paused until the broker has closed the connection", System.nanoTime());
            assertConnectionsGone(ingestor, 1);
        }
    }

    /**
     * After a pause, Vert.x may also warn that a thread was blocked, and a request in flight may have timed out. As far as
     * the ingestor can know, both are true.
     */
    private static void assertConnectionsGone(ChildProcess ingestor, int times) {
        assertReconnected(times, ingestor);
        assertTrue(lines(ingestor, "does not accept points") <= 1, ingestor.lines()::toString);
    }

    /** The memory that the ingestor needs is bounded, however many readings wait at the broker. */
    @Test
    void a_heap_of_64_mb_is_enough_for_any_backlog_at_the_broker() {
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
            reportRecovery(
                    "Ingestor with a heap of 64 MB, InfluxDB away",
                    "70000 published, of which 10000 of 8 KB, 70000 in the store",
                    accepting);
            assertOutagesLogged(ingestor, 1, 0);
        }
    }

    /** What is remembered of topics and series is bounded in bytes: these are as long as can be, and never the same. */
    @Test
    void a_heap_of_64_mb_is_enough_for_topics_and_tags_of_any_length() {
        try (Ingestion ingestion = servers();
                ChildProcess ingestor = ingestion.start(ingestion
                        .ingestor()
                        .withHeap("64m")
                        .with("INGESTOR_RULES_LONG_TOPIC", "plant/{site}/{name}")
                        .with("INGESTOR_RULES_LONG_FIELDS", "value")
                        .with("INGESTOR_RULES_LONG_TAGS", "note=/note"))) {
            ingestion.awaitReady();
            List<CompletableFuture<?>> published = new ArrayList<>();
            for (int n = 0; n < 12_000; n++) {
                // The longest that are remembered: with and without a tag from the payload.
                published.add(publishTo(ingestion, 500, n, "1"));
                published.add(publishTo(ingestion, 100, n, "{\"value\":1,\"note\":\"" + "ж".repeat(250) + "\"}"));
            }
            for (int n = 0; n < 300; n++) {
                published.add(publishTo(ingestion, 7_000, n, "{\"value\":1}"));
            }
            CompletableFuture.allOf(published.toArray(CompletableFuture<?>[]::new))
                    .orTimeout(60, TimeUnit.SECONDS)
                    .join();
            await("all points are written")
                    .atMost(LIMIT.multipliedBy(2))
                    .ignoreExceptions()
                    .until(() -> ingestion.metric("sensorline_points_written_total") == published.size());
            assertOutagesLogged(ingestor, 0, 0);
        }
    }

    private static CompletableFuture<?> publishTo(Ingestion ingestion, int levelLength, int number, String payload) {
        String level = "ж".repeat(levelLength);
        return ingestion.peer.publishAsync(
                "plant/%s/%s%05d".formatted(level, level, number), payload.getBytes(StandardCharsets.UTF_8), 1);
    }

    /** Compose or systemd starts it again, and the broker sends its unacknowledged readings again. */
    @Test
    @Needs(Feature.FULL_WINDOW)
    void out_of_memory_ends_the_ingestor_with_one_line_and_costs_no_reading() {
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
                assertLogged(1, ingestor, "OutOfMemoryError");
            }
            link.accept();
            long accepting = System.nanoTime();
            ingestion.startIngestor();
            ingestion.awaitPoints("LONG", 3_000);
            reportRecovery(
                    "Ingestor out of memory and started again", "3000 of 8 KB published, 3000 in the store", accepting);
        }
    }

    /** Publishes readings of nearly the greatest size that is allowed. */
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
    void nothing_is_lost_when_http_clients_use_up_the_open_files() throws Exception {
        // The JVM also has its jars open.
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
                scrapers.add(keepAliveConnection(ingestion.httpPort));
            }
            // The others send nothing. They connect one after the other, or the JVM would have no file left for its
            // jars.
            for (int i = HTTP_CONNECTIONS; i < files; i++) {
                Socket silent = new Socket("127.0.0.1", ingestion.httpPort);
                scrapers.add(silent);
                assertIsRefusedOrHeld(silent);
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
            load.assertNothingIsLost("Ingestor with " + files + " open files and as many HTTP clients", cut);
            assertOutagesLogged(ingestor, 1, 1);
        }
    }

    /** It is refused at once, unless an older connection has just been closed in its favour. */
    private static void assertIsRefusedOrHeld(Socket silent) throws IOException {
        silent.setSoTimeout(50);
        try {
            assertEquals(-1, silent.getInputStream().read());
        } catch (SocketTimeoutException e) {
            assertTrue(silent.isConnected());
        }
    }

    /** A connection that has received a response, and stays open. */
    private static Socket keepAliveConnection(int port) throws IOException {
        Socket socket = new Socket("127.0.0.1", port);
        socket.getOutputStream()
                .write("GET /q/health/live HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        assertEquals('H', socket.getInputStream().read());
        return socket;
    }

    /**
     * A failed attempt to connect must be followed by another one. Skipped on the JVM, where Quarkus' class loader waits
     * forever for a jar that it could not open.
     */
    @Test
    @Tag("native")
    @Needs(Feature.PRLIMIT)
    void it_reconnects_after_no_file_could_be_opened() throws Exception {
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
            assertReconnected(1, ingestor);
            assertLogged(1, ingestor, "does not accept points");
        }
    }

    @Test
    @Needs(Feature.C_COMPILER)
    void readings_follow_a_clock_that_is_set_back_and_none_is_lost(@TempDir Path directory) throws IOException {
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
            // In the order of their times: those of the hour back come first, and each hundred is in the order of its
            // arrival.
            List<StoredPoint> points = ingestion.store.points("sensor", "U");
            for (int n = 0; n < 300; n++) {
                assertEquals(
                        n < 100 ? n + 100 : n < 200 ? n - 100 : n, points.get(n).value());
            }
            System.out.println(
                    "[fault] Ingestor's clock set back by an hour and forward again: 300 published without a "
                            + "time, 300 in the store; 100 with their own, 100 in the store");
            assertLogged(1, ingestor, CLOCK_SET_BACK);
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
