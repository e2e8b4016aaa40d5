package dev.sensorline.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;

import com.hivemq.configuration.service.InternalConfigurations;
import com.hivemq.embedded.EmbeddedExtension;
import com.hivemq.embedded.EmbeddedHiveMQ;

/**
 * HiveMQ CE in this process, on the loopback address. Its settings are properties:
 * <ul>
 * <li>{@code persistent}: whether sessions are kept in files, else in memory (false)
 * <li>{@code max-inflight}: messages sent to a client and not yet acknowledged (50)
 * <li>{@code max-queued}: messages kept for a client (100000)
 * <li>{@code log}: whether it logs who comes and goes, to standard error (false)
 * <li>{@code username}, {@code password}: the only user (everybody is let in)
 * <li>{@code tls.N.port}, {@code .address}, {@code .keys}, {@code .trusted}, {@code .password}, N from 0: ports with TLS
 * that demand a certificate, whose name is the user
 * </ul>
 */
public final class EmbeddedBroker implements AutoCloseable {

    private static final String CONFIGURATION = """
            <hivemq>
              <listeners>
                <tcp-listener><port>%d</port><bind-address>127.0.0.1</bind-address></tcp-listener>%s
              </listeners>
              <mqtt><queued-messages><max-queue-size>%s</max-queue-size></queued-messages></mqtt>
              <persistence><mode>%s</mode></persistence>
              <anonymous-usage-statistics><enabled>false</enabled></anonymous-usage-statistics>
            </hivemq>
            """;
    private static final String TLS_LISTENER = """

                <tls-tcp-listener>
                  <port>%1$s</port><bind-address>%2$s</bind-address><name>%2$s-%1$s</name>
                  <tls>
                    <keystore><path>%3$s</path><password>%5$s</password><private-key-password>%5$s</private-key-password></keystore>
                    <truststore><path>%4$s</path><password>%5$s</password></truststore>
                    <client-authentication-mode>REQUIRED</client-authentication-mode>
                  </tls>
                </tls-tcp-listener>""";
    /** Of the files and locks in which sessions are kept: as many as a few clients need. */
    private static final int BUCKETS = 4;

    /** Messages that are read for a client at once; it is sent no more until it has acknowledged some of these. */
    private static final int LARGEST_BATCH = 100;

    private final EmbeddedHiveMQ broker;

    private EmbeddedBroker(EmbeddedHiveMQ broker) {
        this.broker = broker;
    }

    /** Starts it with default settings; returns when it listens. Its files are in a directory of their own. */
    public static EmbeddedBroker start(int port, Path directory) throws IOException {
        return start(port, directory, new Properties());
    }

    /** Starts it; returns when it listens. What an earlier one has kept in the directory it has again. */
    public static EmbeddedBroker start(int port, Path directory, Properties settings) throws IOException {
        Path configuration = Files.createDirectories(directory.resolve("conf"));
        boolean persistent = Boolean.parseBoolean(settings.getProperty("persistent"));
        Files.writeString(configuration.resolve("config.xml"), CONFIGURATION.formatted(port, tlsListeners(settings),
                settings.getProperty("max-queued", "100000"), persistent ? "file" : "in-memory"));
        boolean logs = Boolean.parseBoolean(settings.getProperty("log"));
        if (logs) {
            System.setProperty("sensorline.broker.log", "DEBUG"); // logback.xml reads it.
        }
        InternalConfigurations.PERSISTENCE_BUCKET_COUNT.set(BUCKETS);
        InternalConfigurations.PAYLOAD_PERSISTENCE_BUCKET_COUNT.set(BUCKETS);
        int window = Integer.parseInt(settings.getProperty("max-inflight", "50"));
        InternalConfigurations.MAX_INFLIGHT_WINDOW_SIZE_MESSAGES = window;
        InternalConfigurations.PUBLISH_POLL_BATCH_SIZE = Math.min(window, LARGEST_BATCH);
        EmbeddedHiveMQ broker = EmbeddedHiveMQ.builder()
                .withConfigurationFolder(configuration)
                .withDataFolder(Files.createDirectories(directory.resolve("data")))
                .withExtensionsFolder(Files.createDirectories(directory.resolve("extensions")))
                .withEmbeddedExtension(EmbeddedExtension.builder()
                        .withId("sensorline").withName("Sensorline").withVersion("1").withAuthor("Sensorline")
                        .withPriority(0).withStartPriority(0)
                        .withExtensionMain(new BrokerUsers(settings.getProperty("username"), settings.getProperty("password"), logs))
                        .build())
                .withoutLoggingBootstrap()
                .build();
        broker.start().join();
        return new EmbeddedBroker(broker);
    }

    private static String tlsListeners(Properties settings) {
        StringBuilder listeners = new StringBuilder();
        for (int i = 0; settings.containsKey("tls." + i + ".port"); i++) {
            String prefix = "tls." + i + ".";
            listeners.append(TLS_LISTENER.formatted(settings.getProperty(prefix + "port"),
                    settings.getProperty(prefix + "address"), settings.getProperty(prefix + "keys"),
                    settings.getProperty(prefix + "trusted"), settings.getProperty(prefix + "password")));
        }
        return listeners.toString();
    }

    @Override
    public void close() {
        broker.stop().join();
    }
}
