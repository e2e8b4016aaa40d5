package dev.sensorline.points.decoding.sparkplug;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import dev.sensorline.points.Decoded;
import dev.sensorline.points.Ignored;
import dev.sensorline.points.Point;
import dev.sensorline.points.Reading;
import dev.sensorline.points.Rejection;
import dev.sensorline.points.decoding.Decoder;
import dev.sensorline.points.decoding.extraction.InvalidReadingException;
import dev.sensorline.points.lineprotocol.LineProtocol;
import dev.sensorline.points.rules.Condition;
import dev.sensorline.points.rules.FieldText;
import dev.sensorline.points.rules.Format;
import dev.sensorline.points.rules.InvalidRulesException;
import dev.sensorline.points.rules.Retained;
import dev.sensorline.points.rules.Rule;
import dev.sensorline.points.rules.RuleBuilder;
import dev.sensorline.points.rules.Rules;
import dev.sensorline.points.rules.RulesReader;
import dev.sensorline.points.rules.SameTime;
import dev.sensorline.points.rules.SourceText;
import dev.sensorline.points.rules.TagText;
import dev.sensorline.points.rules.TopicFilter;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Tag;
import net.jqwik.api.constraints.IntRange;

class SparkplugTest {

    private static final long T = 1_700_000_000_000L;
    private static final int INT_8 = 1;
    private static final int INT_32 = 3;
    private static final int DOUBLE = 10;
    private static final int BOOLEAN = 11;
    private static final int STRING = 12;
    private static final String NODE = "sensor,group=G,name=%s,node=N ";
    private static final String DEVICE = "sensor,device=D,group=G,name=%s,node=N ";

    /** What the decoder tells of edge nodes, in order. */
    private final List<String> told = new ArrayList<>();

    private Rules rules = rules(rule());
    private Decoder decoder = decoder();

    private static RuleBuilder rule() {
        return new RuleBuilder(TopicFilter.parse("spBv1.0/#")).format(Format.SPARKPLUG);
    }

    private static Rules rules(RuleBuilder rule) {
        return new Rules(List.of(rule.build(Rule.Origin.of("rule"))));
    }

    private void use(RuleBuilder rule) {
        rules = rules(rule);
        decoder = decoder();
    }

    /** One that remembers nothing. */
    private Decoder decoder() {
        return new Decoder(rules, 1_000, new EdgeNodeListener() {

            @Override
            public void needsRebirth(String group, String node) {
                told.add("rebirth " + group + "/" + node);
            }

            @Override
            public void hasGap(String group, String node) {
                told.add("gap");
            }

            @Override
            public void hasUnknownMetrics(String group, String node, int count) {
                told.add("unknown " + count);
            }
        });
    }

    private List<String> decode(String topic, byte[] payload) {
        return decoder.decode(new Reading("spBv1.0/" + topic, payload, payload.length, 7)).stream()
                .map(SparkplugTest::text)
                .toList();
    }

    private List<String> decode(String topic, Message payload) {
        return decode(topic, payload.bytes());
    }

    private static String text(Decoded decoded) {
        return decoded instanceof Point point
                ? LineProtocol.line(point)
                : ((Rejection) decoded).reason().key() + " " + ((Rejection) decoded).detail();
    }

    /** Decodes a message of one metric, the first one that there is. */
    private List<String> decode(Consumer<Message> metric) {
        decoder = decoder();
        return decode("G/DDATA/N/D", Message.payload(T).sequence(1).metric(metric));
    }

    private static String number(String value) {
        return DEVICE.formatted("m") + "value=" + value + " 1700000000000000000";
    }

    private void born() {
        decode("G/NBIRTH/N", nodeBirth(T, 7));
        decode("G/DBIRTH/N/D", deviceBirth(1));
        told.clear();
    }

    private static Message nodeBirth(long timestamp, long birthDeathSequence) {
        return Message.payload(timestamp)
                .sequence(0)
                .metric(m -> m.name("bdSeq").type(4).longValue(birthDeathSequence))
                .metric(m -> m.name("Node Control/Rebirth").type(BOOLEAN).booleanValue(false))
                .metric(m -> m.name("load").alias(1).type(DOUBLE).doubleValue(0.5));
    }

    private static Message deviceBirth(long sequence) {
        return Message.payload(T)
                .sequence(sequence)
                .metric(m ->
                        m.name("temp").alias(2).timestamp(T - 1).type(DOUBLE).doubleValue(21.5))
                .metric(m -> m.name("count").alias(3).type(INT_32).intValue(5))
                .metric(m -> m.name("Device Control/Reboot").type(BOOLEAN).booleanValue(false));
    }

    private static Message data(long sequence) {
        return Message.payload(T + sequence)
                .sequence(sequence)
                .metric(m -> m.alias(2).doubleValue((double) sequence));
    }

