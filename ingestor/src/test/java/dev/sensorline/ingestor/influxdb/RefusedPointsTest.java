package dev.sensorline.ingestor.influxdb;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.sensorline.ingestor.influxdb.RefusedPoints.Cause;
import dev.sensorline.points.Storable;
import dev.sensorline.points.lineprotocol.LineProtocol;

/** Which points InfluxDB means, by the words of 1.8.10. */
class RefusedPointsTest {

    private static final String CONFLICT =
            "partial write: field type conflict: input field \"value\" on measurement \"s\" is type integer, already exists as type float dropped=";

    private static RefusedPoints refused(String words, List<Integer> numbers, List<Storable> points) {
        return RefusedPoints.of(Verdict.of(new Answer(400, words, true, numbers, Duration.ZERO), true), points);
    }

    private static RefusedPoints refused(String words, String... lines) {
        return refused(words, List.of(), Stream.of(lines).map(Lines::decoded).toList());
    }

    /** Of points that came over Kafka. */
    private static RefusedPoints refusedForwarded(String words, String... lines) {
        return refused(words, List.of(), Stream.of(lines).map(Lines::forwarded).toList());
    }

    private static List<String> lines(RefusedPoints refused) {
        return refused.points().stream()
                .map((Storable point) -> LineProtocol.line(point))
                .toList();
    }

    @Test
    void those_of_another_type() {
        RefusedPoints refused =
                refused(CONFLICT + 2, "s,n=A value=1i 1", "s,n=B value=2.0 1", "t,n=A value=1i 1", "s,n=C value=3i 2");
        assertEquals(List.of("s,n=A value=1i 1", "s,n=C value=3i 2"), lines(refused));
        assertEquals(true, refused.isComplete());
        assertEquals(Cause.TYPE, refused.cause());
    }

    @Test
    void more_than_match_have_been_dropped() {
        RefusedPoints refused = refused(CONFLICT + 2, "s,n=A value=1i 1", "s,n=B value=2.0 1", "s,time=x value=2.0 1");
        assertEquals(List.of("s,n=A value=1i 1"), lines(refused));
        assertEquals(false, refused.isComplete());
    }

    @Test
    void nothing_is_certain_where_fewer_have_been_dropped_than_match() {
        RefusedPoints refused = refused(CONFLICT + 1, "s,n=A value=1i 1", "s,n=B value=2i 1", "s,n=B value=2.0 1");
        assertEquals(List.of(), lines(refused));
        assertEquals(false, refused.isComplete());
    }

    @Test
    void points_of_several_hours_may_be_in_several_shards_of_which_one_has_answered() {
        RefusedPoints refused = refused(CONFLICT + 1, "s,n=A value=1i 1", "s,n=B value=2.0 9000000000000000");
        assertEquals(false, refused.isComplete());
    }

    @Test
    void those_with_a_tag_value_too_many() {
        RefusedPoints refused = refused(
                "partial write: max-values-per-tag limit exceeded (3/3): measurement=\"s\" tag=\"n\" value=\"D \\\"1\\\"\" dropped=1",
                "s,n=A value=1.0 1",
                "s,n=D\\ \"1\" value=1.0 1");
        assertEquals(List.of("s,n=D\\ \"1\" value=1.0 1"), lines(refused));
        assertEquals(true, refused.isComplete());
        assertEquals(Cause.SERIES, refused.cause());
    }

    @Test
    void the_oldest_are_beyond_the_retention_policy() {
        RefusedPoints refused = refused(
                "partial write: points beyond retention policy dropped=1",
                "s v=1.0 3000",
                "s v=1.0 1000",
                "s v=1.0 2000");
        assertEquals(List.of("s v=1.0 1000"), lines(refused));
        assertEquals(true, refused.isComplete());
        assertEquals(Cause.TOO_OLD, refused.cause());
    }

    /** As InfluxDB 1.8 answers: it does not mention the line that it could not parse, nor count it. */
    @ParameterizedTest
    @ValueSource(strings = {CONFLICT + 1, "partial write: points beyond retention policy dropped=1"})
    void a_line_of_kafkas_that_cannot_be_parsed_is_not_counted_as_stored(String words) {
        RefusedPoints refused = refusedForwarded(words, "s,n=A value=1i 1", "s,n=B value=x 2", "s,n=C value=3 3");
        assertEquals(List.of("s,n=A value=1i 1"), lines(refused));
        assertEquals(false, refused.isComplete());
    }

    @Test
    void lines_that_cannot_be_parsed_are_repeated() {
        RefusedPoints refused = refusedForwarded(
                "partial write: unable to parse 's,n=A value=x 1': invalid boolean\nunable to parse 's,n=B 3 2': invalid field format dropped=0",
                "s,n=A value=x 1",
                "s,n=B 3 2",
                "s,n=C value=1 1");
        assertEquals(List.of("s,n=A value=x 1", "s,n=B 3 2"), lines(refused));
        assertEquals(true, refused.isComplete());
    }

    @Test
    void influxdb_3_numbers_them() {
        RefusedPoints refused = refused(
                "partial write of line protocol occurred",
                List.of(2),
                List.of(Lines.decoded("s v=1.0 1"), Lines.decoded("s v=true 1")));
        assertEquals(List.of("s v=true 1"), lines(refused));
        assertEquals(true, refused.isComplete());
    }

    @Test
    void of_a_request_that_influxdb_3_refuses_as_a_whole_the_others_are_not_stored() {
        RefusedPoints refused = refused(
                "parsing failed for write_lp endpoint",
                List.of(2),
                List.of(Lines.decoded("s v=1.0 1"), Lines.decoded("s v=true 1")));
        assertEquals(List.of("s v=true 1"), lines(refused));
        assertEquals(false, refused.isComplete());
    }

    @Test
    void all_are_meant_if_as_many_have_been_dropped() {
        RefusedPoints refused = refused(
                "partial write: max-series-per-database limit exceeded: (6) dropped=2", "s,n=A v=1 1", "s,n=B v=1 1");
        assertEquals(2, refused.points().size());
        assertEquals(true, refused.isComplete());
    }

    @Test
    void words_that_name_none_leave_all_in_doubt() {
        RefusedPoints refused = refused("field type conflict", "s v=1 1", "s v=1i 1");
        assertEquals(List.of(), lines(refused));
        assertEquals(false, refused.isComplete());
    }

    @Test
    void a_line_is_read_with_its_escapes() {
        LineText line = LineText.of("a\\ b,t\\,1=x\\=y,u=z f=1i,g=\"a, b=\\\"c\",h=t,i\\ j=-2.5e3 17");
        assertEquals("a b", line.measurement());
        assertEquals(Map.of("t,1", "x=y", "u", "z"), line.tags());
        assertEquals(Map.of("f", "integer", "g", "string", "h", "boolean", "i j", "float"), line.fieldTypes());
    }
}
