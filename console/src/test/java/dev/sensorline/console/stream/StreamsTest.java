package dev.sensorline.console.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import dev.sensorline.console.Points;
import dev.sensorline.console.VirtualClock;
import dev.sensorline.console.live.LiveLimits;
import dev.sensorline.console.live.LiveSensors;
import dev.sensorline.console.live.SensorId;
import dev.sensorline.console.watch.NoWatch;
import dev.sensorline.points.Field;

class StreamsTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final VirtualClock clock = new VirtualClock();
    private final LiveSensors sensors =
            new LiveSensors(new LiveLimits(2_000, Duration.ofMinutes(5), 300), new NoWatch(), clock);
    private final Streams streams = new Streams(
            sensors,
            Duration.ofMinutes(5),
            clock,
            "1.0",
            "test",
            new SecureRandom(),
            () -> "{\"ok\":true}".getBytes(StandardCharsets.UTF_8));

    /** An event of a stream. */
    private record Event(String name, String id, JsonNode data) {}

    /** A client that takes each frame at once, or not before it reads. */
    private final class Client implements Outlet {

        private final List<Event> events = new ArrayList<>();
        private boolean isReading = true;
        private Runnable taken = () -> {};
        private int largest;
        private String token;

        Client open(View view, long lastFrame) {
            token = streams.open(view, lastFrame, this);
            return this;
        }

        @Override
        public void send(byte[] bytes, Runnable whenTaken) {
            largest = Math.max(largest, bytes.length);
            for (String event : new String(bytes, StandardCharsets.UTF_8).split("\n\n")) {
                add(event);
            }
            taken = whenTaken;
            if (isReading) {
                whenTaken.run();
            }
        }

        private void add(String event) {
            String name = "";
            String id = "";
            String data = "null";
            for (String line : event.split("\n")) {
                name = line.startsWith("event: ") ? line.substring(7) : name;
                id = line.startsWith("id: ") ? line.substring(4) : id;
                data = line.startsWith("data: ") ? line.substring(6) : data;
            }
            try {
                events.add(new Event(name, id, JSON.readTree(data)));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        void read() {
            isReading = true;
            taken.run();
        }

        List<JsonNode> named(String name) {
            return events.stream()
                    .filter(event -> event.name().equals(name))
                    .map(Event::data)
                    .toList();
        }

        /** The sensors of all frames. */
        List<JsonNode> seen(String sensor) {
            List<JsonNode> seen = new ArrayList<>();
            named("frame")
                    .forEach(frame -> frame.path("sensors").forEach(one -> {
                        if (one.path("id").asText().equals(id(sensor))) {
                            seen.add(one);
                        }
                    }));
            return seen;
        }

        long lastFrame() {
            List<JsonNode> frames = named("frame");
            return frames.get(frames.size() - 1).path("frame").asLong();
        }
    }

    private static String id(String sensor) {
        return SensorId.of(Points.series(sensor));
    }

    private Client all() {
        return new Client().open(View.ofName(""), 0);
    }

    private Client of(String... names) {
        return new Client()
                .open(View.ofIds(List.of(names).stream().map(StreamsTest::id).toList(), View.NOTHING), 0);
    }

    private Client resumed(long lastFrame, String name) {
        return new Client().open(View.ofIds(List.of(id(name)), streams.framesOf(lastFrame)), lastFrame);
    }

    private void add(String name, double value) {
        sensors.add(Points.of(name, value, clock.millis()), 10, true);
    }

    private void tick() {
        clock.pass(Streams.INTERVAL);
        streams.tick();
    }

    @Test
    void hello_names_the_stream_and_the_frame() {
        tick();
        Client client = all();
        JsonNode hello = client.named("hello").get(0);
        assertEquals(client.token, hello.path("stream").asText());
        assertEquals(VirtualClock.START + 1, hello.path("frame").asLong());
        assertEquals(300, hello.path("window").asInt());
    }

    @Test
    void a_frame_has_what_has_changed_since_the_last_one_and_its_number_is_its_id() {
        add("A", 1);
        tick();
        Client client = all();
        add("B", 2);
        tick();
        add("A", 3);
        tick();
        assertEquals(1, client.seen("A").size());
        assertEquals(3.0, client.seen("A").get(0).path("value").asDouble());
        assertEquals(
                "[[%d,3.0]]".formatted(clock.millis() - 100),
                client.seen("A").get(0).path("points").toString());
        assertEquals(1, client.seen("B").size());
        Event last = client.events.get(client.events.size() - 1);
        assertEquals(last.id(), last.data().path("frame").asText());
        assertEquals(2, last.data().path("known").asInt());
    }

    @Test
    void nothing_is_sent_when_nothing_has_changed_but_a_summary_each_second_for_all_at_once() {
        Client client = all();
        for (int i = 0; i < 50; i++) {
            tick();
        }
        assertEquals(5, client.named("frame").size());
        assertTrue(client.named("frame").stream()
                .allMatch(frame -> frame.path("summary").path("ok").asBoolean()));
    }

    @Test
    void a_sensor_that_is_new_in_a_view_is_sent_once_with_its_whole_curve() {
        for (int i = 0; i < 3; i++) {
            add("A", i);
            tick();
        }
        Client client = of("A");
        tick();
        add("A", 3);
        tick();
        assertEquals(2, client.seen("A").size());
        assertEquals(3, client.seen("A").get(0).path("curve").size());
        assertEquals(1, client.seen("A").get(1).path("points").size());
        assertFalse(client.seen("A").get(1).has("curve"));
    }

    @Test
    void a_changed_view_sends_what_is_new_in_it_and_no_more_what_is_gone() {
        add("A", 1);
        add("B", 1);
        Client client = of("A");
        tick();
        assertTrue(streams.show(client.token, List.of(id("B"))));
        tick();
        add("A", 2);
        add("B", 2);
        tick();
        assertEquals(1, client.seen("A").size());
        assertEquals(2, client.seen("B").size());
        assertEquals(1, client.seen("B").get(0).path("curve").size());
        streams.close(client.token);
        assertFalse(streams.show(client.token, List.of()));
    }

    @Test
    void a_client_that_does_not_read_gets_one_frame_and_then_all_that_it_missed() {
        add("A", 0);
        Client client = of("A");
        tick();
        client.isReading = false;
        for (int i = 1; i <= 50; i++) {
            add("A", i);
            tick();
        }
        assertEquals(2, client.named("frame").size());
        client.read();
        tick();
        assertEquals(3, client.named("frame").size());
        assertEquals(49, client.seen("A").get(2).path("points").size());
        assertEquals(0, client.named("stale").size());
    }

    @Test
    void a_client_that_has_missed_more_than_is_held_is_told_which_sensor_is_stale_and_gets_its_whole_curve() {
        add("A", 0);
        Client client = of("A");
        tick();
        client.isReading = false;
        for (int i = 1; i <= 500; i++) {
            add("A", i);
            tick();
        }
        client.read();
        tick();
        JsonNode stale = client.named("stale").get(0);
        assertEquals("[\"%s\"]".formatted(id("A")), stale.path("ids").toString());
        List<JsonNode> seen = client.seen("A");
        assertEquals(300, seen.get(seen.size() - 1).path("curve").size());
    }

    @Test
    void a_client_that_comes_back_goes_on_after_its_last_frame() {
        add("A", 0);
        Client client = of("A");
        tick();
        streams.close(client.token);
        for (int i = 1; i <= 5; i++) {
            add("A", i);
            tick();
        }
        Client back = resumed(client.lastFrame(), "A");
        tick();
        assertEquals(5, back.seen("A").get(0).path("points").size());
        assertEquals(0, back.named("stale").size());
    }

    @Test
    void a_client_of_an_earlier_process_is_told_that_all_is_stale_and_gets_whole_curves() {
        add("A", 0);
        tick();
        Client back = resumed(VirtualClock.START - 1_000, "A");
        tick();
        JsonNode stale = back.named("stale").get(0);
        assertTrue(stale.path("ids").isNull());
        assertEquals(VirtualClock.START - 1_000, stale.path("from").asLong());
        assertEquals(1, back.seen("A").get(0).path("curve").size());
        add("A", 1);
        tick();
        assertEquals(1, back.named("stale").size());
    }

    @Test
    void a_frame_is_bounded_and_each_sensor_of_a_view_has_its_turn() {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            names.add("S" + i);
            for (int r = 0; r < 300; r++) {
                add("S" + i, Math.PI * r);
            }
        }
        Client client = of(names.toArray(String[]::new));
        for (int i = 0; i < 100; i++) {
            tick();
        }
        names.forEach(name -> assertEquals(1, client.seen(name).size(), name));
        assertTrue(client.largest <= StreamClient.MOST_BYTES_OF_CURVES, client.largest + " bytes");
    }

    @Test
    void of_too_many_sensors_some_are_left_out_which_is_said_and_each_has_its_turn() {
        Client client = all();
        for (int i = 0; i < 40; i++) {
            for (int s = 0; s < 1_000; s++) {
                add("S" + s, i);
            }
            tick();
        }
        assertTrue(client.largest <= StreamClient.MOST_BYTES + 1_024, client.largest + " bytes");
        assertFalse(client.named("stale").isEmpty());
        for (int s = 0; s < 1_000; s++) {
            assertFalse(client.seen("S" + s).isEmpty(), "S" + s);
        }
    }

    @Test
    void a_sensor_with_the_longest_texts_does_not_keep_others_from_being_sent() {
        Field[] fields = new Field[16];
        for (int f = 0; f < 16; f++) {
            fields[f] = new Field.OfString("f" + f, "\u0001".repeat(255));
        }
        add("B", 1);
        sensors.add(Points.of("A", clock.millis(), fields), 10, true);
        Client client = of("A", "B");
        tick();
        sensors.add(Points.of("A", clock.millis(), fields), 10, true);
        add("B", 2);
        tick();
        tick();
        assertEquals(2, client.seen("A").size());
        assertEquals(2, client.seen("B").size());
    }

    @Test
    void sensors_that_appear_are_named() {
        Client client = of();
        add("A", 1);
        tick();
        assertEquals(
                "[\"%s\"]".formatted(id("A")),
                client.named("frame").get(0).path("added").toString());
    }

    @Test
    void a_view_by_name_is_of_the_sensors_with_the_text_in_their_names() {
        Client client = new Client().open(View.ofName("Hall"), 0);
        add("hall 1", 1);
        add("yard", 1);
        tick();
        assertEquals(1, client.seen("hall 1").size());
        assertEquals(0, client.seen("yard").size());
    }
}
