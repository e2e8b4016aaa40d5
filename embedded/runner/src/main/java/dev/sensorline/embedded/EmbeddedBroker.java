package dev.sensorline.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import com.hivemq.embedded.EmbeddedHiveMQ;

/** HiveMQ CE in this process, on the loopback address, all in memory. */
public final class EmbeddedBroker implements AutoCloseable {

    private static final String CONFIGURATION = """
            <hivemq>
              <listeners>
                <tcp-listener><port>%d</port><bind-address>127.0.0.1</bind-address></tcp-listener>
              </listeners>
              <mqtt><queued-messages><max-queue-size>100000</max-queue-size></queued-messages></mqtt>
              <persistence><mode>in-memory</mode></persistence>
              <anonymous-usage-statistics><enabled>false</enabled></anonymous-usage-statistics>
            </hivemq>
            """;

    private final EmbeddedHiveMQ broker;

    private EmbeddedBroker(EmbeddedHiveMQ broker) {
        this.broker = broker;
    }

    /** Starts it; returns when it listens. Its files are in a directory of their own. */
    public static EmbeddedBroker start(int port, Path directory) throws IOException {
        Path configuration = Files.createDirectories(directory.resolve("conf"));
        Files.writeString(configuration.resolve("config.xml"), CONFIGURATION.formatted(port));
        EmbeddedHiveMQ broker = EmbeddedHiveMQ.builder()
                .withConfigurationFolder(configuration)
                .withDataFolder(Files.createDirectories(directory.resolve("data")))
                .withExtensionsFolder(Files.createDirectories(directory.resolve("extensions")))
                .withoutLoggingBootstrap()
                .build();
        broker.start().join();
        return new EmbeddedBroker(broker);
    }

    @Override
    public void close() {
        broker.stop().join();
    }
}
