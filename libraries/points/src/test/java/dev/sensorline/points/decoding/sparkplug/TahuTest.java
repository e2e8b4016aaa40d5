package dev.sensorline.points.decoding.sparkplug;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.math.BigInteger;
import java.util.Date;
import java.util.List;

import org.eclipse.tahu.message.SparkplugBPayloadDecoder;
import org.eclipse.tahu.message.SparkplugBPayloadEncoder;
import org.eclipse.tahu.message.model.Metric.MetricBuilder;
import org.eclipse.tahu.message.model.MetricDataType;
import org.eclipse.tahu.message.model.SparkplugBPayload;
import org.eclipse.tahu.message.model.SparkplugBPayload.SparkplugBPayloadBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import dev.sensorline.points.Decoded;
import dev.sensorline.points.Ignored;
import dev.sensorline.points.Point;
import dev.sensorline.points.Reading;
import dev.sensorline.points.decoding.Decoder;
import dev.sensorline.points.lineprotocol.LineProtocol;
import dev.sensorline.points.rules.Format;
import dev.sensorline.points.rules.Rule;
import dev.sensorline.points.rules.RuleBuilder;
import dev.sensorline.points.rules.Rules;
import dev.sensorline.points.rules.TopicFilter;

/** What Eclipse Tahu, the reference implementation, encodes. */
@SuppressWarnings("JavaUtilDate") // Tahu has no other times.
class TahuTest {

    private static final Date TIME = new Date(1_700_000_000_000L);

    private final Decoder decoder = new Decoder(
            new Rules(List.of(new RuleBuilder(TopicFilter.parse("spBv1.0/#"))
                    .format(Format.SPARKPLUG)
                    .build(Rule.Origin.of("rule")))),
            100);

    private List<String> lines(String type, SparkplugBPayloadBuilder payload) throws Exception {
        byte[] bytes = new SparkplugBPayloadEncoder().getBytes(payload.createPayload(), false);
        List<Decoded> decoded = decoder.decode(new Reading("spBv1.0/G/" + type + "/N", bytes, bytes.length, 1));
        return decoded.stream().map(point -> LineProtocol.line((Point) point)).toList();
    }

    private static SparkplugBPayloadBuilder payload(long sequence) {
        return new SparkplugBPayloadBuilder(sequence).setTimestamp(TIME);
    }

    private static MetricBuilder metric(MetricDataType type, Object value) {
        return new MetricBuilder("m", type, value).timestamp(TIME);
    }

    static List<Arguments> values() {
        return List.of(
                Arguments.of(MetricDataType.Int8, (byte) -5, "value=-5.0"),
                Arguments.of(MetricDataType.Int16, (short) -500, "value=-500.0"),
                Arguments.of(MetricDataType.Int32, -70_000, "value=-70000.0"),
                Arguments.of(MetricDataType.Int64, -7_000_000_000L, "value=-7.0E9"),
                Arguments.of(MetricDataType.UInt8, (short) 200, "value=200.0"),
                Arguments.of(MetricDataType.UInt16, 60_000, "value=60000.0"),
                Arguments.of(MetricDataType.UInt32, 4_000_000_000L, "value=4.0E9"),
                Arguments.of(
                        MetricDataType.UInt64, new BigInteger("18446744073709551615"), "value=1.8446744073709552E19"),
                Arguments.of(MetricDataType.Float, 0.5f, "value=0.5"),
                Arguments.of(MetricDataType.Double, 21.5, "value=21.5"),
                Arguments.of(MetricDataType.Boolean, true, "value=1.0"),
                Arguments.of(MetricDataType.String, "on", "text=\"on\""),
                Arguments.of(MetricDataType.Text, "on", "text=\"on\""),
                Arguments.of(MetricDataType.UUID, "a-b", "text=\"a-b\""),
                Arguments.of(MetricDataType.DateTime, TIME, "value=1.7E12"));
    }

    @ParameterizedTest
    @MethodSource("values")
    void a_value_of_a_birth_and_one_by_its_alias_are_read(MetricDataType type, Object value, String field)
            throws Exception {
        List<String> line = List.of("sensor,group=G,name=m,node=N " + field + " 1700000000000000000");
        assertEquals(
                line,
                lines(
                        "NBIRTH",
                        payload(0).addMetric(metric(type, value).alias(9L).createMetric())));
        assertEquals(
                line,
                lines(
                        "NDATA",
                        payload(1)
                                .addMetric(new MetricBuilder(9L, type, value)
                                        .timestamp(TIME)
                                        .createMetric())));
    }

    @Test
    void historical_null_and_array_metrics_are_read_as_such() throws Exception {
        assertEquals(
                List.of("sensor,group=G,name=m,node=N value=1.0 1699999999000000000"),
                lines(
                        "NDATA",
                        payload(0)
                                .addMetric(new MetricBuilder("m", MetricDataType.Double, 1.0)
                                        .timestamp(new Date(1_699_999_999_000L))
                                        .isHistorical(true)
                                        .createMetric())
                                .addMetric(metric(MetricDataType.Int32, null).createMetric())
                                .addMetric(metric(MetricDataType.Int32Array, new Integer[] {1, 2})
                                        .createMetric())
                                .addMetric(metric(MetricDataType.Bytes, "x".getBytes(UTF_8))
                                        .createMetric())));
        assertEquals(1, decoder.ignored(Ignored.EMPTY));
        assertEquals(2, decoder.ignored(Ignored.NOT_A_FIELD));
    }

    @Test
    void an_edge_node_understands_the_command() throws Exception {
        SparkplugBPayload command =
                new SparkplugBPayloadDecoder().buildFromByteArray(RebirthCommand.payload(TIME.getTime()), null);
        assertEquals(TIME, command.getTimestamp());
        assertEquals("Node Control/Rebirth", command.getMetrics().get(0).getName());
        assertEquals(MetricDataType.Boolean, command.getMetrics().get(0).getDataType());
        assertEquals(true, command.getMetrics().get(0).getValue());
    }
}
