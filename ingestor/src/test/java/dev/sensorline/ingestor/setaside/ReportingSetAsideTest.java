package dev.sensorline.ingestor.setaside;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import dev.sensorline.ingestor.LogLines;
import dev.sensorline.ingestor.eventloop.VirtualEventLoop;
import dev.sensorline.points.Reading;
import dev.sensorline.points.Rejection;
import dev.sensorline.points.Rejection.Reason;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;

class ReportingSetAsideTest {

    private final VirtualEventLoop clock = new VirtualEventLoop();
    private final MeterRegistry registry = new SimpleMeterRegistry();
    private final List<Rejection> passedOn = new ArrayList<>();
    private final CompletableFuture<Void> takenOver = new CompletableFuture<>();
    private final LogLines log = LogLines.of(SampledLog.class);
    private final ReportingSetAside setAside = new ReportingSetAside(
            rejections -> {
                passedOn.addAll(rejections);
                return takenOver;
            },
            registry,
            clock::nanoTime);

    @AfterEach
    void stopListening() {
        log.close();
    }

    private static Rejection rejection(String topic, Reason reason, String detail) {
        return new Rejection(new Reading(topic, new byte[0], 0, 0), reason, detail);
    }

    private double count(Reason reason) {
        return registry.get("sensorline.readings.rejected")
                .tag("reason", reason.key())
                .functionCounter()
                .count();
    }

    @Test
    void rejections_are_counted_by_reason_and_passed_on() {
        List<Rejection> rejections = List.of(
                rejection("a", Reason.EMPTY, null),
                rejection("b", Reason.NO_VALUE, null),
                rejection("c", Reason.EMPTY, null));
        assertSame(takenOver, setAside.setAside(rejections));
        assertEquals(rejections, passedOn);
        assertEquals(2, count(Reason.EMPTY));
        assertEquals(1, count(Reason.NO_VALUE));
        assertEquals(0, count(Reason.BAD_TIME));
    }

    @Test
    void one_line_in_ten_seconds_for_each_reason_says_how_many_it_stands_for() {
        for (int n = 0; n < 1_000; n++) {
            setAside.setAside(List.of(rejection("sensor/" + n, Reason.NOT_A_NUMBER, "abc")));
        }
        setAside.setAside(List.of(rejection("sensor/x", Reason.EMPTY, null)));
        clock.advance(Duration.ofMillis(9_999));
        setAside.setAside(List.of(rejection("sensor/y", Reason.EMPTY, null)));
        clock.advance(Duration.ofMillis(1));
        setAside.setAside(List.of(rejection("sensor/z", Reason.NOT_A_NUMBER, "abc")));
        assertEquals(
                List.of(
                        "WARN Set aside as not_a_number: 1 since the last such line, now from sensor/0 (abc)",
                        "WARN Set aside as empty: 1 since the last such line, now from sensor/x",
                        "WARN Set aside as not_a_number: 1000 since the last such line, now from sensor/z (abc)"),
                log.all());
    }

    @Test
    void what_comes_from_outside_writes_no_lines_of_its_own_and_no_long_ones() {
        setAside.setAside(List.of(rejection("a\nb", Reason.EMPTY, "x".repeat(1_000))));
        assertEquals(
                List.of("WARN Set aside as empty: 1 since the last such line, now from a?b (" + "x".repeat(200) + "…)"),
                log.all());
    }

    @Test
    void of_a_message_with_many_invalid_elements_ten_are_passed_on_and_the_last_stands_for_the_others() {
        Reading message = new Reading("a", new byte[0], 0, 0);
        List<Rejection> rejections = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            rejections.add(new Rejection(message, i < 50 ? Reason.NO_VALUE : Reason.BAD_TIME, "/" + i));
        }
        Rejection other = rejection("b", Reason.EMPTY, null);
        rejections.add(other);
        setAside.setAside(rejections);
        assertEquals(11, passedOn.size());
        assertEquals(rejections.subList(0, 9), passedOn.subList(0, 9));
        assertEquals("/9, and 90 more of this message", passedOn.get(9).detail());
        assertSame(other, passedOn.get(10));
        assertEquals(50, count(Reason.NO_VALUE));
        assertEquals(50, count(Reason.BAD_TIME));
    }

    @Test
    void ten_invalid_elements_of_a_message_are_passed_on_as_they_are() {
        Reading message = new Reading("a", new byte[0], 0, 0);
        List<Rejection> rejections = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            rejections.add(new Rejection(message, Reason.NO_VALUE, "/" + i));
        }
        rejections.add(rejection("b", Reason.EMPTY, null));
        setAside.setAside(rejections);
        assertEquals(rejections, passedOn);
    }
}