    private String temp(long sequence) {
        return DEVICE.formatted("temp") + "value=" + sequence + ".0 " + (T + sequence) + "000000";
    }

    @Test
    void births_are_points_and_aliases_have_the_names_and_types_that_births_gave_them() {
        assertEquals(
                List.of(NODE.formatted("load") + "value=0.5 1700000000000000000"),
                decode("G/NBIRTH/N", nodeBirth(T, 0)));
        assertEquals(
                List.of(
                        DEVICE.formatted("temp") + "value=21.5 1699999999999000000",
                        DEVICE.formatted("count") + "value=5.0 1700000000000000000"),
                decode("G/DBIRTH/N/D", deviceBirth(1)));
        assertEquals(
                List.of(
                        DEVICE.formatted("count") + "value=-1.0 1700000000005000000",
                        DEVICE.formatted("temp") + "value=3.0 1700000000005000000"),
                decode(
                        "G/DDATA/N/D",
                        Message.payload(T + 5)
                                .sequence(2)
                                .metric(m -> m.alias(3).intValue(0xffff_ffffL))
                                .metric(m -> m.alias(2).doubleValue(3))));
        assertEquals(
                List.of(NODE.formatted("load") + "value=1.0 1700000000006000000"),
                decode(
                        "G/NDATA/N",
                        Message.payload(T + 6)
                                .sequence(3)
                                .metric(m -> m.name("load").doubleValue(1))));
        assertEquals(List.of(), told);
    }

    @Test
    void what_only_a_birth_says_is_never_guessed_and_the_rest_is_stored() {
        assertEquals(
                List.of(number("1.0"), "no_birth no birth says what 2 of 3 metrics are"),
                decode(
                                "G/DDATA/N/D",
                                Message.payload(T)
                                        .sequence(1)
                                        .metric(m -> m.alias(2).doubleValue(3))
                                        .metric(m -> m.name("untyped").intValue(200))
                                        .metric(m -> m.name("m").doubleValue(1)))
                        .stream()
                        .map(line -> line.replace("document 2: ", ""))
                        .toList());
        assertEquals(List.of("rebirth G/N", "unknown 2", "rebirth G/N"), told);
    }

    @Test
    void a_restart_without_a_birth_asks_for_it_until_it_comes() {
        born();
        decoder = decoder();
        assertEquals(1, decode("G/DDATA/N/D", data(2)).size());
        assertTrue(told.contains("rebirth G/N"), told::toString);
        born();
        assertEquals(List.of(temp(2)), decode("G/DDATA/N/D", data(2)));
        assertEquals(List.of(), told);
    }

    @Test
    void a_gap_is_told_until_the_next_birth_and_what_can_be_read_is_stored() {
        born();
        assertEquals(List.of(temp(4)), decode("G/DDATA/N/D", data(4)));
        assertEquals(List.of(temp(5)), decode("G/DDATA/N/D", data(5)));
        assertEquals(List.of("gap", "rebirth G/N", "rebirth G/N"), told);
        born();
        assertEquals(List.of(temp(2)), decode("G/DDATA/N/D", data(2)));
        assertEquals(List.of(), told);
    }

    @Test
    void sequence_numbers_start_again_after_255() {
        born();
        for (int i = 2; i < 600; i++) {
            decode("G/DDATA/N/D", data(i % 256));
        }
        assertEquals(List.of(), told);
    }

    @Test
    void what_is_delivered_again_is_no_gap_and_makes_the_same_points() {
        List<String> points = allOnce();
        assertEquals(points, allOnce());
        assertEquals(List.of(temp(4)), decode("G/DDATA/N/D", data(4)));
        assertEquals(List.of(), told);
    }

    private List<String> allOnce() {
        List<String> points = new ArrayList<>(decode("G/NBIRTH/N", nodeBirth(T, 7)));
        points.addAll(decode("G/DBIRTH/N/D", deviceBirth(1)));
        points.addAll(decode("G/DDATA/N/D", data(2)));
        points.addAll(decode("G/DDATA/N/D", data(3)));
        return points;
    }

    @Test
    void a_birth_that_is_delivered_again_by_itself_leaves_the_devices_as_they_are() {
        allOnce();
        decode("G/NBIRTH/N", nodeBirth(T, 7));
        assertEquals(List.of(temp(4)), decode("G/DDATA/N/D", data(4)));
        assertEquals(List.of(), told);
    }

