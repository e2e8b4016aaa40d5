package dev.sensorline.ingestor.influxdb;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;

import dev.sensorline.ingestor.FuzzedReadings;
import dev.sensorline.ingestor.settings.Configured;
import dev.sensorline.points.Decoded;
import dev.sensorline.points.Point;
import dev.sensorline.points.Reading;
import dev.sensorline.points.decoding.Decoder;
import dev.sensorline.points.lineprotocol.LineProtocol;
import dev.sensorline.servers.PointStore;
import io.smallrye.config.EnvConfigSource;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.lifecycle.AddLifecycleHook;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/**
 * Any payload on any topic either becomes a point that InfluxDB accepts or is set aside. docs/guide/rules.md describes how
 * to run more tries.
 */
@AddLifecycleHook(LineProtocolTest.NeedsInfluxDb.class)
class BadInputTest {

    private static final int READINGS = 100;
    /** InfluxDB allows a tag 100,000 values (max-values-per-tag). */
    private static final int BATCHES_A_DATABASE = 500;

    private static final Decoder DECODER =
            new Decoder(Configured.rules(new EnvConfigSource(FuzzedReadings.RULES, 300)), 10_000);
    private static PointStore store;
    private static long batches;
    private static long points;
    private static long readings;

    private final HttpClient http = HttpClient.newHttpClient();

    @BeforeContainer
    static void start() {
        store = PointStore.start();
    }

    @AfterContainer
    static void stop() {
        System.out.printf("%d readings, of which %d became points%n", readings, points);
        store.close();
        assertTrue(points > readings / 20, "too few of them are near enough to a reading");
    }

    @Property
    void every_fuzzed_reading_is_accepted_by_influxdb_or_set_aside(@ForAll long seed) throws Exception {
        if (++batches % BATCHES_A_DATABASE == 0) {
            store.query("DROP DATABASE " + PointStore.DATABASE);
            store.query("CREATE DATABASE " + PointStore.DATABASE);
        }
        FuzzedReadings fuzzed = new FuzzedReadings(seed);
        List<Point> batch = new ArrayList<>();
        for (int i = 0; i < READINGS; i++) {
            String topic = fuzzed.topic();
            byte[] payload = fuzzed.payload(topic);
            List<Decoded> decoded = DECODER.decode(new Reading(
                    topic,
                    payload,
                    payload.length,
                    1_700_000_000_000_000_001L + ++readings,
                    false,
                    fuzzed.properties()));
            for (Decoded each : decoded) {
                if (each instanceof Point point) {
                    batch.add(point);
                }
            }
        }
        points += batch.size();
        String lines = new String(LineProtocol.of(batch), UTF_8);
        HttpResponse<String> answer = http.send(
                HttpRequest.newBuilder(URI.create(
                                store.url() + "/api/v2/write?org=-&bucket=" + PointStore.DATABASE + "/&precision=ns"))
                        .POST(HttpRequest.BodyPublishers.ofString(lines))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertEquals(204, answer.statusCode(), () -> answer.body() + "\n" + lines);
    }
}
