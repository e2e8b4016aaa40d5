package dev.sensorline.console;

import static dev.sensorline.console.Console.LIMIT;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

import com.fasterxml.jackson.databind.JsonNode;

import dev.sensorline.console.live.SensorId;

/** The stream of a console on a real broker. */
class StreamIT {

    private static String id(String name) {
        return SensorId.of(Points.series(name));
    }

    private static boolean isOf(JsonNode sensor, String name) {
        return sensor.path("id").asText().equals(id(name));
    }

    @Test
    void readings_arrive_as_frames_of_what_is_in_view() throws Exception {
        try (Console console = Console.running();
                EventStream stream = EventStream.open(console.url() + "/api/stream?name=A")) {
            assertEquals(
                    "text/event-stream",
                    stream.response.headers().firstValue("Content-Type").orElse(""));
            String token = stream.token();
            console.publish("sensor/A", "21.5");
            JsonNode sensor = stream.awaitSensor(one -> isOf(one, "A"));
            assertEquals(21.5, sensor.path("value").asDouble());
            assertEquals(21.5, sensor.path("points").get(0).get(1).asDouble());
            console.publish("sensor/B", "1");
            console.request()
                    .contentType("application/json")
                    .body("{\"ids\":[\"%s\"]}".formatted(id("B")))
                    .put("/api/streams/" + token + "/view")
                    .then()
                    .statusCode(204);
            assertEquals(
                    1, stream.awaitSensor(one -> isOf(one, "B")).path("curve").size());
            await().atMost(LIMIT).until(() -> stream.frames.stream().anyMatch(frame -> frame.has("summary")));
        }
    }

    @Test
    void a_stream_goes_on_after_the_last_event_and_says_when_it_cannot() throws Exception {
        try (Console console = Console.running()) {
            String path = console.url() + "/api/stream?id=" + id("A");
            String last;
            try (EventStream stream = EventStream.open(path)) {
                console.publish("sensor/A", "1");
                stream.awaitSensor(one -> isOf(one, "A"));
                last = stream.lastId();
            }
            console.publish("sensor/A", "2");
            try (EventStream stream = EventStream.open(path, "Last-Event-ID", last)) {
                JsonNode sensor = stream.awaitSensor(one -> isOf(one, "A"));
                assertEquals(1, sensor.path("points").size());
                assertEquals(2, sensor.path("points").get(0).get(1).asInt());
                assertTrue(stream.stale.isEmpty());
            }
            console.process().terminate();
            console.start();
            console.publish("sensor/A", "3");
            try (EventStream stream = EventStream.open(path, "Last-Event-ID", last)) {
                JsonNode sensor = stream.awaitSensor(one -> isOf(one, "A"));
                assertEquals(1, sensor.path("curve").size());
                assertEquals(last, stream.stale.get(0).path("from").asText());
            }
        }
    }

    @Test
    void an_address_has_no_more_streams_than_it_may_and_a_closed_one_makes_room() throws Exception {
        List<EventStream> streams = new ArrayList<>();
        try (Console console = Console.running("CONSOLE_STREAMS", "20")) {
            for (int i = 0; i < 2; i++) {
                streams.add(EventStream.open(console.url() + "/api/stream"));
                streams.get(i).token();
            }
            console.get("/api/stream")
                    .then()
                    .statusCode(429)
                    .contentType("application/problem+json")
                    .body("status", equalTo(429));
            assertEquals(2, console.metric("sensorline_console_streams"));
            streams.get(0).close();
            await().atMost(LIMIT).until(() -> console.metric("sensorline_console_streams") == 1);
        } finally {
            for (EventStream stream : streams) {
                stream.close();
            }
        }
    }
}
