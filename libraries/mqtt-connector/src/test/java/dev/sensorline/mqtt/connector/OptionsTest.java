package dev.sensorline.mqtt.connector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.eclipse.microprofile.config.Config;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import dev.sensorline.mqtt.client.ProtocolVersion;
import dev.sensorline.mqtt.client.QoS;
import dev.sensorline.mqtt.client.SessionOptions;
import dev.sensorline.mqtt.client.SessionOptions.Broker;
import dev.sensorline.mqtt.client.SessionOptions.Credentials;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;

class OptionsTest {

    private static final BrokerAccess ACCESS = new BrokerAccess() {

        @Override
        public Optional<String> username() {
            return Optional.of("alice");
        }

        @Override
        public Optional<String> password() {
            return Optional.of("secret");
        }

        @Override
        public Optional<Tls> tls() {
            return Optional.of(new Tls(Optional.of(Path.of("ca.pem")), Optional.empty(), Optional.empty()));
        }
    };

    @Test
    void a_connection_has_defaults() {
        SessionOptions options = ConnectionOptions.of(config(Map.of()), Optional.empty(), Optional.empty());
        assertEquals(
                new SessionOptions(
                        List.of(new Broker("localhost", 1883, "localhost")),
                        "",
                        ProtocolVersion.V3_1_1,
                        true,
                        Optional.empty(),
                        false,
                        0,
                        Duration.ofSeconds(30),
                        Duration.ofSeconds(60),
                        Duration.ofSeconds(5),
                        SessionOptions.LARGEST_PACKET,
                        Credentials.NONE,
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty()),
                options);
    }

    @Test
    void a_connection_is_what_its_keys_say() {
        SessionOptions options = ConnectionOptions.of(
                config(Map.of(
                        "host",
                        "10.0.0.1",
                        "port",
                        "1884",
                        "server-name",
                        "broker",
                        "client-id",
                        "sensor",
                        "auto-clean-session",
                        "false",
                        "keep-alive-seconds",
                        "15",
                        "connect-timeout-seconds",
                        "7",
                        "reconnect-interval-seconds",
                        "9",
                        "username",
                        "bob",
                        "max-message-size",
                        "1000")),
                Optional.empty(), Optional.empty());
        assertEquals(
                new SessionOptions(
                        List.of(new Broker("10.0.0.1", 1884, "broker")),
                        "sensor",
                        ProtocolVersion.V3_1_1,
                        false,
                        Optional.empty(),
                        false,
                        0,
                        Duration.ofSeconds(15),
                        Duration.ofSeconds(7),
                        Duration.ofSeconds(9),
                        1_000,
                        new Credentials(Optional.of("bob"), Optional.empty()),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty()),
                options);
    }

    @Test
    void keys_set_what_only_mqtt_5_has() {
        SessionOptions options = ConnectionOptions.of(
                config(Map.of(
                        "mqtt-version", "auto", "session-expiry", "1h", "no-local", "true", "topic-aliases", "9")),
                Optional.empty(), Optional.empty());
        assertEquals(ProtocolVersion.AUTO, options.version());
        assertEquals(3_600, options.sessionExpirySeconds());
        assertTrue(options.noLocal());
        assertEquals(9, options.topicAliases());
    }

    @Test
    void a_web_socket_has_a_path_and_tls_if_it_is_wss() {
        SessionOptions plain = ConnectionOptions.of(config(Map.of("transport", "ws")), Optional.empty(), Optional.empty());
        assertEquals(Optional.of("/mqtt"), plain.webSocketPath());
        assertEquals(Optional.empty(), plain.tls());
        SessionOptions secure =
                ConnectionOptions.of(config(Map.of("transport", "wss", "path", "/a?b=c")), Optional.empty(), Optional.empty());
        assertEquals(Optional.of("/a?b=c"), secure.webSocketPath());
        assertTrue(secure.tls().isPresent());
        assertEquals(8883, secure.brokers().get(0).port());
        assertEquals(
                Optional.of(Path.of("ca.pem")),
                ConnectionOptions.of(config(Map.of("transport", "wss")), Optional.of(ACCESS), Optional.empty())
                        .tls()
                        .orElseThrow()
                        .authority());
    }

    @ParameterizedTest
    @ValueSource(strings = {"mqtt", "/a b", "/a#b", "/é", "/a%", "http://broker/mqtt"})
    void what_is_no_path_is_refused(String path) {
        Config config = config(Map.of("transport", "ws", "path", path));
        assertThrows(IllegalArgumentException.class, () -> ConnectionOptions.of(config, Optional.empty(), Optional.empty()));
    }

