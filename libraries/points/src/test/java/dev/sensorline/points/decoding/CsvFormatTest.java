package dev.sensorline.points.decoding;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import dev.sensorline.points.Decoded;
import dev.sensorline.points.Ignored;
import dev.sensorline.points.Point;
import dev.sensorline.points.Reading;
import dev.sensorline.points.Rejection;
import dev.sensorline.points.lineprotocol.LineProtocol;
import dev.sensorline.points.rules.Condition;
import dev.sensorline.points.rules.DecimalMark;
import dev.sensorline.points.rules.Delimiter;
import dev.sensorline.points.rules.FieldText;
import dev.sensorline.points.rules.Format;
import dev.sensorline.points.rules.Rule;
import dev.sensorline.points.rules.RuleBuilder;
import dev.sensorline.points.rules.Rules;
import dev.sensorline.points.rules.SourceText;
import dev.sensorline.points.rules.TagText;
import dev.sensorline.points.rules.TimeUnit;
import dev.sensorline.points.rules.TopicFilter;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Tag;

class CsvFormatTest {

    private static RuleBuilder rule() {
        return new RuleBuilder(TopicFilter.parse("csv/{id}")).format(Format.CSV);
    }

    private static RuleBuilder rule(String... fields) {
        return rule().fields(fields(fields));
    }

    private static List<FieldText> fields(String... fields) {
        return Stream.of(fields).map(FieldText::parse).toList();
    }

    private static Decoder decoder(RuleBuilder rule) {
        return TestDecoders.forRules(rule.build(Rule.Origin.of("rule")));
    }

    private static Reading reading(String payload) {
        return reading(payload.getBytes(UTF_8));
    }

    private static Reading reading(byte[] payload) {
        return new Reading("csv/C", payload, payload.length, 1);
    }

    private static List<String> texts(Decoder decoder, Reading reading) {
        List<String> texts = new ArrayList<>();
        for (Decoded decoded : decoder.decode(reading)) {
            texts.add(
                    decoded instanceof Point point
                            ? LineProtocol.line(point).replace("sensor,id=C", "")
                            : ((Rejection) decoded).reason().key() + ": " + ((Rejection) decoded).detail());
        }
        return texts;
    }

    private static List<String> texts(RuleBuilder rule, String payload) {
        return texts(decoder(rule), reading(payload));
    }

    private static RuleBuilder withColumns(RuleBuilder rule, String... columns) {
        return rule.csv(new Rule.Csv(List.of(columns), Delimiter.COMMA));
    }

    @Test
    void each_row_is_a_point_and_the_first_one_names_the_columns() {
        assertEquals(
                List.of(" temp=21.5,hum=40i 1", " temp=22.0,hum=41i 2"),
                texts(rule("temp", "hum:integer"), "temp,other,hum\r\n21.5,x,40\r\n22,y,41\r\n"));
    }

    @Test
    void a_rule_may_name_the_columns() {
        assertEquals(List.of(" temp=21.5 1"), texts(withColumns(rule("temp"), "at", "temp"), "1700000000,21.5"));
    }

    @Test
    void without_fields_the_default_form_is_read() {
        assertEquals(
                List.of(",type=t value=21.5 1700000000123000000", " value=22.0 2"),
                texts(rule(), "type,value,time\nt,21.5,1700000000123\n,22,"));
    }

    @Test
    void time_and_tags_are_read_of_each_row() {
        assertEquals(
                List.of(",room=a v=1.0 1673387731000000000", ",room=b v=2.0 1673387732000000000"),
                texts(
                        rule("v")
                                .tags(List.of(TagText.parse("room=/room")))
                                .time(SourceText.parse("/at"), Optional.of(TimeUnit.ISO8601)),
                        "room,v,at\na,1,2023-01-10T21:55:31Z\nb,2,2023-01-10T21:55:32Z"));
    }

    @Test
    void cells_may_be_quoted() {
        assertEquals(
                List.of(" s=\"a, \\\"b\\\"\nc\",v=1.0 1", " s=\"x y\",v=2.0 2"),
                texts(rule("s:string", "v"), "s,v\n \"a, \"\"b\"\"\nc\" , \"1\"\n  x y , 2 "));
    }

    @Test
    void cells_may_be_separated_by_others_than_commas() {
        Rule.Csv semicolons = new Rule.Csv(List.of(), Delimiter.SEMICOLON);
        assertEquals(
                List.of(" v=20.6,q=3.5 1"),
                texts(
                        rule().decimalMark(DecimalMark.COMMA).csv(semicolons).fields(fields("v", "q:quantity")),
                        "v;q\n20,6;3,5 kWh"));
        assertEquals(
                List.of(" a=1.0,c=3.0 1"),
                texts(rule("a", "b", "c").csv(new Rule.Csv(List.of(), Delimiter.TAB)), "a\tb\tc\n1\t\t3\n\t\t\n"));
        assertEquals(
                List.of(" a=1.0,b=2.0 1"),
                texts(rule("a", "b").csv(new Rule.Csv(List.of(), Delimiter.PIPE)), "a|b\n1 | 2"));
    }

    @Test
    void empty_cells_are_absent_and_empty_rows_are_skipped() {
        assertEquals(List.of(" b=2.0 1", " a=3.0 2"), texts(rule("a", "b"), "\n a , b \n\n,2\n , \n3,\"\"\n  \n"));
    }

