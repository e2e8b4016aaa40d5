package dev.sensorline.console;

import static dev.sensorline.console.Console.LIMIT;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasKey;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.startsWith;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import com.fasterxml.jackson.databind.JsonNode;

import dev.sensorline.console.live.SensorId;
import io.restassured.response.Response;

/** Every request of the API, of one console on a real broker. */
class ApiIT {

    private static final List<String> NAMES = List.of("TEMP 1", "Wärme/Süd", "🌡 hall", "a+b%20,c=d", "TEMPSENS2");

    private static Console console;

    @BeforeAll
    static void start() {
        console = Console.running(
                "MQTT_TOPICS",
                "",
                "INGESTOR_RULES_A_TOPIC",
                "json/+",
                "INGESTOR_RULES_A_TAGS",
                "name=/name",
                "INGESTOR_RULES_A_FIELDS",
                "value, unit:string",
                "GRAFANA_URL",
                "http://localhost:3000");
        for (int i = 0; i < 3; i++) {
            for (String name : NAMES) {
                console.publish("json/x", "{\"name\":\"%s\",\"value\":%d,\"unit\":\"°C\"}".formatted(name, i));
            }
        }
        console.awaitSensors(NAMES.size());
        await().atMost(LIMIT).until(() -> sensor("TEMPSENS2").path("readings").asInt() == 3);
    }

    @AfterAll
    static void stop() {
        console.close();
    }

    private static String id(String name) {
        return SensorId.of(Points.series(name));
    }