    @Test
    void several_brokers_have_ports_and_names_of_their_own() {
        assertEquals(
                List.of(
                        new Broker("a", 1884, "a"),
                        new Broker("b_c.d", 1, "b_c.d"),
                        new Broker("::1", 1884, "::1"),
                        new Broker("fe80::1%eth0", 1884, "fe80::1%eth0"),
                        new Broker("::2", 65_535, "::2"),
                        new Broker("::3", 1884, "::3")),
                ConnectionOptions.of(
                                config(Map.of("host", "a, b_c.d:1,::1,fe80::1%eth0,[::2]:65535,[::3]", "port", "1884")),
                                Optional.empty(), Optional.empty())
                        .brokers());
        assertEquals(
                List.of(new Broker("a", 1883, "c"), new Broker("b", 1883, "c")),
                ConnectionOptions.of(config(Map.of("host", "a,b", "server-name", "c")), Optional.empty(), Optional.empty())
                        .brokers());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a b",
                "tcp://a",
                "mqtt://a:1883",
                "a:",
                "a:0",
                "a:x",
                "a:65536",
                "[a]:1883",
                "[::1",
                "[::1]1883",
                "[::1]:",
                "a/mqtt",
                ":1883"
            })
    void what_is_no_host_is_refused(String host) {
        Config config = config(Map.of("host", host));
        assertTrue(assertThrows(IllegalArgumentException.class, () -> ConnectionOptions.of(config, Optional.empty(), Optional.empty()))
                .getMessage()
                .startsWith("must be a host name or an address, such as broker, broker:1884 or [::1]:1884"));
    }

    @Test
    void tls_without_a_port_uses_the_port_of_mqtt_over_tls() {
        SessionOptions options = ConnectionOptions.of(config(Map.of("ssl", "true")), Optional.empty(), Optional.empty());
        assertEquals(8883, options.brokers().get(0).port());
        assertEquals(
                Optional.of(new SessionOptions.Tls(Optional.empty(), Optional.empty(), Optional.empty())),
                options.tls());
    }

    @Test
    void the_access_bean_takes_precedence_over_the_keys() {
        SessionOptions options =
                ConnectionOptions.of(config(Map.of("username", "bob", "password", "other")), Optional.of(ACCESS), Optional.empty());
        assertEquals(new Credentials(Optional.of("alice"), Optional.of("secret")), options.credentials());
        assertEquals(Optional.of(Path.of("ca.pem")), options.tls().orElseThrow().authority());
    }

    @Test
    void the_text_of_options_does_not_contain_the_password() {
        assertFalse(ConnectionOptions.of(config(Map.of()), Optional.of(ACCESS), Optional.empty())
                .toString()
                .contains("secret"));
    }

    @Test
    void a_last_will_needs_a_topic_and_a_payload() {
        SessionOptions options = ConnectionOptions.of(
                config(Map.of("will-topic", "gone", "will-payload", "sensor", "will-qos", "1", "will-retain", "true")),
                Optional.empty(), Optional.empty());
        assertEquals("gone", options.will().orElseThrow().topic());
        assertEquals(QoS.AT_LEAST_ONCE, options.will().orElseThrow().qos());
        assertEquals(Duration.ZERO, options.will().orElseThrow().delay());
        assertEquals(
                Duration.ofSeconds(30),
                ConnectionOptions.of(
                                config(Map.of("will-topic", "gone", "will-payload", "sensor", "will-delay", "30s")),
                                Optional.empty(), Optional.empty())
                        .will()
                        .orElseThrow()
                        .delay());
        for (String key : List.of("will-topic", "will-payload")) {
            Config incomplete = config(Map.of(key, "sensor"));
            assertEquals(
                    "will-topic and will-payload: must be set together",
                    assertThrows(
                                    IllegalArgumentException.class,
                                    () -> ConnectionOptions.of(incomplete, Optional.empty(), Optional.empty()))
                            .getMessage());
        }
    }

    @Test
    void topic_filters_come_from_keys_or_the_application_or_the_name_of_the_channel() {
        Optional<IncomingTopics> application = Optional.of(channel -> List.of(channel + "/#"));
        assertEquals(List.of("a/+", "b/#"), topics(Map.of("topics", "a/+, b/#", "topic", "c"), application));
        assertEquals(List.of("c"), topics(Map.of("topic", "c"), application));
        assertEquals(List.of("readings/#"), topics(Map.of(), application));
        assertEquals(List.of("readings"), topics(Map.of(), Optional.empty()));
    }

    private static List<String> topics(Map<String, String> keys, Optional<IncomingTopics> application) {
        return InboundOptions.of("readings", config(keys), application).topics();
    }

    @ParameterizedTest
    @CsvSource({
        "qos, 2, 0, 1",
        "batch-size, 0, 1, 2147483647",
        "max-batches-in-flight, 0, 1, 2147483647",
        "buffer-size, 65536, 1, 65535",
        "buffer-bytes, 0, 1, 2147483647",
        "max-payload-size, 268435456, 1, 268435455"
    })
    void an_option_out_of_its_range_is_refused(String key, int value, int least, int most) {
        Config config = config(Map.of(key, "" + value));
        assertEquals(
                "%s=%d: must be from %d to %d".formatted(key, value, least, most),
                assertThrows(
                                IllegalArgumentException.class,
                                () -> InboundOptions.of("readings", config, Optional.empty()))
                        .getMessage());
    }

    @Test
    void an_outgoing_channel_has_defaults() {
        assertEquals(
                new OutboundOptions("readings", QoS.AT_MOST_ONCE, false, 10, Optional.empty(), Optional.empty()),
                OutboundOptions.of("readings", config(Map.of())));
        assertEquals(
                new OutboundOptions("other", QoS.EXACTLY_ONCE, true, 5, Optional.empty(), Optional.empty()),
                OutboundOptions.of(
                        "readings",
                        config(Map.of("topic", "other", "qos", "2", "retain", "true", "max-inflight-queue", "5"))));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 70_000})
    void more_messages_in_flight_than_there_are_packet_ids_are_refused(int window) {
        Config config = config(Map.of("max-inflight-queue", "" + window));
        assertEquals(
                "max-inflight-queue=%d: must be from 1 to 65535".formatted(window),
                assertThrows(IllegalArgumentException.class, () -> OutboundOptions.of("readings", config))
                        .getMessage());
    }

    private static Config config(Map<String, String> keys) {
        return new SmallRyeConfigBuilder()
                .withSources(new PropertiesConfigSource(new HashMap<>(keys), "test", 100))
                .build();
    }
}