    @Test
    void a_birth_that_repeats_values_with_their_times_makes_no_other_points() {
        born();
        decode(
                "G/DDATA/N/D",
                Message.payload(T + 3)
                        .sequence(2)
                        .metric(m -> m.alias(2).timestamp(T + 2).doubleValue(9)));
        assertEquals(
                DEVICE.formatted("temp") + "value=9.0 1700000000002000000",
                decode(
                                "G/DBIRTH/N/D",
                                Message.payload(T + 9)
                                        .sequence(3)
                                        .metric(m -> m.name("other")
                                                .timestamp(T + 8)
                                                .type(DOUBLE)
                                                .doubleValue(1))
                                        .metric(m -> m.name("temp")
                                                .alias(2)
                                                .timestamp(T + 2)
                                                .type(DOUBLE)
                                                .doubleValue(9)))
                        .get(1));
    }

    @Test
    void a_death_is_no_reading_and_aliases_are_forgotten() {
        born();
        assertEquals(List.of(), decode("G/DDEATH/N/D", Message.payload(T).sequence(2)));
        assertEquals(1, decoder.ignored(Ignored.NOT_A_READING) - 3);
        assertEquals(List.of("no_birth no birth says what 1 of 1 metrics are"), decode("G/DDATA/N/D", data(3)));
        born();
        assertEquals(
                List.of(),
                decode(
                        "G/NDEATH/N",
                        Message.payload(T)
                                .metric(m -> m.name("bdSeq").longValue(7).type(4))));
        assertEquals(List.of("no_birth no birth says what 1 of 1 metrics are"), decode("G/DDATA/N/D", data(2)));
        assertEquals(List.of(), decode("G/NDEATH/Other", Message.payload(T)));
    }

    @Test
    void a_death_of_an_earlier_connection_ends_nothing() {
        born();
        decode(
                "G/NDEATH/N",
                Message.payload(T).metric(m -> m.name("bdSeq").longValue(6).type(4)));
        assertEquals(List.of(temp(2)), decode("G/DDATA/N/D", data(2)));
        assertEquals(List.of(), told);
    }

    @Test
    void a_new_birth_of_the_edge_node_ends_its_devices() {
        born();
        decode("G/NBIRTH/N", nodeBirth(T + 1, 8));
        assertEquals(1, decode("G/DDATA/N/D", data(1)).size());
        assertEquals(List.of("unknown 1", "rebirth G/N"), told);
    }

    @Test
    void a_birth_that_cannot_be_read_leaves_no_aliases_of_an_earlier_one() {
        born();
        assertEquals("malformed", decode("G/DBIRTH/N/D", new byte[] {1}).get(0).substring(0, 9));
        assertEquals(List.of("no_birth no birth says what 1 of 1 metrics are"), decode("G/DDATA/N/D", data(2)));
        born();
        Reading tooLong = new Reading("spBv1.0/G/NBIRTH/N", new byte[3], 1_000_000, 7);
        assertEquals("too_large 1000000 bytes", text(decoder.decode(tooLong).get(0)));
        assertEquals(List.of("no_birth no birth says what 1 of 1 metrics are"), decode("G/DDATA/N/D", data(2)));
        assertEquals(
                1,
                decoder.decode(new Reading("spBv1.0/G/DBIRTH/N/D", new byte[3], 1_000_000, 7))
                        .size());
        assertEquals(
                1,
                decoder.decode(new Reading("spBv1.0/G/DDATA/N/D", new byte[3], 1_000_000, 7))
                        .size());
    }

    @ParameterizedTest
    @ValueSource(strings = {"G/NCMD/N", "G/DCMD/N/D", "STATE/host"})
    void commands_and_states_of_hosts_are_no_readings(String topic) {
        assertEquals(List.of(), decode(topic, "{\"online\":true}".getBytes(UTF_8)));
        assertEquals(1, decoder.ignored(Ignored.NOT_A_READING));
    }

    @ParameterizedTest
    @ValueSource(strings = {"G/NDATA/N/D", "G/DDATA/N", "G", "G/DDATA/N/D/E", "G/XDATA/N", ""})
    void other_topics_are_set_aside(String topic) {
        assertEquals(List.of("malformed not a topic of Sparkplug B"), decode(topic, Message.payload(T)));
    }

    /** The codes of the specification; a number is signed by its type. */
    @ParameterizedTest
    @CsvSource({
        "1,255,-1.0",
        "1,4294967295,-1.0",
        "2,65535,-1.0",
        "3,4294967295,-1.0",
        "3,2147483647,2.147483647E9",
        "4,-1,-1.0",
        "5,255,255.0",
        "6,65535,65535.0",
        "7,4294967295,4.294967295E9",
        "8,-1,1.8446744073709552E19",
        "8,7,7.0",
        "11,1,1.0",
        "11,0,0.0",
        "13,1700000000000,1.7E12"
    })
    void whole_numbers_are_read_by_their_types(int type, long bits, double value) {
        assertEquals(
                List.of(number(Double.toString(value))),
                decode(m -> m.name("m").type(type).longValue(bits)));
        if (type != 4 && type != 8 && type != 13) {
            assertEquals(
                    List.of(number(Double.toString(value))),
                    decode(m -> m.name("m").type(type).intValue(bits)));
        }
    }

