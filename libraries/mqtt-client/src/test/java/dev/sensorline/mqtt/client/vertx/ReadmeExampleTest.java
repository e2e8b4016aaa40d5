package dev.sensorline.mqtt.client.vertx;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import dev.sensorline.mqtt.client.example.Thermostat;
import io.vertx.core.Vertx;

/** The example of the module's README: it is the one that is compiled, and it does what it says. */
@Timeout(value = 30, unit = TimeUnit.SECONDS)
class ReadmeExampleTest {

    private static final Path MODULE =
            Path.of(System.getProperty("sensorline.root")).resolve("libraries/mqtt-client");

    @Test
    void the_readme_shows_the_example() throws IOException {
        String source =
                Files.readString(MODULE.resolve("src/test/java/dev/sensorline/mqtt/client/example/Thermostat.java"));
        String shown = "```java\n" + source.substring(source.indexOf("/** ")) + "```\n";
        String readme = Files.readString(MODULE.resolve("README.md"));
        assertTrue(readme.contains(shown), () -> "README.md must contain:\n" + shown);
    }

    @Test
    void the_example_switches_the_heating_on_when_it_is_cold() throws IOException {
        Vertx vertx = Vertx.vertx();
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thermostat thermostat =
                    Thermostat.start(vertx, server.getInetAddress().getHostAddress(), server.getLocalPort());
            try (Socket broker = server.accept()) {
                assertTrue(read(broker).startsWith("CONNECT MQTT5 persistent"));
                write(broker, Packets.connack5(false, 0));
                assertEquals("SUBSCRIBE 1 sensor/+ qos 17", read(broker));
                assertEquals("PUBLISH 2 thermostat/state here qos 1 retained", read(broker));
                write(broker, Packets.suback5(1, 1), Packets.puback(2));
                write(
                        broker,
                        Packets.publish(5, 0, "sensor/a".getBytes(UTF_8), "warm", 0),
                        Packets.publish5("sensor/a", "warm", 7),
                        Packets.publish5("sensor/b", "cold", 8));
                assertEquals("PUBACK 7", read(broker));
                assertEquals("PUBLISH 3 heating on qos 2 property 38=reason=sensor/b", read(broker));
                write(broker, Packets.pubrec(3));
                assertEquals("PUBREL 3", read(broker));
                write(broker, Packets.pubcomp(3));
                assertEquals("PUBACK 8", read(broker));
                var stopped = thermostat.session().stop().toCompletableFuture();
                assertEquals("DISCONNECT", read(broker));
                broker.close();
                stopped.join();
            }
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().join();
        }
    }

    private static String read(Socket broker) throws IOException {
        return Packets.read(broker.getInputStream(), 5);
    }

    private static void write(Socket broker, byte[]... packets) throws IOException {
        for (byte[] packet : packets) {
            broker.getOutputStream().write(packet);
        }
    }
}
