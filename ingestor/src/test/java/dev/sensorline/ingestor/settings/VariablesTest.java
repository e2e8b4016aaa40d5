package dev.sensorline.ingestor.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import dev.sensorline.application.HttpAddress;
import dev.sensorline.points.rules.SameTime;
import dev.sensorline.settings.DeclaredSetting;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.mutiny.tuples.Tuple2;
import io.vertx.core.Vertx;

/** Every variable of the ingestor: values that work, and the one line for a value that does not. */
class VariablesTest {

    private static final Vertx VERTX = Vertx.vertx();

    @AfterAll
    static void closeVertx() {
        VERTX.close().toCompletionStage().toCompletableFuture().join();
    }

    private static final List<DeclaredSetting> SETTINGS = DeclaredSetting.of(IngestorConfig.class, Variables::of);

    /** VARIABLE, a value that is refused, and a part of what is allowed. */
    private static final List<String[]> REFUSED =
            Stream.of("""
            MQTT_HOST|a b|host name
            MQTT_HOST|host:x|host name
            MQTT_TRANSPORT|http|tcp, ws or wss
            MQTT_PATH|mqtt|path of a URL
            MQTT_HOST|a,b c|separated by commas
            MQTT_HOST|mqtt://host:1883|no URL
            MQTT_HOST||must not be empty
            MQTT_PORT|70000|from 1 to 65535
            MQTT_PORT|abc|from 1 to 65535
            MQTT_PORT||from 1 to 65535
            MQTT_PASSWORD_FILE|/nowhere/password|can be read
            MQTT_TLS|yes|true or false
            MQTT_CA_FILE|/nowhere/ca.pem|can be read
            MQTT_CERTIFICATE_FILE|/nowhere/certificate.pem|can be read
            MQTT_KEY_FILE|/nowhere/key.pem|can be read
            MQTT_TOPICS|a/#/b|topic filter
            MQTT_TOPICS|sensor+|topic filter
            MQTT_TOPICS||where there is no rule
            MQTT_TOPICS|plant/{a}/{a}|two levels
            MQTT_CLIENT_ID| |not empty
            MQTT_REJECTED_CONNECTION|none|own or shared
            MQTT_SUBSCRIBE|perhaps|true or false
            MQTT_QOS|2|from 0 to 1
            MQTT_VERSION|4|auto, 5 or 3.1.1
            MQTT_SESSION_EXPIRY|-1|greater than 0
            MQTT_ACK_ORDER|none|relaxed or strict
            MQTT_RETAINED|yes|timed, take or ignore
            SENSORLINE_PREFIX|a/#|without +, #
            SENSORLINE_PREFIX|/a|without / at either end
            SENSORLINE_PREFIX||without / at either end
            INFLUX_URL|localhost:8086|http://localhost:8086
            INFLUX_URL|ftp://localhost|http://localhost:8086
            INFLUX_URL|http://a b|http://localhost:8086
            INFLUX_URL|http://a:70000|http://localhost:8086
            INFLUX_CERTIFICATE_FILE|/nowhere/certificate.pem|can be read
            INFLUX_KEY_FILE|/nowhere/key.pem|can be read
            INGESTOR_HOLD|soon|duration
            HTTP_PROXY|proxy:70000|http://proxy:3128
            HTTP_PROXY|https://proxy:3128|http://proxy:3128
            HTTPS_PROXY|socks5://proxy|http://proxy:3128
            INFLUX_DATABASE|a/b|name without /
            INFLUX_DATABASE||name without /
            INFLUX_PASSWORD_FILE|/nowhere/password|can be read
            INFLUX_TOKEN_FILE|/nowhere/token|can be read
            INFLUX_CA_FILE|/nowhere/ca.pem|can be read
            INGESTOR_ROLE|bridges|whole, bridge or writer
            INGESTOR_BATCH_SIZE|0|from 1 to 100000
            INGESTOR_BATCH_SIZE|many|from 1 to 100000
            INGESTOR_MAX_POINTS|0|from 1 to 100000
            INGESTOR_MAX_PAYLOAD_BYTES|0|from 1 to 1048576
            INGESTOR_REJECTED_BYTES|-1|from 0 to 1048576
            INGESTOR_BATCH_AGE|-1|greater than 0
            INGESTOR_BATCH_AGE|soon|duration
            INGESTOR_SAME_TIME|random|exact or spread
            INGESTOR_BATCH_AGE|PT5000000H|365 days
            INGESTOR_STATUS_PERIOD|0.5|0, or at least 1 second
            INGESTOR_STATUS_PERIOD|often|0, or at least 1 second
            KAFKA_BOOTSTRAP_SERVERS|kafka|host:port
            KAFKA_BOOTSTRAP_SERVERS|kafka:70000|host:port
            KAFKA_BOOTSTRAP_SERVERS|ka fka:9092|host:port
            KAFKA_TOPIC|a b|letters, digits
            KAFKA_GROUP| |not empty
            KAFKA_PASSWORD_FILE|/nowhere/password|can be read
            KAFKA_SASL_MECHANISM|GSSAPI|SCRAM-SHA-512, SCRAM-SHA-256 or PLAIN
            KAFKA_TLS|TRUE|true or false
            KAFKA_CA_FILE|/nowhere/ca.pem|can be read
            KAFKA_CERTIFICATE_FILE|/nowhere/certificate.pem|can be read
            KAFKA_KEY_FILE|/nowhere/key.pem|can be read
            KAFKA_COMPRESSION_TYPE|zip|none, gzip, snappy, lz4 or zstd
            HTTP_HOST|a/b|host name
            HTTP_HOST|0.0.0.0:8080|without a port
            HTTP_PORT|0|from 1 to 65535
            HTTP_PORT|abc|from 1 to 65535
            HTTPS_HOST|a/b|host name
            HTTPS_PORT|0|from 1 to 65535
            HTTPS_CERTIFICATE_FILE|/nowhere/certificate|can be read
            HTTPS_KEY_FILE|/etc/a,b|without a comma
            HTTPS_CA_FILE|/nowhere/ca.pem|can be read
            HTTPS_CLIENTS|a=b|letters, digits
            LOG_FORMAT|xml|text or json
            """.split("\n")).map(row -> row.strip().split("\\|", -1)).toList();

