package dev.sensorline.console.history;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;

import org.junit.jupiter.api.Test;

import dev.sensorline.console.history.History.Question;
import dev.sensorline.points.Series;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class InfluxQlTest {

    private final InfluxQl queries = new InfluxQl("sensors", "autogen");

    @Test
    void every_query_is_bounded_in_time_and_number_and_names_where_it_reads() {
        Question question = new Question(
                Series.of("sensor", new TreeMap<>(Map.of("name", "T1", "type", "temp"))),
                "value",
                Instant.ofEpochMilli(1_000),
                Instant.ofEpochMilli(61_000),
                Duration.ofSeconds(10));

        assertEquals(
                "SELECT mean(\"value\") AS \"mean\", min(\"value\") AS \"min\", max(\"value\") AS \"max\""
                        + " FROM \"sensors\".\"autogen\".\"sensor\" WHERE time >= 1000ms AND time < 61000ms"
                        + " AND \"name\" = 'T1' AND \"type\" = 'temp'"
                        + " GROUP BY time(10000ms), * fill(none) LIMIT 10000 SLIMIT 1",
                queries.readings(question));
        assertTrue(queries.readingsFromMinutes(question).contains("\"sensors\".\"minutes\".\"sensor\""));
        assertTrue(queries.lastTimes(question.series(), "value", 22, Instant.EPOCH).endsWith("LIMIT 22 SLIMIT 1"));
    }

    /** InfluxQL's own scanner, influxdb 1.8, influxql/scanner.go, ScanString. */
    @Property
    void a_text_ends_where_it_ends(@ForAll String text) {
        assertEquals(text, scanned(InfluxQl.string(text) + " OR 1=1 --'", '\''));
        assertEquals(text, scanned(InfluxQl.identifier(text) + " FROM x\"", '"'));
    }

    private static String scanned(String query, char quote) {
        StringBuilder text = new StringBuilder();
        assertEquals(quote, query.charAt(0));
        int at = 1;
        for (; query.charAt(at) != quote; at++) {
            char c = query.charAt(at);
            assertFalse(c == '\n', "a line feed ends a text");
            if (c == '\\') {
                c = query.charAt(++at);
                assertTrue("n\\\"'".indexOf(c) >= 0, "an unknown escape is an error");
                c = c == 'n' ? '\n' : c;
            }
            text.append(c);
        }
        return text.toString();
    }
}
