package dev.sensorline.embedded;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Supplier;

import io.questdb.Bootstrap;
import io.questdb.ServerMain;
import io.questdb.griffin.SqlException;

/**
 * QuestDB in this process, on the loopback address. It accepts writes over InfluxDB's API and answers queries in SQL.
 */
public final class EmbeddedStore implements AutoCloseable {

    /**
     * Little memory: no protocol except HTTP, one worker, small buffers and pools. Little CPU time: a worker that has looked for work
     * 20 times in vain waits a millisecond before it looks again, and 10 ms after 200 times. By default it waits only after 7,000 times,
     * so that a few writes a second keep it busy.
     */
    private static final String CONFIGURATION = """
            http.bind.to=127.0.0.1:%d
            http.min.enabled=false
            pg.enabled=false
            line.tcp.enabled=false
            line.udp.enabled=false
            telemetry.enabled=false
            metrics.enabled=false
            shared.worker.count=1
            shared.network.worker.count=1
            shared.query.worker.count=1
            shared.write.worker.count=1
            wal.apply.worker.count=1
            shared.worker.nap.threshold=20
            shared.worker.sleep.threshold=200
            wal.apply.worker.nap.threshold=20
            wal.apply.worker.sleep.threshold=200
            view.compiler.worker.nap.threshold=20
            view.compiler.worker.sleep.threshold=200
            mat.view.refresh.worker.nap.threshold=20
            mat.view.refresh.worker.sleep.threshold=200
            export.worker.nap.threshold=20
            export.worker.sleep.threshold=200
            http.send.buffer.size=256k
            http.receive.buffer.size=128k
            cairo.expression.pool.capacity=64
            cairo.column.pool.capacity=64
            cairo.lexer.pool.capacity=64
            cairo.model.pool.capacity=16
            cairo.sql.with.clause.model.pool.capacity=8
            cairo.sql.join.context.pool.capacity=8
            cairo.sql.map.page.size=64k
            cairo.unordered.page.frame.reduce.queue.capacity=16
            cairo.writer.data.index.value.append.page.size=64k
            cairo.writer.data.index.key.append.page.size=64k
            cairo.writer.data.append.page.size=64k
            cairo.wal.writer.data.append.page.size=64k
            cairo.system.writer.data.append.page.size=64k
            cairo.o3.column.memory.size=64k
            cairo.commit.lag=100
            query.tracing.enabled=false
            """;
    /** As in InfluxDB, times are in nanoseconds, and a point that is written twice is stored once. */
    private static final String SENSOR = """
            CREATE TABLE IF NOT EXISTS sensor (timestamp TIMESTAMP_NS, name SYMBOL, type SYMBOL, value DOUBLE)
            TIMESTAMP(timestamp) PARTITION BY DAY WAL DEDUP UPSERT KEYS(timestamp, name, type)
            """;

    private static final String LOGGING = """
            writers=file
            w.file.class=io.questdb.log.LogFileWriter
            w.file.location=%s
            w.file.level=ERROR
            """;

    private final ServerMain server;
    /** Null if clients connect to QuestDB directly. */
    private final AccessProxy proxy;

    private EmbeddedStore(ServerMain server, AccessProxy proxy) {
        this.server = server;
        this.proxy = proxy;
    }

    /** Starts a store with the data in a directory, and returns when it listens. */
    public static EmbeddedStore start(int port, Path directory) throws IOException {
        return new EmbeddedStore(startServer(port, directory), null);
    }

    /** Starts a store behind an {@link AccessProxy} if the file with the settings of the proxy exists. */
    public static EmbeddedStore start(int port, Path directory, Path proxySettings) throws IOException {
        ServerMain server = startServer(port, directory);
        return new EmbeddedStore(server, Files.exists(proxySettings) ? AccessProxy.start(proxySettings, port) : null);
    }

    private static ServerMain startServer(int port, Path directory) throws IOException {
        Path configuration = Files.createDirectories(directory.resolve("conf"));
        Files.writeString(configuration.resolve("server.conf"), CONFIGURATION.formatted(port));
        Path logging = Files.writeString(
                configuration.resolve("log.conf"), LOGGING.formatted(directory.resolve("questdb.log")));
        System.setProperty("out", logging.toString()); // QuestDB's LogFactory reads this property first.
        return quietly(() -> {
            ServerMain server = new ServerMain(new Bootstrap(Bootstrap.getServerMainArgs(directory.toString())));
            // Before it listens: a point that comes first would make a table with microseconds.
            createTable(server);
            server.start();
            return server;
        });
    }

    private static void createTable(ServerMain server) {
        try {
            server.getEngine().execute(SENSOR);
        } catch (SqlException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Suppresses what QuestDB prints. Its exceptions report failures. */
    private static <T> T quietly(Supplier<T> action) {
        PrintStream out = System.out;
        PrintStream err = System.err;
        PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream());
        System.setOut(nowhere);
        System.setErr(nowhere);
        try {
            return action.get();
        } finally {
            System.setOut(out);
            System.setErr(err);
        }
    }

    @Override
    public void close() {
        if (proxy != null) {
            proxy.close();
        }
        quietly(() -> {
            server.close();
            return null;
        });
    }
}
