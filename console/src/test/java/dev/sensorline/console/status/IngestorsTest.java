package dev.sensorline.console.status;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.sensorline.console.VirtualClock;

class IngestorsTest {

    private final VirtualClock clock = new VirtualClock();
    private final Ingestors ingestors = new Ingestors(clock);

    private void report(String client, String json) {
        ingestors.report(client, json.getBytes(StandardCharsets.UTF_8));
    }

    private void online(int received, int written) {
        report("one", """
                {"state":"online","client":"one","role":"whole","version":"0.1.0","started":"2026-11-27T19:00:00Z",
                 "time":"%s","broker":{"state":"up","since":"2026-11-27T19:00:00Z"},
                 "store":{"kind":"influxdb","state":"down","since":"2026-11-27T19:30:00Z"},
                 "received":%d,"decoded":%d,"written":%d,"rejected":3,"ignored":0,"inFlight":2,"latency99":0.25}
                """.formatted(clock.instant(), received, received, written));
    }

    @Test
    void an_ingestor_is_shown_as_it_reports_itself() {
        online(100, 90);
        IngestorView one = ingestors.all().get(0);
        assertEquals("one", one.client());
        assertEquals("online", one.state());
        assertEquals("up", one.broker());
        assertEquals("down", one.store());
        assertEquals(2, one.inFlight());
        assertEquals(3, one.rejected());
        assertEquals(250, one.latency99());
        assertEquals("2026-11-27T20:00:00.000Z", one.seen());
    }

    @Test
    void rates_are_those_between_two_reports() {
        online(100, 90);
        clock.pass(Duration.ofSeconds(10));
        online(1_100, 590);
        assertEquals(100, ingestors.all().get(0).readingsPerSecond());
        assertEquals(50, ingestors.all().get(0).pointsPerSecond());
    }

    @Test
    void an_ingestor_that_has_restarted_has_no_negative_rate() {
        online(1_000, 1_000);
        clock.pass(Duration.ofSeconds(10));
        online(10, 10);
        assertEquals(0, ingestors.all().get(0).readingsPerSecond());
    }

    @Test
    void an_ingestor_that_does_not_report_itself_any_more_is_stale() {
        online(1, 1);
        clock.pass(Duration.ofSeconds(31));
        assertEquals("stale", ingestors.all().get(0).state());
        assertEquals("2026-11-27T20:00:30.000Z", ingestors.all().get(0).since());
    }

    @Test
    void its_last_will_is_offline_and_an_empty_message_forgets_it() {
        online(1, 1);
        clock.pass(Duration.ofSeconds(5));
        report("one", "{\"state\":\"offline\",\"client\":\"one\",\"role\":\"whole\"}");
        assertEquals("offline", ingestors.all().get(0).state());
        assertEquals("2026-11-27T20:00:05.000Z", ingestors.all().get(0).since());
        assertNull(ingestors.all().get(0).latency99());
        report("one", "");
        assertEquals(List.of(), ingestors.all());
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "[]", "{}", "{\"state\":7}", "{\"state\":\"asleep\"}", "\"online\"", "null"})
    void what_is_no_status_is_ignored(String json) {
        report("one", json);
        assertEquals(List.of(), ingestors.all());
    }

    @Test
    void there_are_no_more_than_so_many() {
        for (int i = 0; i < 100; i++) {
            report("i" + i, "{\"state\":\"online\"}");
        }
        assertEquals(Ingestors.MOST, ingestors.all().size());
    }
}