    private static JsonNode sensor(String name) {
        return console.get("/api/sensors/" + id(name)).as(JsonNode.class);
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private static void assertProblem(Response response, int status, String detail) {
        response.then()
                .statusCode(status)
                .contentType("application/problem+json")
                .body("type", equalTo("about:blank"))
                .body("status", equalTo(status))
                .body("title", not(equalTo("Error")))
                .body("detail", containsString(detail));
    }

    @Test
    void sensors_are_listed_in_the_order_of_their_names_page_by_page() {
        console.get("/api/sensors?size=2&page=1")
                .then()
                .statusCode(200)
                .contentType("application/json")
                .body("total", equalTo(5))
                .body("page", equalTo(1))
                .body("size", equalTo(2))
                .body("sensors.name", contains("TEMPSENS2", "Wärme/Süd"));
        console.get("/api/sensors?page=7").then().body("sensors", hasSize(0)).body("total", equalTo(5));
    }

    @Test
    void sensors_are_found_by_part_of_their_name_in_any_case() {
        for (String name : NAMES) {
            console.get("/api/sensors?name=" + encoded(name.toLowerCase(Locale.ROOT)))
                    .then()
                    .body("sensors.name", hasItem(name))
                    .body("sensors.id", hasItem(id(name)));
            console.get("/api/sensors?tag=" + encoded("name:" + name)).then().body("sensors.name", contains(name));
        }
        console.get("/api/sensors?name=nowhere").then().body("total", equalTo(0));
        console.get("/api/sensors?state=silent").then().body("total", equalTo(0));
        console.get("/api/sensors?sort=seen").then().body("total", equalTo(5));
        console.get("/api/sensors?sort=rate").then().body("total", equalTo(5));
    }

    @Test
    void a_sensor_has_its_last_values_statistics_and_curve() {
        console.get("/api/sensors/" + id("Wärme/Süd"))
                .then()
                .statusCode(200)
                .body("name", equalTo("Wärme/Süd"))
                .body("measurement", equalTo("sensor"))
                .body("tags.name", equalTo("Wärme/Süd"))
                .body("topic", equalTo("json/x"))
                .body("unit", equalTo("°C"))
                .body("field", equalTo("value"))
                .body("fields.value", equalTo(2.0f))
                .body("min", equalTo(0.0f))
                .body("mean", equalTo(1.0f))
                .body("max", equalTo(2.0f))
                .body("readings", equalTo(3))
                .body("curves.value", hasSize(3))
                .body("curves.value[2][1]", equalTo(2.0f));
        console.get("/api/sensors").then().body("sensors[0]", not(hasKey("curves")));
    }

    @Test
    void readings_are_downsampled_from_memory_where_there_is_no_store() {
        console.get("/api/sensors/%s/readings?from=-10m&step=1h".formatted(id("TEMPSENS2")))
                .then()
                .statusCode(200)
                .body("source", equalTo("memory"))
                .body("step", equalTo("1h"))
                .body("field", equalTo("value"))
                .body("readings.flatten()", hasItem(1.0f));
        console.get("/api/sensors/%s/readings".formatted(id("TEMPSENS2")))
                .then()
                .statusCode(200);
    }

    @ParameterizedTest
    @CsvSource({
        "/api/sensors?size=0, size: must be a whole number from 1 to 1000",
        "/api/sensors?size=1001, size:",
        "/api/sensors?page=-1, page:",
        "/api/sensors?page=x, page:",
        "/api/sensors?sort=colour, sort:",
        "/api/sensors?state=fine, state:",
        "/api/sensors?tag=name, tag:",
        "/api/sensors/ID/readings?from=yesterday, from:",
        "/api/sensors/ID/readings?from=-1h&step=1ms, step:",
        "/api/sensors/ID/readings?step=PT-2562047788015215H, step:",
        "/api/sensors/ID/readings?from=-PT-2562047788015215H, from:",
        "/api/sensors/ID/readings?to=-PT-2562047788015215H, to:",
        "/api/sensors/ID/readings?to=-PT-5M, to:",
        "/api/stream?id=x, id:"
    })
    void a_wrong_parameter_is_a_problem_that_names_it(String path, String detail) {
        assertProblem(console.get(path.replace("ID", id("TEMPSENS2"))), 400, detail);
    }

    @ParameterizedTest
    @CsvSource({
        "/api/sensors/AAAAAAAAAAAAAAAA",
        "/api/sensors/AAAAAAAAAAAAAAAA/readings",
        "/api/sensors/%2F%2e%2e",
        "/api/nothing",
        "/api",
        "/nothing.html",
        "/nothing",
        "/..%2f..%2fetc%2fpasswd",
        "/application.properties",
        "/q/nothing"
    })
    void a_path_without_anything_is_a_problem(String path) {
        assertProblem(console.get(path), 404, "");
    }

    @ParameterizedTest
    @CsvSource({
        "DELETE, /api/sensors",
        "POST, /api/status",
        "PUT, /api/stream",
        "POST, /api/rejected",
        "GET, /api/streams/x/view"
    })
    void a_method_that_there_is_not_is_a_problem(String method, String path) {
        assertProblem(console.request().request(method, path), 405, "method");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a b", "[", "a:b", "a/b", "a@b", "localhost:99999"})
    void a_host_that_is_malformed_is_a_problem_and_is_not_logged(String host) throws Exception {
        for (String path : List.of("/", "/api/status", "/api/stream", "/q/health")) {
            String answer = console.sendRaw("GET " + path + " HTTP/1.1", "Host: " + host);
            assertTrue(answer.startsWith("HTTP/1.1 400 "), answer);
            assertTrue(answer.contains("application/problem+json"), answer);
            assertTrue(answer.contains("Host header"), answer);
        }
        assertEquals(0, console.process().countLines("ERROR", 0));
    }

    @Test
    void a_view_of_no_stream_or_without_ids_is_a_problem() {
        assertProblem(
                console.request()
                        .contentType("application/json")
                        .body("{\"ids\":[]}")
                        .put("/api/streams/none/view"),
                404,
                "no such stream");
        for (String body : List.of("", "{", "[]", "{\"ids\":7}", "{\"ids\":[7]}", "{\"ids\":[\"x\"]}", "null")) {
            assertProblem(
                    console.request().contentType("application/json").body(body).put("/api/streams/none/view"),
                    400,
                    "ids");
        }
        assertProblem(
                console.request().contentType("text/plain").body("{}").put("/api/streams/none/view"),
                415,
                "application/json");
    }

    @Test
    void a_body_that_is_too_long_is_a_problem() {
        assertProblem(
                console.request()
                        .contentType("application/json")
                        .body(" ".repeat(70_000))
                        .put("/api/streams/none/view"),
                413,
                "too large");
    }

    @Test
    void the_methods_that_there_are_are_named() {
        console.request().delete("/api/sensors").then().header("Allow", equalTo("GET, HEAD"));
        console.request().get("/api/streams/x/view").then().header("Allow", equalTo("PUT"));
    }

    @Test
    void what_is_not_accepted_is_a_problem() {
        assertProblem(console.request().accept("text/csv").get("/api/sensors"), 406, "JSON");
    }

    @Test
    void an_answer_that_has_not_changed_is_not_sent_again() {
        String path = "/api/rejected";
        Response first = console.get(path);
        String tag = first.header("ETag");
        assertTrue(tag.startsWith("W/\""), tag);
        first.then().header("Cache-Control", equalTo("no-cache"));
        console.request()
                .header("If-None-Match", tag)
                .get(path)
                .then()
                .statusCode(304)
                .header("ETag", equalTo(tag));
        console.request().header("If-None-Match", "\"other\"").get(path).then().statusCode(200);
    }

    @Test
    void long_answers_are_compressed_for_who_accepts_it() throws Exception {
        HttpResponse<String> zipped = console.send("GET", "/api/sensors", "Accept-Encoding", "gzip");
        assertEquals("gzip", zipped.headers().firstValue("Content-Encoding").orElse("none"));
        HttpResponse<String> plain = console.send("GET", "/api/sensors");
        assertTrue(plain.body().startsWith("{\"total\":5"), plain.body());
    }

    @Test
    void rejected_readings_are_name_with_the_setting_that_would_accept_them() {
        console.publish(
                "sensorline/rejected/sensor/X",
                "{\"topic\":\"sensor/X\",\"reason\":\"not_a_number\",\"detail\":\"abc\",\"size\":3,\"payload\":\"abc\"}");
        await().atMost(LIMIT)
                .until(() -> console.get("/api/rejected").jsonPath().getInt("total") == 1);
        console.get("/api/rejected")
                .then()
                .body("rejected[0].topic", equalTo("sensor/X"))
                .body("rejected[0].reason", equalTo("not_a_number"))
                .body("rejected[0].payload", equalTo("abc"))
                .body("rejected[0].accept", startsWith("INGESTOR_RULES_"));
    }

    @Test
    void the_status_tells_of_the_console_the_broker_the_ingestors_and_who_floods() {
        console.publish(
                "sensorline/status/sensorline-ingestor",
                "{\"state\":\"online\",\"version\":\"9\",\"role\":\"whole\",\"store\":{\"kind\":\"influxdb\",\"state\":\"up\"},\"broker\":\"up\"}");
        await().atMost(LIMIT)
                .until(() -> console.get("/api/status")
                                .jsonPath()
                                .getList("ingestors")
                                .size()
                        == 1);
        console.get("/api/status")
                .then()
                .statusCode(200)
                .body("version", containsString("."))
                .body("broker.state", equalTo("up"))
                .body("broker.topics", contains("json/+"))
                .body("store.state", equalTo("none"))
                .body("ingestors[0].client", equalTo("sensorline-ingestor"))
                .body("ingestors[0].store", equalTo("up"))
                .body("sensors.known", equalTo(5))
                .body("sensors.evicted", equalTo(0))
                .body("levels.topic", hasItem("json/#"))
                .body("grafana", equalTo("http://localhost:3000"));
    }

    @Test
    void the_openapi_document_has_every_path() {
        String document = console.get("/q/openapi?format=json").asString();
        for (String path : List.of(
                "/api/sensors",
                "/api/sensors/{id}",
                "/api/sensors/{id}/readings",
                "/api/stream",
                "/api/streams/{stream}/view",
                "/api/rejected",
                "/api/status")) {
            assertTrue(document.contains("\"" + path + "\""), path);
        }
    }

    @Test
    void an_empty_parameter_counts_as_one_that_is_not_given() {
        console.get("/api/sensors?name=&tag=&state=&sort=&page=&size=")
                .then()
                .statusCode(200)
                .body("total", equalTo(5))
                .body("size", equalTo(100));
        console.get("/api/sensors/%s/readings?from=&to=&step=&field=".formatted(id("TEMPSENS2")))
                .then()
                .statusCode(200)
                .body("field", equalTo("value"));
        for (JsonNode path :
                console.get("/q/openapi?format=json").as(JsonNode.class).path("paths")) {
            for (JsonNode parameter : path.path("get").path("parameters")) {
                assertEquals(
                        parameter.path("in").asText().equals("query"),
                        parameter.path("allowEmptyValue").asBoolean(),
                        parameter::toString);
            }
        }
    }

    @Test
    void the_openapi_document_says_what_answers_contain() {
        JsonNode document = console.get("/q/openapi?format=json").as(JsonNode.class);
        for (JsonNode path : document.path("paths")) {
            for (JsonNode operation : path) {
                operation.path("responses").fields().forEachRemaining(answer -> {
                    if (!answer.getKey().matches("[23]..")) {
                        assertTrue(
                                answer.getValue().path("content").has("application/problem+json"),
                                () -> operation.path("operationId") + ": " + answer);
                    }
                });
            }
        }
        JsonNode readings = document.at("/paths/~1api~1sensors~1{id}~1readings/get/responses");
        for (String status : List.of("200", "304", "400", "404", "503")) {
            assertTrue(readings.has(status), status);
        }
        JsonNode sensor = document.at("/components/schemas/Sensor");
        assertEquals(
                sensor.path("properties").size() - 1, sensor.path("required").size(), "all members but curves");
    }

    @Test
    void a_browser_is_bound_to_what_the_page_needs() {
        for (String path : List.of("/", "/api/sensors", "/nothing")) {
            console.get(path)
                    .then()
                    .header("Content-Security-Policy", containsString("default-src 'self'"))
                    .header("Content-Security-Policy", containsString("frame-ancestors 'none'"))
                    .header("X-Content-Type-Options", equalTo("nosniff"))
                    .header("Referrer-Policy", equalTo("no-referrer"));
        }
    }

    @Test
    void the_charts_of_the_page_are_served_without_a_version() throws Exception {
        HttpResponse<String> script = console.send("GET", "/webjars/uplot/dist/uPlot.esm.js");
        assertEquals(200, script.statusCode());
        assertEquals(
                "text/javascript; charset=utf-8",
                script.headers().firstValue("Content-Type").orElse(""));
        assertTrue(script.body().contains("uPlot"));
        String tag = script.headers().firstValue("ETag").orElse("");
        assertEquals(
                304,
                console.send("GET", "/webjars/uplot/dist/uPlot.esm.js", "If-None-Match", tag)
                        .statusCode());
    }

    @Test
    void metrics_count_what_has_arrived() {
        assertTrue(console.metric("sensorline_console_messages_received_total") >= 15);
        assertEquals(5, console.metric("sensorline_console_sensors"));
        assertEquals(0, console.metric("sensorline_console_messages_dropped_total"));
        assertEquals(1, console.metric("sensorline_broker_connected"));
    }
}