    static Stream<String[]> refused() {
        return REFUSED.stream();
    }

    @ParameterizedTest
    @MethodSource("refused")
    void a_wrong_value_is_one_line_that_names_the_variable_the_value_and_what_is_allowed(
            String variable, String value, String allowed) {
        List<String> lines = refusal(Map.of(variable, value));
        assertEquals(1, lines.size(), lines::toString);
        assertTrue(lines.get(0).startsWith(variable + "=" + value + ": must"), lines::toString);
        assertTrue(lines.get(0).contains(allowed), lines::toString);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\tb", "a\u0000", "\u007fa", "a\u0085b"})
    void a_client_id_has_no_control_characters(String clientId) {
        List<String> lines = refusal(Map.of("MQTT_CLIENT_ID", clientId));
        assertEquals(1, lines.size(), lines::toString);
        assertTrue(lines.get(0).contains("without control characters"), lines::toString);
    }

    @Test
    void every_variable_that_does_not_take_any_text_is_tried_with_a_wrong_value() {
        List<String> declared = SETTINGS.stream()
                .filter(setting -> !setting.allowed().isEmpty())
                .map(DeclaredSetting::variable)
                .filter(variable -> !variable.equals("INFLUX_TOKEN"))
                .toList();
        assertEquals(Set.copyOf(declared), refused().map(row -> row[0]).collect(Collectors.toSet()));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "s3cret|writer|together with INFLUX_USERNAME",
                "s3cret of two words||without blanks",
                "s3crét||without blanks"
            })
    void a_wrong_token_is_one_line_without_the_token(String token, String username, String part) {
        Map<String, String> variables = new HashMap<>(Map.of("INFLUX_TOKEN", token));
        Optional.ofNullable(username).ifPresent(name -> variables.put("INFLUX_USERNAME", name));
        List<String> lines = refusal(variables);
        assertEquals(1, lines.size(), lines::toString);
        assertTrue(lines.get(0).startsWith("INFLUX_TOKEN: must") && lines.get(0).contains(part), lines::toString);
        assertTrue(!lines.get(0).contains("s3cr"), lines::toString);
    }

