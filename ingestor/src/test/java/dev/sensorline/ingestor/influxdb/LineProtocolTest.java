package dev.sensorline.ingestor.influxdb;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import com.fasterxml.jackson.databind.JsonNode;

import dev.sensorline.points.Field;
import dev.sensorline.points.FieldsPoint;
import dev.sensorline.points.FloatPoint;
import dev.sensorline.points.Point;
import dev.sensorline.points.Series;
import dev.sensorline.points.lineprotocol.LineProtocol;
import dev.sensorline.servers.Feature;
import dev.sensorline.servers.PointStore;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.lifecycle.AddLifecycleHook;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import net.jqwik.api.lifecycle.LifecycleContext;
import net.jqwik.api.lifecycle.SkipExecutionHook;

/** Writes points to InfluxDB as the ingestor does and reads them back. */
@AddLifecycleHook(LineProtocolTest.NeedsInfluxDb.class)
class LineProtocolTest {

    /** The embedded store has other rules for tag values. */
    static final class NeedsInfluxDb implements SkipExecutionHook {

        @Override
        public SkipResult shouldBeSkipped(LifecycleContext context) {
            return Feature.missing(Feature.INFLUXDB).map(SkipResult::skip).orElseGet(SkipResult::doNotSkip);
        }
    }

    private static PointStore store;
    private static int round;

    private final HttpClient http = HttpClient.newHttpClient();

    @BeforeContainer
    static void start() {
        store = PointStore.start();
    }

    @AfterContainer
    static void stop() {
        store.close();
    }

    record Tags(String name, String type) {

        Series series() {
            return Series.of(
                    "sensor", new TreeMap<>(type == null ? Map.of("name", name) : Map.of("name", name, "type", type)));
        }
    }

    @Property(tries = 60)
    void tags_and_values_come_back_as_they_went(
            @ForAll("tags") @Size(min = 1, max = 40) List<Tags> tags, @ForAll @Size(value = 40) List<Double> values)
            throws Exception {
        // Each try has its own range of times, so that it reads only its own points.
        long from = 1_700_000_000_000_000_000L + round++ * 1_000_000L;
        List<Point> points = new ArrayList<>();
        Map<Long, Tags> expectedTags = new TreeMap<>();
        Map<Long, Double> expectedValues = new TreeMap<>();
        for (int i = 0; i < tags.size(); i++) {
            double value = Double.isFinite(values.get(i)) ? values.get(i) : i;
            points.add(new FloatPoint(null, tags.get(i).series(), "value", value, from + i));
            expectedTags.put(from + i, tags.get(i));
            expectedValues.put(from + i, value);
        }
        write(LineProtocol.of(points));
        Map<Long, Tags> foundTags = new TreeMap<>();
        Map<Long, Double> foundValues = new TreeMap<>();
        for (JsonNode row : store.query(
                        "SELECT \"name\"::tag, \"type\"::tag, value FROM sensor WHERE time >= %d AND time < %d"
                                .formatted(from, from + 1_000_000))
                .at("/results/0/series/0/values")) {
            foundTags.put(
                    row.get(0).asLong(),
                    new Tags(row.get(1).textValue(), row.get(2).textValue()));
            foundValues.put(row.get(0).asLong(), row.get(3).doubleValue());
        }
        assertEquals(expectedTags, foundTags);
        assertEquals(expectedValues, foundValues);
    }

    record Values(double real, long whole, boolean truth, String text) {}

    @Property(tries = 30)
    void fields_of_all_types_come_back_as_they_went(@ForAll("values") @Size(min = 1, max = 40) List<Values> values)
            throws Exception {
        long from = 1_700_000_000_000_000_000L + round++ * 1_000_000L;
        List<Point> points = new ArrayList<>();
        for (int i = 0; i < values.size(); i++) {
            Values value = values.get(i);
            points.add(new FieldsPoint(
                    null,
                    Series.of("several", new TreeMap<>()),
                    List.of(
                            new Field.OfFloat("real", value.real), new Field.OfInteger("whole", value.whole),
                            new Field.OfBoolean("truth", value.truth), new Field.OfString("text", value.text)),
                    from + i));
        }
        write(LineProtocol.of(points));
        List<Values> found = new ArrayList<>();
        for (JsonNode row : store.query("SELECT real, whole, truth, text FROM several WHERE time >= %d AND time < %d"
                        .formatted(from, from + 1_000_000))
                .at("/results/0/series/0/values")) {
            found.add(new Values(
                    row.get(1).doubleValue(),
                    row.get(2).longValue(),
                    row.get(3).booleanValue(),
                    row.get(4).textValue()));
        }
        assertEquals(values, found);
    }

    @Provide
    Arbitrary<List<Values>> values() {
        Arbitrary<String> special = Arbitraries.strings().withChars("\"\\ ,=\n\r\t{}'\u0000\u007f日🌡");
        Arbitrary<String> text =
                Arbitraries.oneOf(special, Arbitraries.strings()).map(any -> new String(any.getBytes(UTF_8), UTF_8));
        return Combinators.combine(
                        Arbitraries.doubles().filter(Double::isFinite).map(value -> value + 0.0),
                        Arbitraries.longs(),
                        Arbitraries.of(true, false),
                        text)
                .as(Values::new)
                .list();
    }

    /** All tag values that the decoder accepts: not empty, no line feed, no backslash at the end. */
    @Provide
    Arbitrary<List<Tags>> tags() {
        Arbitrary<String> special = Arbitraries.strings()
                .withChars(" ,=\"'\\\t\r#/+ü🌡日aä\u0000\u007f\u00a0")
                .ofMinLength(1)
                .ofMaxLength(12);
        Arbitrary<String> any = Arbitraries.strings().ofMinLength(1).ofMaxLength(30);
        Arbitrary<String> text =
                Arbitraries.oneOf(special, any).map(LineProtocolTest::carried).filter(tag -> !tag.isEmpty());
        return Combinators.combine(text, text.injectNull(0.3)).as(Tags::new).list();
    }

    private static String carried(String text) {
        String carried = text.replace("\n", "");
        // An unpaired surrogate has no UTF-8 form: it is encoded as a question mark.
        return new String(carried.getBytes(UTF_8), UTF_8).replaceAll("\\\\+$", "");
    }

    private void write(byte[] lines) throws IOException, InterruptedException {
        HttpResponse<String> answer = http.send(
                HttpRequest.newBuilder(URI.create(
                                store.url() + "/api/v2/write?org=-&bucket=" + PointStore.DATABASE + "/&precision=ns"))
                        .POST(HttpRequest.BodyPublishers.ofByteArray(lines))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertEquals(204, answer.statusCode(), answer.body());
    }
}