    @Test
    void other_values_say_what_they_are() {
        assertEquals(List.of(number("0.5")), decode(m -> m.name("m").floatValue(0.5f)));
        assertEquals(List.of(number("0.5")), decode(m -> m.name("m").doubleValue(0.5)));
        assertEquals(List.of(number("1.0")), decode(m -> m.name("m").booleanValue(true)));
        for (int type : new int[] {0, STRING, 14, 15}) {
            assertEquals(
                    List.of(DEVICE.formatted("m") + "text=\"on ü\" 1700000000000000000"),
                    decode(m -> m.name("m").type(type).stringValue("on ü")));
        }
        assertEquals(
                List.of("not_finite document 1: /metrics/m/number: not a finite number"),
                decode(m -> m.name("m").type(DOUBLE).doubleValue(Double.NaN)).stream()
                        .map(line -> line.replaceAll("number: .*", "number: not a finite number"))
                        .toList());
    }

    @Test
    void whole_numbers_of_64_bits_are_exact_as_integers() {
        use(rule().fields(List.of(FieldText.parse("v:integer=/metrics/m/value"))));
        String series = "sensor,device=D,group=G,node=N v=";
        assertEquals(
                List.of(series + "-9007199254740993i 1700000000000000000"),
                decode(m -> m.name("m").type(4).longValue(-9_007_199_254_740_993L)));
        assertEquals(
                List.of(series + "9007199254740993i 1700000000000000000"),
                decode(m -> m.name("m").type(8).longValue(9_007_199_254_740_993L)));
        assertEquals(
                "not_a_number",
                decode(m -> m.name("m").type(8).longValue(-1)).get(0).substring(0, 12));
    }

    @ParameterizedTest
    @ValueSource(ints = {16, 17, 18, 19})
    void what_is_no_scalar_is_left_out_and_counted(int valueField) {
        assertEquals(List.of(), decode(m -> m.name("m").type(22).bytes(valueField, new byte[] {1, 2})));
        assertEquals(1, decoder.ignored(Ignored.NOT_A_FIELD));
        assertEquals(List.of(), decode(m -> m.name("m").type(9).intValue(1)));
        assertEquals(1, decoder.ignored(Ignored.NOT_A_FIELD));
    }

    @Test
    void metrics_without_a_value_and_those_that_are_not_to_be_stored_are_left_out_and_counted() {
        assertEquals(
                List.of(number("1.0")),
                decode(
                        "G/DDATA/N/D",
                        Message.payload(T)
                                .metric(m -> m.name("a").type(INT_32).isNull())
                                .metric(m -> m.name("b").isNull().intValue(7))
                                .metric(m -> m.name("c").type(INT_32))
                                .metric(m -> m.name("d").isTransient().doubleValue(1))
                                .metric(m -> m.name("m").doubleValue(1))));
        assertEquals(3, decoder.ignored(Ignored.EMPTY));
        assertEquals(1, decoder.ignored(Ignored.NOT_A_READING));
        assertEquals(List.of(), decode("G/DDATA/N/D", Message.payload(T)));
        assertEquals(List.of(), decode("G/DDATA/N/D", new byte[0]));
        assertEquals(5, decoder.ignored(Ignored.EMPTY));
    }

    @Test
    void the_time_is_that_of_the_metric_else_of_the_payload_else_of_the_arrival() {
        assertEquals(
                List.of(
                        DEVICE.formatted("a") + "value=1.0 1700000000000000000",
                        DEVICE.formatted("a") + "value=2.0 1699999999000000000",
                        DEVICE.formatted("b") + "value=3.0 1699999999000000000",
                        DEVICE.formatted("a") + "value=4.0 1699999998000000000"),
                decode(
                        "G/DDATA/N/D",
                        Message.payload(T)
                                .metric(m -> m.name("a").doubleValue(1))
                                .metric(m -> m.name("a")
                                        .isHistorical()
                                        .timestamp(T - 1_000)
                                        .doubleValue(2))
                                .metric(m -> m.name("b").timestamp(T - 1_000).doubleValue(3))
                                .metric(m -> m.name("a").timestamp(T - 2_000).doubleValue(4))));
        decoder = decoder();
        assertEquals(
                List.of(DEVICE.formatted("a") + "value=1.0 7"),
                decode("G/DDATA/N/D", new Message().metric(m -> m.name("a").doubleValue(1))));
        assertEquals(
                "bad_time",
                decode(m -> m.name("m").timestamp(-1).doubleValue(1)).get(0).substring(0, 8));
    }