    @ParameterizedTest
    @CsvSource({
        "htp://writer:s3cret@host:8086, htp://…@host:8086",
        "writer:s3cret@host:8086, …@host:8086",
        "http://host:8086?u=writer&p=s3cret, http://host:8086?…",
        "http://writer:s3/cret@host:8086, http://…@host:8086",
        "http://writer:s3#cret@host:8086, http://…@host:8086",
        "http://writer:s3?cret@host:8086, http://…",
        "http://host:8086/write?u=writer&p=s3@cret, http://…",
        "http://writer:s3@cret@host:808600, http://…@host:808600",
        "http://writer:s3%zzcret@host:8086, http://…@host:8086"
    })
    void a_wrong_url_is_shown_without_its_password(String url, String shown) {
        assertEquals(
                List.of("INFLUX_URL=" + shown + ": must be a URL such as http://localhost:8086, without a query"),
                refusal(Map.of("INFLUX_URL", url)));
    }

    @Test
    void a_user_is_in_the_url_or_in_the_variables() {
        IngestorConfig.Influx influx = Configured.config(Map.of("INFLUX_URL", "http://wri%40ter:s3+cret@host:8086/"))
                .influx();
        assertEquals(Tuple2.of("wri@ter", "s3+cret"), influx.credentials().orElseThrow());
        assertEquals("http://host:8086", influx.url().toString());
        assertEquals(
                List.of("INFLUX_URL: must not contain a user together with INFLUX_USERNAME or INFLUX_PASSWORD"),
                refusal(Map.of("INFLUX_URL", "http://writer:s3cret@host:8086", "INFLUX_USERNAME", "other")));
    }

    @ParameterizedTest
    @CsvSource({
        "http://tig_influxdb:8086, http://tig_influxdb:8086",
        "HTTP://Host, http://Host:80",
        "' https://host/influx/ ', https://host:443/influx",
        "'http://[::1]:8086 ', http://[::1]:8086"
    })
    void any_url_of_a_server_works(String url, String shown) {
        assertEquals(
                shown,
                Configured.config(Map.of("INFLUX_URL", url)).influx().url().toString());
    }

    /** Programs agree on these variables, and on neither their case nor a scheme. */
    @ParameterizedTest
    @CsvSource({
        "proxy:3128, http://proxy:3128",
        "' proxy:3128 ', http://proxy:3128",
        "proxy, http://proxy:80",
        "squid_1:3128, http://squid_1:3128",
        "[::1]:3128, http://[::1]:3128",
        "http://proxy:3128/, http://proxy:3128",
        "HTTP://Proxy:3128, http://Proxy:3128"
    })
    void a_proxy_needs_no_scheme(String url, String shown) {
        for (String variable : List.of("HTTP_PROXY", "http_proxy")) {
            IngestorConfig config = Configured.config(Map.of(variable, url));
            assertEquals(shown, config.http().proxy().orElseThrow().toString());
        }
        for (String variable : List.of("HTTPS_PROXY", "https_proxy")) {
            IngestorConfig config = Configured.config(Map.of(variable, url));
            assertEquals(shown, config.https().proxy().orElseThrow().toString());
        }
    }

    @Test
    void the_user_of_a_proxy_is_read_with_and_without_a_scheme() {
        for (String url : List.of("me:s3cret@proxy:3128", "http://me:s3cret@proxy:3128")) {
            IngestorConfig config = Configured.config(Map.of("https_proxy", url));
            assertEquals(
                    Tuple2.of("me", "s3cret"),
                    config.https().proxy().orElseThrow().login().orElseThrow());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "me:s3cret@proxy:70000",
                "me:s3cret@pro xy",
                "socks5://me:s3cret@proxy",
                "https://me:s3cret@proxy:3128",
                "http://me:s3/cret@proxy:3128",
                "me:s3%zzcret@proxy"
            })
    void a_wrong_proxy_is_one_line_without_its_password(String url) {
        for (String variable : List.of("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy")) {
            List<String> lines = refusal(Map.of(variable, url));
            assertEquals(1, lines.size(), lines::toString);
            assertTrue(
                    lines.get(0).startsWith(variable.toUpperCase(Locale.ROOT) + "=")
                            && lines.get(0).endsWith(": must be a URL such as http://proxy:3128"),
                    lines::toString);
            assertTrue(!lines.get(0).contains("s3"), lines::toString);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"pa$$w0rd", "a${b}c", "x${", "${MQTT_HOST}"})
    void a_password_in_a_url_is_taken_as_it_is_set(String password) {
        IngestorConfig config = Configured.config(Map.of(
                "INFLUX_URL", "http://me:" + password + "@host:8086",
                "HTTP_PROXY", "http://me:" + password + "@proxy:3128",
                "https_proxy", "me:" + password + "@proxy:3128"));
        for (HttpAddress address : List.of(
                config.influx().url(),
                config.http().proxy().orElseThrow(),
                config.https().proxy().orElseThrow())) {
            assertEquals(Tuple2.of("me", password), address.login().orElseThrow());
        }
    }

