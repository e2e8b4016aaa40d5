package dev.sensorline.ingestor.influxdb;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.sensorline.application.BadConfiguration;
import dev.sensorline.ingestor.LogLines;
import dev.sensorline.ingestor.influxdb.WriteApi.NoAnswer;
import dev.sensorline.ingestor.settings.Configured;
import dev.sensorline.servers.Certificates;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;

/** Requests and answers over HTTP, against servers on the loopback address that answer as told. */
class HttpWriteApiTest {

    private static final byte[] LINES = "s value=1 1\n".getBytes(UTF_8);

    @TempDir
    private static Path directory;

    private static Certificates certificates;

    private final Vertx vertx = Vertx.vertx();
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final List<String> bodies = new CopyOnWriteArrayList<>();
    private HttpWriteApi api;

    @BeforeAll
    static void issue() {
        certificates =
                Certificates.in(directory).issue("server").issue("client").issueForElsewhere("elsewhere");
    }

    @AfterEach
    void close() {
        if (api != null) {
            api.close();
        }
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    /** A server that keeps what it is sent and then answers. */
    private int serve(HttpServerOptions options, Handler<HttpServerRequest> answer) {
        HttpServer server = vertx.createHttpServer(options.setHost("127.0.0.1").setPort(0))
                .requestHandler(request -> request.body().onSuccess(body -> {
                    requests.add(request.method() + " " + request.uri() + " " + request.getHeader("Authorization"));
                    bodies.add(body.toString());
                    answer.handle(request);
                }));
        return server.listen().toCompletionStage().toCompletableFuture().join().actualPort();
    }

    private int serve(int status, Map<String, String> headers, String body) {
        return serve(new HttpServerOptions(), request -> {
            headers.forEach(request.response()::putHeader);
            request.response().setStatusCode(status).end(body);
        });
    }

    private Answer write(String url, String... variables) {
        Map<String, String> all = new HashMap<>(Map.of("INFLUX_URL", url));
        for (int i = 0; i < variables.length; i += 2) {
            all.put(variables[i], variables[i + 1]);
        }
        api = new HttpWriteApi(Configured.config(all), vertx, 2);
        return write();
    }

    private Answer write() {
        return api.write(LINES).subscribeAsCompletionStage().join();
    }

    private String whyNot(String url, String... variables) {
        CompletionException failure = assertThrows(CompletionException.class, () -> write(url, variables));
        return assertInstanceOf(NoAnswer.class, failure.getCause()).getMessage();
    }

    @Test
    void lines_are_posted_as_they_are_also_twice() {
        int port = serve(204, Map.of(), "");
        byte[] before = LINES.clone();
        assertEquals(
                204,
                write(
                                "http://127.0.0.1:" + port + "/influx/",
                                "INFLUX_DATABASE",
                                "a b",
                                "INFLUX_RETENTION_POLICY",
                                "week",
                                "INFLUX_USERNAME",
                                "writer",
                                "INFLUX_PASSWORD",
                                "of two words")
                        .status());
        write();
        String expected = "POST /influx/api/v2/write?org=-&precision=ns&bucket=a+b%2Fweek Basic "
                + Base64.getEncoder().encodeToString("writer:of two words".getBytes(UTF_8));
        assertEquals(List.of(expected, expected), requests);
        assertEquals(List.of("s value=1 1\n", "s value=1 1\n"), bodies);
        assertArrayEquals(before, LINES);
    }

    @Test
    void a_user_of_the_url_is_sent_as_one_of_the_variables() {
        int port = serve(204, Map.of(), "");
        write("http://writer:s3cret@127.0.0.1:" + port);
        assertTrue(
                requests.get(0)
                        .endsWith(" Basic " + Base64.getEncoder().encodeToString("writer:s3cret".getBytes(UTF_8))),
                requests::toString);
    }

    @Test
    void influxdb_explains_in_json_and_in_a_header() {
        int port = serve(
                400, Map.of("X-Influxdb-Error", "short", "Retry-After", "7"), "{\"error\":\"partial write: a\\nb\"}");
        assertEquals(
                new Answer(400, "partial write: a\nb", true, List.of(), Duration.ofSeconds(7)),
                write("http://127.0.0.1:" + port));
    }

    @Test
    void influxdb_3_names_lines() {
        int port = serve(
                400,
                Map.of(),
                "{\"error\":\"partial write of line protocol occurred\",\"data\":[{\"original_line\":\"x\",\"line_number\":2,\"error_message\":\"y\"}]}");
        assertEquals(
                new Answer(400, "partial write of line protocol occurred", false, List.of(2), Duration.ZERO),
                write("http://127.0.0.1:" + port));
    }

    @Test
    void what_else_answers_is_quoted_without_markup() {
        int port = serve(200, Map.of(), "<html><style>p {}</style><body><p>Please\n <b>sign in</b></p></body></html>");
        assertEquals("Please sign in", write("http://127.0.0.1:" + port).words());
    }

    @Test
    void an_unknown_authority_another_name_and_a_plain_port_each_say_their_cause() throws Exception {
        Certificates others = Certificates.in(Files.createDirectory(directory.resolve("others")));
        int tls = serve(
                tls("server"), request -> request.response().setStatusCode(204).end());
        int elsewhere = serve(
                tls("elsewhere"),
                request -> request.response().setStatusCode(204).end());
        int plain = serve(204, Map.of(), "");
        String authority = certificates.authority().toString();
        String unknown = whyNot(
                "https://127.0.0.1:" + tls, "INFLUX_CA_FILE", others.authority().toString());
        assertTrue(unknown.startsWith("no trusted authority has issued its certificate"), unknown);
        api.close();
        String name = whyNot("https://127.0.0.1:" + elsewhere, "INFLUX_CA_FILE", authority);
        assertTrue(name.startsWith("its certificate is for another host: "), name);
        api.close();
        assertEquals(
                "it does not speak TLS at this port",
                whyNot("https://127.0.0.1:" + plain, "INFLUX_CA_FILE", authority));
        api.close();
        assertEquals(
                204,
                write("https://127.0.0.1:" + tls, "INFLUX_CA_FILE", authority).status());
    }

    private static HttpServerOptions tls(String name) {
        return new HttpServerOptions()
                .setSsl(true)
                .setKeyCertOptions(new PemKeyCertOptions()
                        .setCertPath(certificates.certificate(name).toString())
                        .setKeyPath(certificates.key(name).toString()));
    }

    @Test
    void a_client_certificate_is_shown_to_a_server_that_asks_for_one() {
        List<String> clients = new ArrayList<>();
        int port = serve(
                tls("server")
                        .setClientAuth(ClientAuth.REQUIRED)
                        .setTrustOptions(new PemTrustOptions()
                                .addCertPath(certificates.authority().toString())),
                request -> {
                    try {
                        clients.add(request.sslSession().getPeerPrincipal().getName());
                    } catch (javax.net.ssl.SSLPeerUnverifiedException e) {
                        clients.add("none");
                    }
                    request.response().setStatusCode(204).end();
                });
        write(
                "https://127.0.0.1:" + port,
                "INFLUX_CA_FILE",
                certificates.authority().toString(),
                "INFLUX_CERTIFICATE_FILE",
                certificates.certificate("client").toString(),
                "INFLUX_KEY_FILE",
                certificates.key("client").toString());
        assertEquals(List.of("CN=client"), clients);
    }

    @Test
    void a_certificate_or_key_that_cannot_be_used_is_one_line_that_names_the_file() throws IOException {
        String certificate = certificates.certificate("client").toString();
        String other = certificates.key("server").toString();
        String encrypted = Files.writeString(
                        directory.resolve("encrypted.key"),
                        "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n")
                .toString();
        assertEquals(
                "INFLUX_KEY_FILE=" + other + ": must be the key of the certificate in " + certificate,
                refusal(certificate, other));
        assertEquals(
                "INFLUX_KEY_FILE=" + encrypted + ": must be a key that is not encrypted",
                refusal(certificate, encrypted));
        assertEquals("INFLUX_CERTIFICATE_FILE=" + other + ": must be a certificate in PEM form", refusal(other, other));
    }

    private String refusal(String certificate, String key) {
        return assertThrows(
                        BadConfiguration.class,
                        () -> write(
                                "https://127.0.0.1:1", "INFLUX_CERTIFICATE_FILE", certificate, "INFLUX_KEY_FILE", key))
                .getMessage();
    }

    @Test
    void influxdb_2_explains_in_json_with_a_code() {
        int port = serve(
                429,
                Map.of("Retry-After", "30", "X-Influxdb-Version", "v2.7.6"),
                "{\"code\":\"too many requests\",\"message\":\"org limit exceeded\"}");
        assertEquals(
                new Answer(429, "org limit exceeded", true, List.of(), Duration.ofSeconds(30)),
                write("http://127.0.0.1:" + port));
    }

    @Test
    void influxdb_3_names_one_line_of_a_request_that_it_refuses_as_a_whole() {
        int port = serve(
                400,
                Map.of(),
                "{\"error\":\"parsing failed for write_lp endpoint\",\"data\":{\"original_line\":\"x\",\"line_number\":2,\"error_message\":\"y\"}}");
        assertEquals(
                new Answer(400, "parsing failed for write_lp endpoint", false, List.of(2), Duration.ZERO),
                write("http://127.0.0.1:" + port));
    }

    /** A redirect that was followed would send points and password to wherever it leads. */
    @ParameterizedTest
    @ValueSource(ints = {301, 302, 303, 307, 308})
    void a_redirect_is_an_answer_and_not_followed(int status) {
        int elsewhere = serve(204, Map.of(), "");
        int port = serve(status, Map.of("Location", "http://127.0.0.1:" + elsewhere + "/"), "");
        assertEquals(status, write("http://127.0.0.1:" + port).status());
        assertEquals(1, requests.size());
    }

    @Test
    void a_proxy_is_asked_for_hosts_that_are_not_excepted() {
        int proxy = serve(204, Map.of(), "");
        write("http://store.example.org:8086", "HTTP_PROXY", "http://127.0.0.1:" + proxy);
        assertTrue(requests.get(0).startsWith("POST http://store.example.org:8086/api/v2/write?"), requests::toString);
        api.close();
        whyNot("http://store.invalid:8086", "HTTP_PROXY", "http://127.0.0.1:" + proxy, "NO_PROXY", "other, .invalid");
        assertEquals(1, requests.size());
    }

    @Test
    void a_connection_that_is_reset_is_no_answer_and_no_line_of_vertx() {
        NetServer server = vertx.createNetServer().connectHandler(socket -> socket.handler(bytes -> socket.close()));
        int port = server.listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .join()
                .actualPort();
        try (LogLines lines = LogLines.of("io.vertx")) {
            assertFalse(whyNot("http://127.0.0.1:" + port).isEmpty());
            assertEquals(List.of(), lines.all());
        }
    }

    @Test
    void a_server_that_does_not_speak_http_is_no_answer_and_no_line_of_vertx() {
        NetServer server = vertx.createNetServer()
                .connectHandler(socket -> socket.handler(bytes -> socket.write("SSH-2.0-OpenSSH_9\r\n")));
        int port = server.listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .join()
                .actualPort();
        try (LogLines lines = LogLines.of("io.vertx")) {
            assertEquals("it does not speak HTTP at this port", whyNot("http://127.0.0.1:" + port));
            assertEquals(List.of(), lines.all());
        }
    }

    @Test
    void each_address_of_a_name_is_tried_in_turn_and_the_request_names_the_host() {
        List<String> hosts = new CopyOnWriteArrayList<>();
        int port = serve(new HttpServerOptions(), request -> {
            hosts.add(request.getHeader("Host"));
            request.response().setStatusCode(204).end();
        });
        api = new HttpWriteApi(
                Configured.config(Map.of("INFLUX_URL", "HTTP://tig_store:" + port + "/ ")),
                vertx,
                2,
                // Nothing listens at the first one.
                host -> List.of(InetAddress.getByName("127.0.0.2"), InetAddress.getByName("127.0.0.1")));
        assertEquals(204, write().status());
        assertEquals(204, write().status());
        assertEquals(List.of("tig_store:" + port, "tig_store:" + port), hosts);
    }
}