    @Test
    void others_than_an_invalid_row_are_stored() {
        assertEquals(
                List.of(
                        " a=1.0,b=2.0 1",
                        "malformed: line 3: 1 cells, but 2 columns",
                        "malformed: line 4: 3 cells, but 2 columns",
                        "not_a_number: line 5",
                        "malformed: line 6: a quoted cell that has no end, or more than blanks behind it",
                        " a=9.0,b=10.0 6"),
                texts(rule("a", "b"), "a,b\n1,2\n3\n4,5,6\nx,7\n\"8\"x,8\n9,10,\n"));
    }

    @Test
    void a_quoted_cell_without_an_end_ends_with_its_line() {
        assertEquals(
                List.of("malformed: line 2: a quoted cell that has no end, or more than blanks behind it", " a=1.0 2"),
                texts(rule("a"), "a\n\"open\n1"));
    }

    @Test
    void a_header_that_is_malformed_names_no_columns() {
        assertEquals(
                List.of("malformed: a quoted cell that has no end, or more than blanks behind it"),
                texts(rule("a"), "\"a\n1"));
    }

    @Test
    void the_row_may_have_a_name() {
        assertEquals(
                List.of(",row=0 v=1.0 1", "malformed: line 3: 1 cells, but 2 columns", ",row=2 v=3.0 3"),
                texts(
                        rule().pointers(fields("v=/{row}/temp"), List.of(), Optional.empty())
                                .tags(List.of(TagText.parse("row={row}")))
                                .fields(fields("v=/{row}/temp")),
                        "temp,b\n1,1\n2\n3,3"));
    }

    @Test
    void columns_may_name_fields_or_be_points() {
        assertEquals(
                List.of(" T1=1.0,T2=2.0 1", " T1=3.0 2"), texts(rule("{key}=/{key}"), "T1,T2,state\n1,2,ok\n3,,ok"));
        assertEquals(
                List.of(",name=T1 v=1.0 1", ",name=T2 v=2.0 2"),
                texts(rule("v=/{c}").tags(List.of(TagText.parse("name={c}"))), "T1,T2\n1,2"));
    }

    @Test
    void rows_may_be_selected() {
        Rule one = rule("v").when(Condition.parse("/type:a")).build(Rule.Origin.of("one"));
        Rule other = rule("w=/v").when(Condition.parse("/type:b")).build(Rule.Origin.of("other"));
        assertEquals(
                List.of(" v=1.0 1", " w=2.0 2"),
                texts(TestDecoders.forRules(one, other), reading("type,v\na,1\nb,2\nc,3")));
    }

    @Test
    void a_message_without_rows_is_ignored() {
        assertEquals(Ignored.EMPTY, TestDecoders.ignored(decoder(rule("a")), reading("a,b\n")));
    }

    @Test
    void byte_order_mark_and_zero_bytes_do_not_count() {
        assertEquals(List.of(" a=1.0 1"), texts(rule("a"), "\ufeffa\n1\0\0"));
    }

    @Test
    void rows_that_are_not_utf8_are_set_aside() {
        byte[] payload = "a\n?\n1".getBytes(UTF_8);
        payload[2] = (byte) 0xff;
        assertEquals(List.of("not_utf8: line 2", " a=1.0 2"), texts(decoder(rule("a")), reading(payload)));
    }

    @Test
    void points_of_a_message_are_bounded() {
        assertEquals(
                List.of("too_many_points: more than 10000"),
                texts(rule("a"), "a\n" + "1\n".repeat(TestDecoders.MAX_POINTS + 1)));
    }

    @Test
    void invalid_rows_of_a_message_are_bounded() {
        assertEquals(
                List.of("too_many_points: more than 10000 invalid lines"),
                texts(rule("a"), "a\n" + "1,2\n".repeat(TestDecoders.MAX_POINTS + 1)));
    }

    @Test
    void pointers_are_to_columns() {
        for (String pointer : List.of("/0/a", "/a/b/c", "/{row}/a/b")) {
            assertThrows(
                    IllegalArgumentException.class,
                    () -> rule().pointers(fields("v=" + pointer), List.of(), Optional.empty()));
        }
        assertThrows(
                IllegalArgumentException.class,
                () -> rule().pointers(fields("v=/{row}/a", "w=/b"), List.of(), Optional.empty()));
        assertThrows(
                IllegalArgumentException.class,
                () -> rule().when(Condition.parse("/type:a"))
                        .pointers(fields("v=/{row}/a"), List.of(), Optional.empty()));
    }

    @Test
    void rules_of_the_same_topics_have_the_same_columns() {
        Rule one = rule("a").when(Condition.parse("/a:1")).build(Rule.Origin.of("a"));
        Rule other = withColumns(rule("a"), "a").build(Rule.Origin.of("b"));
        assertThrows(IllegalArgumentException.class, () -> new Rules(List.of(one, other)));
    }

    @Property(tries = 300)
    @Tag("fuzz")
    void whatever_the_bytes_are_nothing_is_thrown(@ForAll long seed) {
        Random random = new Random(seed);
        Decoder[] decoders = {
            decoder(rule()), decoder(rule("{k}=/{k}")), decoder(withColumns(rule("a:string"), "a", "b"))
        };
        for (int i = 0; i < 50; i++) {
            byte[] payload = "value,\"type\",time\r\n1,\"a\"\"b\",1700000000000\n\n2,x,\n".getBytes(UTF_8);
            if (random.nextInt(4) == 0) {
                random.nextBytes(payload);
            }
            String special = ",\"\n\r\0 ;";
            for (int j = random.nextInt(6); j > 0; j--) {
                payload[random.nextInt(payload.length)] = (byte) special.charAt(random.nextInt(special.length()));
            }
            decoders[random.nextInt(decoders.length)].decode(reading(payload));
        }
    }
}