    @Test
    void a_file_that_is_not_in_pem_form_is_one_line(@TempDir Path directory) throws IOException {
        String file = Files.writeString(directory.resolve("junk.pem"), "junk").toString();
        assertEquals(
                List.of("MQTT_CA_FILE=" + file + ": must be certificates in PEM form"),
                refusal(Map.of("MQTT_CA_FILE", file)));
    }

    @Test
    void a_certificate_and_a_key_that_are_not_in_pem_form_are_one_line(@TempDir Path directory) throws IOException {
        String file = Files.writeString(directory.resolve("junk.pem"), "junk").toString();
        assertEquals(
                List.of("MQTT_CERTIFICATE_FILE=" + file + ": must be a certificate in PEM form"),
                refusal(Map.of("MQTT_CERTIFICATE_FILE", file, "MQTT_KEY_FILE", file)));
    }

    @Test
    void certificate_and_key_are_set_together(@TempDir Path directory) throws IOException {
        String file = Files.writeString(directory.resolve("key.pem"), "key").toString();
        assertEquals(
                List.of("MQTT_CERTIFICATE_FILE and MQTT_KEY_FILE: must be set together"),
                refusal(Map.of("MQTT_KEY_FILE", file)));
    }

    @Test
    void a_web_socket_with_tls_is_wss() {
        assertEquals(
                List.of("MQTT_TRANSPORT=ws: must be wss together with MQTT_TLS, or a file of certificates"),
                refusal(Map.of("MQTT_TRANSPORT", "ws", "MQTT_TLS", "true")));
        assertEquals(List.of(), refusal(Map.of("MQTT_TRANSPORT", "wss")));
    }

    @Test
    void a_secret_is_in_its_variable_or_in_a_file(@TempDir Path directory) throws IOException {
        String file = Files.writeString(directory.resolve("secret"), "s3cret").toString();
        for (String variable : List.of("MQTT_PASSWORD", "INFLUX_PASSWORD", "INFLUX_TOKEN", "KAFKA_PASSWORD")) {
            assertEquals(
                    List.of(variable + "_FILE=" + file + ": must not be set together with " + variable),
                    refusal(Map.of(variable, "s3cret", variable + "_FILE", file)));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"pa$$w0rd", "a${b}c", "x${", "${MQTT_HOST}", " a\\b "})
    void a_secret_is_taken_as_it_is_set(String secret) {
        IngestorConfig settings = Configured.VARIABLES
                .read(Map.of(
                        "MQTT_PASSWORD", secret,
                        "INFLUX_PASSWORD", secret,
                        "INFLUX_TOKEN", secret,
                        "KAFKA_PASSWORD", secret))
                .getConfigMapping(IngestorConfig.class);
        assertEquals(
                List.of(secret, secret, secret, secret),
                Stream.of(
                                settings.mqtt().password(),
                                settings.influx().password(),
                                settings.influx().token(),
                                settings.kafka().password())
                        .map(Optional::orElseThrow)
                        .toList());
    }

    /** Blanks belong to it, and the line break at the end does not. */
    @ParameterizedTest
    @ValueSource(strings = {"pa$$w0rd", "a${b}c", "x${", "${MQTT_HOST}", " a\\b ", "two\nlines"})
    void a_secret_of_a_file_is_taken_as_it_stands(String secret, @TempDir Path directory) throws IOException {
        String file =
                Files.writeString(directory.resolve("secret"), secret + "\n").toString();
        IngestorConfig settings = Configured.config(Map.of(
                "MQTT_USERNAME",
                "me",
                "MQTT_PASSWORD_FILE",
                file,
                "INFLUX_USERNAME",
                "me",
                "INFLUX_PASSWORD_FILE",
                file,
                "KAFKA_USERNAME",
                "me",
                "KAFKA_PASSWORD_FILE",
                file));
        assertEquals(Optional.of(secret), new Access().access(settings, VERTX).password());
        assertEquals(secret, settings.influx().credentials().orElseThrow().getItem2());
        assertEquals(Optional.of(secret), settings.kafka().secret());
    }

