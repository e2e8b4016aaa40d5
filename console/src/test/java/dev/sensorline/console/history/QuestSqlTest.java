package dev.sensorline.console.history;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

import org.junit.jupiter.api.Test;

import dev.sensorline.console.history.History.Question;
import dev.sensorline.points.Series;

class QuestSqlTest {

    @Test
    void every_query_is_bounded_and_names_the_series_alone() {
        Question question = new Question(
                Series.of("sensor", new TreeMap<>(Map.of("name", "it's \\ T1"))),
                "value",
                Instant.EPOCH,
                Instant.EPOCH.plusSeconds(60),
                Duration.ofSeconds(10));

        assertEquals(
                "SELECT timestamp, avg(\"value\"), min(\"value\"), max(\"value\") FROM \"sensor\""
                        + " WHERE timestamp >= '1970-01-01T00:00:00Z' AND timestamp < '1970-01-01T00:01:00Z'"
                        + " AND \"name\" = 'it''s \\ T1' AND \"type\" IS NULL AND \"value\" IS NOT NULL"
                        + " SAMPLE BY 10000T ALIGN TO CALENDAR LIMIT 10000",
                QuestSql.readings(question, Set.of("type")));
    }

    @Test
    void names_that_questdb_cannot_have_are_not_asked_for() {
        for (String name : List.of("", "a\"b", "a'b", "a\nb", "a;b\\", "a.b", "\u0000")) {
            assertFalse(QuestSql.isPossibleName(name), name);
        }
        assertTrue(QuestSql.isPossibleName("Küche 1"));
    }
}
