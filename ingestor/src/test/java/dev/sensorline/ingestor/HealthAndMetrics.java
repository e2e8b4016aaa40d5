package dev.sensorline.ingestor;

import static dev.sensorline.ingestor.Ingestion.LIMIT;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.restassured.RestAssured;
import io.restassured.response.Response;

/** The HTTP endpoints of an ingestor on this machine. */
record HealthAndMetrics(int port) {

    String url() {
        return "http://127.0.0.1:" + port;
    }

    /** Waits for the status of readiness: 200 for up, 503 for down. */
    void awaitReadiness(int status) {
        await("readiness " + status).atMost(LIMIT).ignoreExceptions().until(() -> health("ready") == status);
    }

    int health(String kind) {
        return get("/q/health/" + kind).statusCode();
    }

    /** The value of a metric in Prometheus' form, such as {@code sensorline_readings_rejected_total{reason="empty"}}. */
    double metric(String name) {
        String metrics = get("/q/metrics").asString();
        Matcher matcher = Pattern.compile("^" + Pattern.quote(name) + " (\\S+)$", Pattern.MULTILINE)
                .matcher(metrics);
        assertTrue(matcher.find(), name + " is not among\n" + metrics);
        return Double.parseDouble(matcher.group(1));
    }

    /** Closes its connection, because the ingestor limits their number. */
    Response get(String path) {
        return RestAssured.given().header("Connection", "close").get(url() + path);
    }
}