    @Test
    void a_token_of_a_file_is_taken_as_it_stands(@TempDir Path directory) throws IOException {
        String file = Files.writeString(directory.resolve("token"), "to$$k${e}n==\r\n")
                .toString();
        assertEquals(
                Optional.of("to$$k${e}n=="),
                Configured.config(Map.of("INFLUX_TOKEN_FILE", file)).influx().secretToken());
    }

    @Test
    void what_is_longer_than_a_packet_of_mqtt_can_carry_is_one_short_line() {
        for (String variable : List.of("MQTT_CLIENT_ID", "MQTT_USERNAME", "MQTT_TOPICS")) {
            List<String> lines = refusal(Map.of(variable, "x".repeat(70_000)));
            assertEquals(1, lines.size(), lines::toString);
            assertTrue(lines.get(0).startsWith(variable) && lines.get(0).length() < 400, lines::toString);
        }
        List<String> lines = refusal(Map.of("MQTT_USERNAME", "me", "MQTT_PASSWORD", "s3cret".repeat(20_000)));
        assertEquals(List.of("MQTT_PASSWORD: must have at most 65535 bytes"), lines);
    }

    @Test
    void a_password_needs_a_user_name(@TempDir Path directory) throws IOException {
        String file = Files.writeString(directory.resolve("secret"), "s3cret").toString();
        for (String server : List.of("MQTT", "INFLUX", "KAFKA")) {
            String password = server + "_PASSWORD";
            String must = ": must not be set without " + server + "_USERNAME";
            assertEquals(List.of(password + must), refusal(Map.of(password, "s3cret")));
            assertEquals(List.of(password + "_FILE=" + file + must), refusal(Map.of(password + "_FILE", file)));
        }
    }

    @Test
    void each_wrong_variable_has_its_line() {
        assertEquals(
                Set.of("MQTT_PORT=x", "HTTP_PORT=y"),
                refusal(Map.of("MQTT_PORT", "x", "HTTP_PORT", "y")).stream()
                        .map(line -> line.substring(0, line.indexOf(':')))
                        .collect(Collectors.toSet()));
    }

    /** The channels and Quarkus parse some settings a second time, with their own parsers. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "MQTT_HOST|::1",
                "MQTT_HOST|broker.example.org",
                "MQTT_HOST|a,b:1884,[::1]:1883",
                "MQTT_TRANSPORT|wss",
                "MQTT_PATH|/a?b=c",
                "MQTT_PORT|' 1883 '",
                "MQTT_PORT|+1883",
                "MQTT_PORT|0001883",
                "MQTT_CLIENT_ID|' a b '",
                "MQTT_QOS|' 0'",
                "MQTT_QOS|00",
                "MQTT_VERSION|3.1.1",
                "MQTT_SESSION_EXPIRY|' 1h'",
                "MQTT_ACK_ORDER|strict",
                "SENSORLINE_PREFIX|plant/north",
                "INGESTOR_MAX_PAYLOAD_BYTES|1048576",
                "INGESTOR_REJECTED_BYTES|0",
                "INGESTOR_BATCH_SIZE|' 100000 '",
                "INGESTOR_BATCH_SIZE|+1",
                "KAFKA_BOOTSTRAP_SERVERS|a:1, [::1]:65535,b_c.d:09092",
                "KAFKA_TOPIC|a.b_c-d",
                "KAFKA_GROUP|a b",
                "HTTP_HOST|::",
                "HTTP_PORT|' +8080 '",
                "HTTPS_PORT|08443"
            })
    void what_refers_to_a_setting_can_read_every_value_that_is_allowed(String variable, String value) {
        SmallRyeConfig config = Configured.VARIABLES.read(Map.of(variable, value));
        DeclaredSetting setting = SETTINGS.stream()
                .filter(declared -> declared.variable().equals(variable))
                .findFirst()
                .orElseThrow();
        List<String> references = references(setting);
        assertTrue(!references.isEmpty(), "nothing refers to " + variable);
        for (String reference : references) {
            if (setting.type().equals("int")) {
                assertEquals(Integer.valueOf(value.strip()), config.getValue(reference, Integer.class), reference);
            } else {
                assertEquals(value, config.getValue(reference, String.class), reference);
            }
        }
    }

    @Test
    void rejected_readings_have_a_connection_of_their_own_or_share_that_of_the_readings() {
        SmallRyeConfig own = Configured.VARIABLES.read(Map.of("MQTT_SESSION_EXPIRY", "1h"));
        assertEquals("sensorline-ingestor-rejected", key(own, "outgoing.rejected", "client-id"));
        assertEquals("true", key(own, "outgoing.rejected", "auto-clean-session"));
        assertEquals("", key(own, "outgoing.rejected", "session-expiry"));
        for (Map<String, String> variables :
                List.of(Map.of("MQTT_SESSION_EXPIRY", "1h"), Map.of("MQTT_CLIENT_ID", "me"))) {
            Map<String, String> all = new HashMap<>(variables);
            all.put("MQTT_REJECTED_CONNECTION", "shared");
            SmallRyeConfig shared = Configured.VARIABLES.read(all);
            for (String key : List.of("client-id", "auto-clean-session", "session-expiry", "no-local")) {
                assertEquals(key(shared, "incoming.readings", key), key(shared, "outgoing.rejected", key), key);
            }
        }
    }

    /** A key of a channel, or that of all channels; empty if neither is set. */
    private static String key(SmallRyeConfig config, String channel, String key) {
        return config.getOptionalValue("mp.messaging." + channel + "." + key, String.class)
                .or(() -> config.getOptionalValue("mp.messaging.connector.sensorline-mqtt." + key, String.class))
                .orElse("");
    }