    @Test
    void a_metric_that_comes_again_with_the_same_time_is_another_point() {
        List<String> lines = decode(
                "G/DDATA/N/D",
                Message.payload(T)
                        .metric(m -> m.name("a").doubleValue(1))
                        .metric(m -> m.name("a").doubleValue(2)));
        assertEquals(2, lines.size());
        assertNotEquals(lines.get(0).split(" ")[2], lines.get(1).split(" ")[2]);
    }

    @Test
    void a_rule_may_make_fields_of_metrics() {
        use(rule().fields(List.of(FieldText.parse("{metric}=/metrics/{metric}/number"))));
        assertEquals(
                List.of(
                        "sensor,device=D,group=G,node=N a=1.0,b\\ c/d=1.0 1700000000000000000",
                        "sensor,device=D,group=G,node=N a=2.0 1699999999000000000"),
                decode(
                        "G/DDATA/N/D",
                        Message.payload(T)
                                .metric(m -> m.name("a").doubleValue(1))
                                .metric(m -> m.name("b c/d").booleanValue(true))
                                .metric(m -> m.name("t").stringValue("x"))
                                .metric(m -> m.name("a").timestamp(T - 1_000).doubleValue(2))));
    }

    @Test
    void a_message_without_the_fields_of_a_rule_is_not_set_aside() {
        use(rule().fields(List.of(FieldText.parse("t=/metrics/temp/value"))));
        assertEquals(List.of(), decode(m -> m.name("m").doubleValue(1)));
        use(rule().fields(List.of(FieldText.parse("t=/metrics/{m}/x"))));
        assertEquals(List.of(), decode(m -> m.name("m").doubleValue(1)));
        assertEquals(1, decoder.ignored(Ignored.NO_FIELDS));
        use(rule().fields(List.of(FieldText.parse("t=/metrics/m/value"))));
        assertEquals(1, decode(m -> m.name("m").stringValue("x")).size());
    }

    @Test
    void a_rule_may_use_all_that_a_message_says() {
        use(rule().when(Condition.parse("/type:DDATA"))
                .fields(List.of(
                        FieldText.parse("t:string=/metrics/{m}/datatype"),
                        FieldText.parse("h:boolean=/metrics/{m}/is_historical"),
                        FieldText.parse("v:string=/metrics/{m}/value"))));
        assertEquals(
                List.of("sensor,device=D,group=G,node=N t=\"Double\",h=true,v=\"1.5\" 1700000000000000000"),
                decode(m -> m.name("m").type(DOUBLE).isHistorical().doubleValue(1.5)));
        assertEquals(
                List.of("sensor,device=D,group=G,node=N t=\"UInt64\",v=\"18446744073709551615\" 1700000000000000000"),
                decode(m -> m.name("m").type(8).longValue(-1)));
        assertEquals(
                List.of("sensor,device=D,group=G,node=N t=\"Int8\",v=\"-1\" 1700000000000000000"),
                decode(m -> m.name("m").type(INT_8).intValue(255)));
        assertEquals(
                List.of("sensor,device=D,group=G,node=N v=\"true\" 1700000000000000000"),
                decode(m -> m.name("m").booleanValue(true)));
        assertEquals(List.of(), decode("G/DBIRTH/N/D", deviceBirth(1)));
        assertEquals(2, decoder.ignored(Ignored.CONDITION));
    }

    @Test
    void a_shared_subscription_is_refused() {
        assertEquals(
                "must not be the format of the shared subscription $share/g/spBv1.0/#, which would split the sequence of an edge node",
                assertThrows(
                                IllegalArgumentException.class,
                                () -> new RuleBuilder(TopicFilter.parse("$share/g/spBv1.0/#")).format(Format.SPARKPLUG))
                        .getMessage());
    }

    @Test
    void levels_with_names_are_tags_as_ever() {
        use(new RuleBuilder(TopicFilter.parse("spBv1.0/{group}/+/{edge}/{device}")).format(Format.SPARKPLUG));
        assertEquals(
                List.of("sensor,device=D,edge=N,group=G,name=m,node=N value=1.0 1700000000000000000"),
                decode(m -> m.name("m").doubleValue(1)));
    }

    @Test
    void a_message_of_too_many_metrics_is_set_aside_as_a_whole() {
        Message payload = Message.payload(T);
        for (int i = 0; i < 1_001; i++) {
            payload.metric(m -> m.name("m").doubleValue(1));
        }
        assertEquals(List.of("too_many_points more than 1000 metrics"), decode("G/DDATA/N/D", payload));
    }

