package dev.sensorline.console;

import static io.restassured.RestAssured.get;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;
import static org.hamcrest.Matchers.startsWith;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.sensorline.servers.Certificates;
import dev.sensorline.servers.ChildProcess;
import dev.sensorline.servers.Ports;
import dev.sensorline.servers.ServiceProcess;
import io.restassured.response.Response;

/** Who may read, and from where. */
class SecurityIT {

    private static final String TOKEN = "abcdefghijklmnop0123456789";

    @Test
    void with_a_password_everything_but_health_and_metrics_asks_for_it() {
        try (Console console = Console.running("CONSOLE_USER", "lab", "CONSOLE_PASSWORD", "s3cret")) {
            for (String path : List.of("/", "/api/sensors", "/api/stream", "/q/openapi", "/nothing")) {
                console.get(path)
                        .then()
                        .statusCode(401)
                        .header("WWW-Authenticate", startsWith("Basic "))
                        .contentType("application/problem+json");
            }
            console.get("/q/health").then().statusCode(200);
            console.get("/q/metrics").then().statusCode(200);
            console.request()
                    .auth()
                    .preemptive()
                    .basic("lab", "s3cret")
                    .get("/api/sensors")
                    .then()
                    .statusCode(200);
            console.request()
                    .auth()
                    .preemptive()
                    .basic("lab", "wrong")
                    .get("/api/sensors")
                    .then()
                    .statusCode(401);
            assertEquals(0, console.process().countLines("s3cret", 0));
        }
    }

    @Test
    void a_foreign_host_name_reads_what_anybody_may_read_and_nothing_with_a_password() throws Exception {
        String[] request = {"GET /api/sensors HTTP/1.1", "Host: rebound.example"};
        try (Console open = Console.running();
                Console locked = Console.running("CONSOLE_USER", "lab", "CONSOLE_PASSWORD", "s3cret")) {
            String answer = open.sendRaw(request);
            assertTrue(answer.startsWith("HTTP/1.1 200 "), answer);
            assertFalse(answer.contains("rebound.example"), answer);
            String refused = locked.sendRaw(request);
            assertTrue(refused.startsWith("HTTP/1.1 401 "), refused);
        }
    }

    @Test
    void with_a_token_the_api_asks_for_it_and_the_page_does_not(@TempDir Path directory) throws Exception {
        Path file = Files.writeString(directory.resolve("token"), TOKEN + "\n");
        try (Console console = Console.running("CONSOLE_TOKEN_FILE", file.toString())) {
            console.get("/api/sensors").then().statusCode(401).header("WWW-Authenticate", startsWith("Bearer "));
            console.get("/webjars/uplot/dist/uPlot.min.css").then().statusCode(200);
            console.request()
                    .header("Authorization", "Bearer " + TOKEN)
                    .get("/api/sensors")
                    .then()
                    .statusCode(200);
            try (EventStream stream =
                    EventStream.open(console.url() + "/api/stream", "Authorization", "Bearer " + TOKEN)) {
                assertEquals(200, stream.response.statusCode());
            }
        }
    }

    @Test
    void other_origins_may_read_only_if_they_are_named() {
        try (Console console = Console.running("CONSOLE_ORIGINS", "https://plant.example")) {
            Response allowed =
                    console.request().header("Origin", "https://plant.example").get("/api/sensors");
            allowed.then().statusCode(200).header("Access-Control-Allow-Origin", equalTo("https://plant.example"));
            assertTrue(
                    allowed.headers().getValues("Vary").contains("origin"),
                    () -> allowed.headers().toString());
            console.request()
                    .header("Origin", "https://plant.example")
                    .options("/api/streams/x/view")
                    .then()
                    .statusCode(204)
                    .header("Access-Control-Allow-Methods", containsString("PUT"));
            console.request()
                    .header("Origin", "https://other.example")
                    .get("/api/sensors")
                    .then()
                    .header("Access-Control-Allow-Origin", nullValue());
        }
    }

