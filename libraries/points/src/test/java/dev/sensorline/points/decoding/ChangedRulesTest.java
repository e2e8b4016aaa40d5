package dev.sensorline.points.decoding;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.util.List;

import org.junit.jupiter.api.Test;

import dev.sensorline.points.Decoded;
import dev.sensorline.points.Ignored;
import dev.sensorline.points.Point;
import dev.sensorline.points.Reading;
import dev.sensorline.points.Rejection;
import dev.sensorline.points.Rejection.Reason;
import dev.sensorline.points.rules.FieldText;
import dev.sensorline.points.rules.Rule;
import dev.sensorline.points.rules.RuleBuilder;
import dev.sensorline.points.rules.Rules;
import dev.sensorline.points.rules.SameTime;
import dev.sensorline.points.rules.SourceText;
import dev.sensorline.points.rules.TopicFilter;

/** A decoder whose rules are replaced. */
class ChangedRulesTest {

    private static final long ARRIVAL = 1_700_000_000_123_456_789L;

    private final Decoder decoder = new Decoder(rules("sensor/{name}", "old"), TestDecoders.MAX_POINTS);

    private static Rules rules(String filter, String measurement) {
        return new Rules(
                List.of(rule(filter).measurement(SourceText.parse(measurement)).build(Rule.Origin.of(filter))));
    }

    private static RuleBuilder rule(String filter) {
        return new RuleBuilder(TopicFilter.parse(filter)).sameTime(SameTime.EXACT);
    }

    private Decoded decode(String topic, String payload) {
        byte[] bytes = payload.getBytes(UTF_8);
        return TestDecoders.one(decoder, new Reading(topic, bytes, bytes.length, ARRIVAL));
    }

    private Point point(String topic, String payload) {
        return assertInstanceOf(Point.class, decode(topic, payload));
    }

    @Test
    void the_next_reading_of_a_topic_that_is_known_is_decoded_by_the_new_rules() {
        assertEquals("old,name=T1", point("sensor/T1", "1").series().key());
        decoder.use(rules("sensor/{id}", "new"));
        assertEquals("new,id=T1", point("sensor/T1", "1").series().key());
        assertEquals("sensor/{id}", decoder.origin().topic());
    }

    @Test
    void what_only_the_old_rules_match_is_rejected_and_what_the_new_rules_match_is_not() {
        assertEquals(
                Reason.NO_RULE,
                assertInstanceOf(Rejection.class, decode("plant/T1", "1")).reason());
        decoder.use(rules("plant/{name}", "new"));
        assertEquals("new,name=T1", point("plant/T1", "1").series().key());
        assertEquals(
                Reason.NO_RULE,
                assertInstanceOf(Rejection.class, decode("sensor/T1", "1")).reason());
    }

    @Test
    void times_that_have_been_given_are_not_given_again() {
        String payload = "{\"value\":%d,\"time\":1700000000000}";
        Point before = point("sensor/T1", payload.formatted(1));
        decoder.use(rules("sensor/#", "old"));
        decoder.use(rules("sensor/{name}", "old"));
        Point other = point("sensor/T1", payload.formatted(2));
        assertNotEquals(before.timeNanos(), other.timeNanos());
        assertEquals(
                before.timeNanos(), point("sensor/T1", payload.formatted(1)).timeNanos());
        assertEquals(1, decoder.duplicates());
    }

    @Test
    void what_has_been_counted_stays() {
        assertEquals(List.of(), decoder.decode(new Reading("sensor/T1", "null".getBytes(UTF_8), 4, ARRIVAL)));
        decoder.use(rules("sensor/{id}", "new"));
        assertEquals(1, decoder.ignored(Ignored.EMPTY));
    }

    @Test
    void fields_that_a_payload_names_are_bounded_anew() {
        Rules naming = new Rules(List.of(rule("sensor/{name}")
                .fields(List.of(FieldText.parse("{key}=/data/{key}")))
                .build(Rule.Origin.of("naming"))));
        decoder.use(naming);
        for (int i = 0; i < 300; i++) {
            decoder.decode(named(i));
        }
        assertEquals(List.of(), decoder.decode(named(1_000)), "there are too many names");
        decoder.use(naming);
        assertEquals(1, decoder.decode(named(1_000)).size());
    }

    private static Reading named(int i) {
        byte[] payload = "{\"data\":{\"f%d\":1}}".formatted(i).getBytes(UTF_8);
        return new Reading("sensor/T1", payload, payload.length, ARRIVAL);
    }
}