    @Test
    void malformed_bytes_are_set_aside_with_the_reason() {
        assertEquals(
                List.of("malformed a field that is longer than its message"),
                decode("G/DDATA/N/D", new Message().key(2, 2).raw(9)));
        assertEquals(
                List.of("malformed a field that is longer than its message"),
                decode("G/DDATA/N/D", new Message().key(2, 2).raw(-1)));
        assertEquals(
                List.of("malformed a field that is longer than its message"),
                decode(m -> m.key(15, 2).raw(100)));
        assertEquals(
                List.of("malformed the payload ends within a field"),
                decode("G/DDATA/N/D", new byte[] {8, (byte) 0x80}));
        assertEquals(
                List.of("malformed the payload ends within a field"),
                decode(m -> m.key(13, 1).littleEndian(1, 7)));
        byte[] endless = new byte[20];
        Arrays.fill(endless, (byte) 0xff);
        endless[0] = 8;
        assertEquals(List.of("malformed a number of more than ten bytes"), decode("G/DDATA/N/D", endless));
        assertEquals(List.of("malformed a field without a number"), decode("G/DDATA/N/D", new byte[] {0, 0}));
        assertEquals(List.of("malformed a field of wire type 3"), decode(m -> m.key(30, 3)));
        assertEquals(List.of("malformed a field of wire type 6"), decode(m -> m.key(30, 6)));
        assertEquals(
                List.of("malformed the payload is compressed"),
                decode("G/DDATA/N/D", new Message().bytes(4, "SPBV1.0_COMPRESSED".getBytes(UTF_8))));
        assertEquals(
                List.of("not_utf8 null"),
                decode(m -> m.bytes(1, new byte[] {(byte) 0xff}).doubleValue(1)));
        assertEquals(
                List.of(DEVICE.formatted("\ufffd") + "value=1.0 1700000000000000000"),
                decode(m -> m.name("\ufffd").doubleValue(1)));
    }

    /** Reads properties of the metric {@code m}; {@code engUnit} and those below the last step are tags and fields. */
    private void useProperties() {
        use(rule().fields(List.of(
                        FieldText.parse("value:float?=/metrics/m/value"),
                        FieldText.parse("quality:integer?=/metrics/m/properties/Quality")))
                .tags(List.of(TagText.parse("unit=/metrics/m/properties/engUnit"))));
    }

    private static Message properties(Message metric) {
        return metric.properties(p -> p.property(
                        "engUnit", v -> v.varint(1, STRING).bytes(8, "°C".getBytes(UTF_8)))
                .property("documentation", v -> v.varint(1, STRING).bytes(8, new byte[] {(byte) 0xff}))
                .property("Quality", v -> v.varint(1, INT_32).varint(3, 192)));
    }

    @Test
    void properties_that_a_rule_reads_are_those_of_the_metric_else_of_its_birth() {
        useProperties();
        String series = "sensor,device=D,group=G,node=N,unit=°C value=";
        assertEquals(
                List.of(series + "1.5,quality=192i 1700000000000000000"),
                decode(
                        "G/DBIRTH/N/D",
                        Message.payload(T)
                                .sequence(1)
                                .metric(m -> properties(
                                        m.name("m").alias(1).type(DOUBLE).doubleValue(1.5)))));
        assertEquals(
                List.of(series + "2.5,quality=192i 1700000000001000000"),
                decode(
                        "G/DDATA/N/D",
                        Message.payload(T + 1)
                                .sequence(2)
                                .metric(m -> m.alias(1).doubleValue(2.5))));
        assertEquals(
                List.of(series + "3.5,quality=500i 1700000000002000000"),
                decode(
                        "G/DDATA/N/D",
                        Message.payload(T + 2)
                                .sequence(3)
                                .metric(m -> m.alias(1)
                                        .doubleValue(3.5)
                                        .properties(p -> p.property(
                                                "Quality",
                                                v -> v.varint(1, INT_32).varint(3, 500))))));
    }