    @Test
    void with_a_certificate_the_page_is_served_over_https_as_well(@TempDir Path directory) throws Exception {
        Certificates certificates = Certificates.in(directory).issue("server");
        int port = Ports.free();
        try (Console console = Console.running(
                "HTTPS_HOST", "127.0.0.1",
                "HTTPS_PORT", Integer.toString(port),
                "HTTPS_CERTIFICATE_FILE", certificates.certificate("server").toString(),
                "HTTPS_KEY_FILE", certificates.key("server").toString())) {
            console.process().awaitLine("Listening on", Console.LIMIT); // HTTP is answered before HTTPS listens.
            for (HttpClient.Version version : HttpClient.Version.values()) {
                HttpClient client = HttpClient.newBuilder()
                        .version(version)
                        .sslContext(certificates.trusting())
                        .build();
                HttpResponse<InputStream> stream = client.send(
                        HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + port + "/api/stream"))
                                .build(),
                        HttpResponse.BodyHandlers.ofInputStream());
                assertEquals(200, stream.statusCode());
                try (InputStream events = stream.body()) {
                    assertEquals("retry: 2000\nevent: hello", new String(events.readNBytes(24), UTF_8));
                }
            }
            console.get("/api/sensors").then().statusCode(200);
        }
    }

    @Test
    void files_for_https_that_cannot_be_used_are_one_line(@TempDir Path directory) throws Exception {
        Certificates certificates = Certificates.in(directory).issue("server");
        Path certificate = certificates.certificate("server");
        try (ChildProcess half = ServiceProcess.of("console")
                        .with("HTTPS_CERTIFICATE_FILE", certificate)
                        .start();
                ChildProcess noKey = ServiceProcess.of("console")
                        .with("HTTPS_CERTIFICATE_FILE", certificate)
                        .with("HTTPS_KEY_FILE", certificate)
                        .start()) {
            assertEquals(2, half.awaitExit(Console.LIMIT));
            assertEquals(List.of("HTTPS_CERTIFICATE_FILE and HTTPS_KEY_FILE: must be set together"), half.lines());
            assertEquals(2, noKey.awaitExit(Console.LIMIT));
            assertEquals(
                    List.of("HTTPS_CERTIFICATE_FILE=%1$s and HTTPS_KEY_FILE=%1$s: must be in PEM form"
                            .formatted(certificate)),
                    noKey.lines());
        }
    }

    @Test
    void without_a_broker_it_is_alive_and_not_ready_and_says_so() {
        int port = Ports.free();
        try (ChildProcess process = ServiceProcess.of("console")
                .with("MQTT_PORT", Ports.free())
                .with("CONSOLE_HISTORY", "none")
                .with("HTTP_PORT", port)
                .start()) {
            process.awaitLine("Is not connected", Console.LIMIT);
            String url = "http://127.0.0.1:" + port;
            await().atMost(Console.LIMIT)
                    .ignoreExceptions()
                    .until(() -> get(url + "/q/health/live").statusCode() == 200);
            get(url + "/q/health/ready").then().statusCode(503);
            get(url + "/api/status").then().statusCode(200).body("broker.state", equalTo("down"));
        }
    }

    @Test
    void a_wrong_variable_is_one_line() {
        try (ChildProcess process = ServiceProcess.of("console")
                .with("HTTP_PORT", Ports.free())
                .with("CONSOLE_WINDOW", "soon")
                .start()) {
            assertEquals(2, process.awaitExit(Console.LIMIT));
            assertEquals(
                    List.of("CONSOLE_WINDOW=soon: must be a duration from 10s to 24h, such as 5m"), process.lines());
        }
        try (ChildProcess process = ServiceProcess.of("console")
                .with("HTTP_PORT", Ports.free())
                .with("CONSOLE_USER", "lab")
                .start()) {
            assertEquals(2, process.awaitExit(Console.LIMIT));
            assertEquals(List.of("CONSOLE_USER and CONSOLE_PASSWORD: must be set together"), process.lines());
        }
    }
}