    @Test
    void a_duration_of_the_error_message_is_allowed() {
        for (String duration : List.of("1", "0.05", "250ms", "2s", "1m")) {
            assertEquals(List.of(), refusal(Map.of("INGESTOR_BATCH_AGE", duration)));
        }
    }

    @Test
    void a_property_that_is_set_itself_counts_before_the_variable() {
        SmallRyeConfig config = Configured.VARIABLES.read(new PropertiesConfigSource(
                Map.of("ingestor.mqtt.host", "of-the-file", "MQTT_HOST", "of-the-variable"), "file", 260));
        assertEquals("of-the-file", config.getRawValue("ingestor.mqtt.host"));
    }

    @Test
    void same_time_of_a_rule_counts_before_that_of_all_and_needs_a_time() {
        Map<String, String> rules = Map.of(
                "ingestor.same-time", "spread",
                "ingestor.rules.a.topic", "a/+",
                "ingestor.rules.b.topic", "b/+",
                "ingestor.rules.b.same-time", "exact");
        assertEquals(
                Map.of("sensor/+", SameTime.SPREAD, "a/+", SameTime.SPREAD, "b/+", SameTime.EXACT),
                Configured.rules(new PropertiesConfigSource(rules, "file", 260)).narrowestFirst().stream()
                        .collect(Collectors.toMap(
                                rule -> rule.filter().toString(),
                                rule -> rule.content().time().sameTime())));
        assertEquals(
                List.of("ingestor.rules.a.same-time=spread: must not be set without the time"),
                refusal(Map.of(
                        "ingestor.rules.a.topic", "a/+",
                        "ingestor.rules.a.fields", "v",
                        "ingestor.rules.a.same-time", "spread")));
    }

    @Test
    void variables_have_the_names_that_people_know() {
        assertEquals("MQTT_CLIENT_ID", Variables.of("ingestor.mqtt.client-id"));
        assertEquals("MQTT_TOPICS", Variables.of("ingestor.mqtt.topics[1]"));
        assertEquals("INGESTOR_BATCH_AGE", Variables.of("ingestor.batch.age"));
        assertEquals("HTTPS_PORT", Variables.of("ingestor.https.port"));
        assertEquals("INGESTOR_RULES_A_TIME_UNIT", Variables.of("ingestor.rules.a.time-unit"));
    }

    /** Keys of application.properties whose value is the setting. */
    private static List<String> references(DeclaredSetting setting) {
        try {
            List<String> references = new ArrayList<>();
            new PropertiesConfigSource(VariablesTest.class.getResource("/application.properties"), 100)
                    .getProperties()
                    .forEach((key, value) -> {
                        if (value.equals("${" + setting.property() + "}")) {
                            references.add(key);
                        }
                    });
            return references;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> refusal(Map<String, String> variables) {
        return Configured.VARIABLES.refusal(variables, VariablesTest::check);
    }

    /** What beans check before the channels start. */
    private static void check(SmallRyeConfig config) {
        IngestorConfig settings = config.getConfigMapping(IngestorConfig.class);
        new Access().access(settings, VERTX);
        Configured.rules(config);
        settings.influx().secretToken();
        settings.influx().credentials();
        settings.kafka().secret();
    }
}