    /** The rows of the table in docs/guide/rules.md. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "unit=/metrics/{metric}/properties/engUnit||"
                        + "sensor,device=D,group=G,name=m,node=N,unit=°C value=1.0 1700000000000000000",
                "name={metric}|value:float?=/metrics/{metric}/number, quality:integer?=/metrics/{metric}/properties/Quality|"
                        + "sensor,device=D,group=G,name=m,node=N value=1.0,quality=192i 1700000000000000000"
            })
    void properties_are_tags_and_fields_of_each_metric(String tags, String fields, String line)
            throws InvalidRulesException {
        RulesReader reader = new RulesReader(SameTime.EXACT, Retained.TIMED);
        Map<String, String> keys = new HashMap<>(Map.of("topic", "spBv1.0/#", "format", "sparkplug", "tags", tags));
        if (fields != null) {
            keys.put("fields", fields);
            keys.put("time", "/metrics/{metric}/timestamp");
        }
        reader.add("plant", keys, key -> key);
        rules = reader.rules();
        assertEquals(List.of(line), decode(m -> properties(m.name("m").doubleValue(1))));
    }

    @Test
    void each_scalar_property_is_read_by_its_type() {
        use(rule().fields(List.of(FieldText.parse("{p}:string=/metrics/m/properties/{p}"))));
        assertEquals(
                List.of("sensor,device=D,group=G,node=N a=\"-1\",b=\"true\",c=\"0.5\",d=\"1.5\",e=\"on\","
                        + "f=\"false\",g=\"18446744073709551615\" 1700000000000000000"),
                decode(m -> m.name("m")
                        .doubleValue(1)
                        .properties(p -> p.property("a", v -> v.varint(1, INT_8).varint(3, 255))
                                .property("b", v -> v.varint(1, BOOLEAN).varint(7, 1))
                                .property("c", v -> v.key(5, 5).littleEndian(Float.floatToIntBits(0.5f), 4))
                                .property("d", v -> v.key(6, 1).littleEndian(Double.doubleToLongBits(1.5), 8))
                                .property("e", v -> v.bytes(8, "on".getBytes(UTF_8)))
                                .property("f", v -> v.varint(1, BOOLEAN).varint(3, 0))
                                .property("g", v -> v.varint(1, 8).varint(4, -1))
                                .property(
                                        "null",
                                        v -> v.varint(1, INT_8).varint(2, 1).varint(3, 1))
                                .property("untyped", v -> v.varint(3, 1))
                                .property("set", v -> v.varint(1, 20).bytes(9, new byte[0]))
                                .property("nothing", v -> {})
                                .varint(9, 1))));
    }

    @Test
    void properties_that_no_rule_reads_are_skipped() {
        assertEquals(List.of(number("1.0")), decode(m -> properties(m.name("m").doubleValue(1))));
        useProperties();
        decoder.use(rules(rule()));
        assertEquals(
                List.of(number("1.0")),
                decode(
                        "G/DDATA/N/D",
                        Message.payload(T).metric(m -> properties(m.name("m").doubleValue(1)))));
    }

    @Test
    void a_condition_and_a_time_may_be_properties() {
        use(rule().fields(List.of(FieldText.parse("value=/metrics/m/value")))
                .when(Condition.parse("/metrics/m/properties/Quality:192"))
                .time(SourceText.parse("/metrics/m/properties/at"), Optional.empty()));
        assertEquals(
                List.of("sensor,device=D,group=G,node=N value=1.0 1600000000000000000"),
                decode(m -> properties(m.name("m").doubleValue(1))
                        .properties(p -> p.property(
                                        "Quality", v -> v.varint(1, INT_32).varint(3, 192))
                                .property("at", v -> v.varint(1, 13).varint(4, 1_600_000_000_000L)))));
        assertEquals(List.of(), decode(m -> m.name("m").doubleValue(1)));
    }

    @Test
    void an_unreadable_set_of_properties_sets_the_message_aside() {
        useProperties();
        assertEquals(
                List.of("malformed the payload ends within a field"),
                decode(m -> m.name("m").doubleValue(1).bytes(9, new byte[] {8, (byte) 0x80})));
    }

    @Test
    void unknown_fields_are_skipped() {
        assertEquals(
                List.of(number("1.0")),
                decode(
                        "G/DDATA/N/D",
                        Message.payload(T)
                                .bytes(4, "uuid".getBytes(UTF_8))
                                .bytes(5, new byte[] {1})
                                .varint(99, -1)
                                .metric(m -> m.name("m")
                                        .doubleValue(1)
                                        .bytes(8, new byte[3])
                                        .key(20, 1)
                                        .littleEndian(1, 8)
                                        .key(21, 5)
                                        .littleEndian(1, 4)
                                        // A known number with another wire type.
                                        .bytes(10, new byte[2]))));
    }

    @Test
    void a_metric_whose_name_is_no_tag_is_set_aside_and_the_others_are_stored() {
        List<String> lines = decode(
                "G/DDATA/N/D",
                Message.payload(T)
                        .metric(m -> m.name("a\nb").doubleValue(1))
                        .metric(m -> m.name("m").doubleValue(1)));
        assertTrue(lines.get(0).startsWith("not_a_tag"), lines::toString);
        assertEquals(number("1.0"), lines.get(1));
    }

    @Test
    void edge_nodes_beyond_the_bound_have_to_be_born_again() {
        born();
        int many = EdgeNodes.MOST_SIZE / 500;
        for (int i = 0; i < many; i++) {
            decode("G/NBIRTH/N" + i, nodeBirth(T, 7));
        }
        told.clear();
        assertEquals(1, decode("G/DDATA/N/D", data(2)).size());
        assertEquals(List.of("rebirth G/N", "unknown 1", "rebirth G/N"), told);
        decode(
                "G/NDATA/N" + (many - 1),
                Message.payload(T).metric(m -> m.alias(1).doubleValue(1)));
        assertEquals(3, told.size());
    }

    /** As a fleet of the simulator sends them: each metric of an edge node has an alias of its own. */
    @Test
    void there_is_room_for_1_000_edge_nodes_of_10_devices_with_10_metrics_each() {
        for (int node = 0; node < 1_000; node++) {
            decode("G/NBIRTH/line-" + node, nodeBirth(T, 7));
            for (int device = 0; device < 10; device++) {
                Message birth = Message.payload(T).sequence(device + 1);
                for (int metric = 0; metric < 10; metric++) {
                    int number = metric;
                    long alias = 10L * device + metric + 100;
                    birth.metric(m -> m.name("measured/value" + number)
                            .alias(alias)
                            .type(DOUBLE)
                            .doubleValue(number));
                }
                decode("G/DBIRTH/line-" + node + "/press-" + (10 * node + device), birth);
            }
        }
        assertEquals(List.of(), told);
        for (int node = 0; node < 1_000; node++) {
            decode(
                    "G/DDATA/line-" + node + "/press-" + 10 * node,
                    Message.payload(T).sequence(11).metric(m -> m.alias(109).doubleValue(1)));
        }
        assertEquals(List.of(), told);
    }

