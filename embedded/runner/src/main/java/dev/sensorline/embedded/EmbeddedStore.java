package dev.sensorline.embedded;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Supplier;

import io.questdb.Bootstrap;
import io.questdb.ServerMain;

/** QuestDB in this process, on the loopback address: takes InfluxDB's write API, answers SQL. */
public final class EmbeddedStore implements AutoCloseable {

    /** One small thing for little memory: no protocol but HTTP, one worker, small buffers. */
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
            http.send.buffer.size=256k
            cairo.writer.data.append.page.size=64k
            cairo.wal.writer.data.append.page.size=64k
            cairo.system.writer.data.append.page.size=64k
            cairo.o3.column.memory.size=64k
            cairo.commit.lag=100
            query.tracing.enabled=false
            """;
    private static final String LOGGING = """
            writers=file
            w.file.class=io.questdb.log.LogFileWriter
            w.file.location=%s
            w.file.level=ERROR
            """;

    private final ServerMain server;

    private EmbeddedStore(ServerMain server) {
        this.server = server;
    }

    /** Starts it; returns when it listens. Its files are in a directory of their own. */
    public static EmbeddedStore start(int port, Path directory) throws IOException {
        Path configuration = Files.createDirectories(directory.resolve("conf"));
        Files.writeString(configuration.resolve("server.conf"), CONFIGURATION.formatted(port));
        Path logging = Files.writeString(configuration.resolve("log.conf"),
                LOGGING.formatted(directory.resolve("questdb.log")));
        System.setProperty("out", logging.toString()); // Where QuestDB's LogFactory looks first.
        return quietly(() -> {
            ServerMain server = new ServerMain(new Bootstrap(Bootstrap.getServerMainArgs(directory.toString())));
            server.start();
            return new EmbeddedStore(server);
        });
    }

    /** It tells standard output and error what it is doing; what goes wrong, its exceptions say as well. */
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
        quietly(() -> {
            server.close();
            return null;
        });
    }
}
