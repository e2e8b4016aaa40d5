package dev.sensorline.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;

import com.hivemq.configuration.service.InternalConfigurations;
import com.hivemq.embedded.EmbeddedExtension;
import com.hivemq.embedded.EmbeddedHiveMQ;

/**
 * HiveMQ CE in this process, on the loopback address. Its settings are properties, with the default in parentheses:
 * <ul>
 * <li>{@code persistent}: whether sessions are stored in files instead of memory ({@code false})
 * <li>{@code max-inflight}: maximum number of messages that a client has not acknowledged yet (50)
 * <li>{@code max-queued}: maximum number of messages that are queued for a client (100000)
 * <li>{@code log}: whether to log connections and subscriptions to standard error ({@code false})
 * <li>{@code username}, {@code password}: the only user (every client is admitted)
 * <li>{@code websocket.port}: a port with WebSockets at {@code /mqtt} (none)
 * <li>{@code websocket.tls.port}, {@code .address}, {@code .keys}, {@code .trusted}, {@code .password}: a port with WebSockets
 * over TLS at {@code /mqtt} that requires a client certificate, whose common name is the user (none)
 * <li>{@code tls.N.port}, {@code .address}, {@code .keys}, {@code .trusted}, {@code .password}, for N from 0: ports with
 * TLS that require a client certificate, whose common name is the user (none)
 * </ul>
 */
public final class EmbeddedBroker implements AutoCloseable {

    private static final String CONFIGURATION = """
            <hivemq>
              <listeners>
                <tcp-listener><port>%d</port><bind-address>127.0.0.1</bind-address></tcp-listener>%s%s%s
              </listeners>
              <mqtt><queued-messages><max-queue-size>%s</max-queue-size></queued-messages></mqtt>
              <persistence><mode>%s</mode></persistence>
              <anonymous-usage-statistics><enabled>false</enabled></anonymous-usage-statistics>
            </hivemq>
            """;
    private static final String WEB_SOCKET_LISTENER = """

                <websocket-listener>
                  <port>%s</port><bind-address>127.0.0.1</bind-address><path>/mqtt</path>
                  <subprotocols><subprotocol>mqtt</subprotocol></subprotocols>
                </websocket-listener>""";
    private static final String TLS_LISTENER = """

                <tls-tcp-listener>
                  <port>%1$s</port><bind-address>%2$s</bind-address><name>%2$s-%1$s</name>%3$s
                </tls-tcp-listener>""";
    private static final String TLS_WEB_SOCKET_LISTENER = """

                <tls-websocket-listener>
                  <port>%1$s</port><bind-address>%2$s</bind-address><name>%2$s-%1$s</name><path>/mqtt</path>
                  <subprotocols><subprotocol>mqtt</subprotocol></subprotocols>%3$s
                </tls-websocket-listener>""";
    private static final String TLS = """

                  <tls>
                    <keystore><path>%1$s</path><password>%3$s</password><private-key-password>%3$s</private-key-password></keystore>
                    <truststore><path>%2$s</path><password>%3$s</password></truststore>
                    <client-authentication-mode>REQUIRED</client-authentication-mode>
                  </tls>""";
    private static final String WEB_SOCKET_TLS = "websocket.tls.";
    /** Number of files and locks for sessions. A few clients need no more. */
    private static final int SESSION_BUCKETS = 4;

    /** Number of messages that are read for a client at once. It gets no more until it has acknowledged some of them. */
    private static final int MAX_BATCH_SIZE = 100;

    private final EmbeddedHiveMQ broker;

    private EmbeddedBroker(EmbeddedHiveMQ broker) {
        this.broker = broker;
    }

    /** Starts a broker with default settings and its files in a directory, and returns when it listens. */
    public static EmbeddedBroker start(int port, Path directory) throws IOException {
        return start(port, directory, new Properties());
    }

    /** Starts a broker with the sessions in a directory, and returns when it listens. */
    public static EmbeddedBroker start(int port, Path directory, Properties settings) throws IOException {
        Path configuration = Files.createDirectories(directory.resolve("conf"));
        boolean persistent = Boolean.parseBoolean(settings.getProperty("persistent"));
        Files.writeString(
                configuration.resolve("config.xml"),
                CONFIGURATION.formatted(
                        port,
                        tlsListeners(settings),
                        settings.containsKey("websocket.port")
                                ? WEB_SOCKET_LISTENER.formatted(settings.getProperty("websocket.port"))
                                : "",
                        settings.containsKey(WEB_SOCKET_TLS + "port")
                                ? tlsListener(TLS_WEB_SOCKET_LISTENER, WEB_SOCKET_TLS, settings)
                                : "",
                        settings.getProperty("max-queued", "100000"),
                        persistent ? "file" : "in-memory"));
        boolean logs = Boolean.parseBoolean(settings.getProperty("log"));
        if (logs) {
            System.setProperty("sensorline.broker.log", "DEBUG"); // logback.xml reads it.
        }
        InternalConfigurations.PERSISTENCE_BUCKET_COUNT.set(SESSION_BUCKETS);
        InternalConfigurations.PAYLOAD_PERSISTENCE_BUCKET_COUNT.set(SESSION_BUCKETS);
        int window = Integer.parseInt(settings.getProperty("max-inflight", "50"));
        InternalConfigurations.MAX_INFLIGHT_WINDOW_SIZE_MESSAGES = window;
        InternalConfigurations.PUBLISH_POLL_BATCH_SIZE = Math.min(window, MAX_BATCH_SIZE);
        EmbeddedHiveMQ broker = EmbeddedHiveMQ.builder()
                .withConfigurationFolder(configuration)
                .withDataFolder(Files.createDirectories(directory.resolve("data")))
                .withExtensionsFolder(Files.createDirectories(directory.resolve("extensions")))
                .withEmbeddedExtension(EmbeddedExtension.builder()
                        .withId("sensorline")
                        .withName("Sensorline")
                        .withVersion("1")
                        .withAuthor("Sensorline")
                        .withPriority(0)
                        .withStartPriority(0)
                        .withExtensionMain(new BrokerExtension(
                                settings.getProperty("username"), settings.getProperty("password"), logs))
                        .build())
                .withoutLoggingBootstrap()
                .build();
        broker.start().join();
        return new EmbeddedBroker(broker);
    }

    private static String tlsListeners(Properties settings) {
        StringBuilder listeners = new StringBuilder();
        for (int i = 0; settings.containsKey("tls." + i + ".port"); i++) {
            listeners.append(tlsListener(TLS_LISTENER, "tls." + i + ".", settings));
        }
        return listeners.toString();
    }

    private static String tlsListener(String listener, String prefix, Properties settings) {
        return listener.formatted(
                settings.getProperty(prefix + "port"),
                settings.getProperty(prefix + "address"),
                TLS.formatted(
                        settings.getProperty(prefix + "keys"),
                        settings.getProperty(prefix + "trusted"),
                        settings.getProperty(prefix + "password")));
    }

    @Override
    public void close() {
        broker.stop().join();
    }
}