    @Test
    void what_births_say_is_bounded_in_bytes() {
        EdgeNodes nodes = new EdgeNodes();
        EdgeNode first = nodes.know("first");
        nodes.change(first, () -> first.define("D", metrics("a", 1_000)));
        EdgeNode second = nodes.know("second");
        nodes.change(second, () -> second.define("D", metrics("b", 1_000)));
        assertEquals(null, nodes.find("first"));
        assertEquals(second, nodes.find("second"));
        nodes.change(second, () -> second.define("E", metrics("c", 1_000)));
        assertEquals(null, nodes.find("second"));
        assertEquals(0, nodes.size());
    }

    @Test
    void what_births_say_alike_takes_room_once_until_nobody_says_it() {
        EdgeNodes nodes = new EdgeNodes();
        for (String name : List.of("first", "second", "third")) {
            EdgeNode node = nodes.know(name);
            nodes.change(node, () -> node.define("D", metrics("a", 1_000)));
        }
        assertTrue(nodes.size() < 1_000 * 6_400, "bytes: " + nodes.size());
        EdgeNode first = nodes.find("first");
        nodes.change(first, () -> first.define("D", metrics("a", 1)));
        nodes.forget("second");
        assertTrue(nodes.size() > 1_000 * 6_000, "bytes: " + nodes.size());
        nodes.change(nodes.find("third"), () -> nodes.find("third").forget("D"));
        assertTrue(nodes.size() < 10_000, "bytes: " + nodes.size());
        nodes.forget("third");
        nodes.forget("first");
        nodes.forget("none");
        assertEquals(0, nodes.size());
    }

    private static Payload metrics(String prefix, int count) {
        List<Metric> metrics = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            metrics.add(metric(
                    new Message().name(prefix + "x".repeat(3_000) + i).alias(i).bytes()));
        }
        return new Payload(null, null, metrics);
    }

    private static Metric metric(byte[] bytes) {
        try {
            return Metric.read(new ProtobufReader(bytes), WantedProperties.of(new Rules(List.of())));
        } catch (InvalidReadingException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void the_command_asks_for_a_rebirth() {
        assertEquals("spBv1.0/G/NCMD/N", RebirthCommand.topic("G", "N"));
        assertArrayEquals(
                Message.payload(T)
                        .metric(m -> m.name("Node Control/Rebirth")
                                .timestamp(T)
                                .type(BOOLEAN)
                                .booleanValue(true))
                        .bytes(),
                RebirthCommand.payload(T));
    }

    @Property(tries = 2_000)
    @Tag("fuzz")
    void any_bytes_become_points_or_are_set_aside(@ForAll byte[] bytes, @ForAll @IntRange(max = 5) int type) {
        String topic = List.of("NBIRTH/N", "DBIRTH/N/D", "NDATA/N", "DDATA/N/D", "NDEATH/N", "DDEATH/N/D")
                .get(type);
        decode("G/" + topic, bytes);
    }

    @Property(tries = 2_000)
    @Tag("fuzz")
    void damaged_messages_become_points_or_are_set_aside(
            @ForAll @IntRange(max = 200) int at, @ForAll byte with, @ForAll @IntRange(max = 300) int length) {
        born();
        byte[] bytes = deviceBirth(1)
                .metric(m -> m.name("s").type(STRING).stringValue("text").isHistorical())
                .bytes();
        byte[] damaged = Arrays.copyOf(bytes, Math.min(length, bytes.length));
        if (damaged.length > 0) {
            damaged[at % damaged.length] = with;
        }
        decode("G/DBIRTH/N/D", damaged);
        decode("G/DDATA/N/D", damaged);
    }
}
