package dev.sensorline.ingestor.influxdb;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;

import dev.sensorline.points.ForwardedPoint;
import dev.sensorline.points.Reading;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** What is read of a line, also of one that some other program has put into Kafka. */
class LineTextTest {

    private static ForwardedPoint forwarded(String line) {
        byte[] payload = line.getBytes(StandardCharsets.UTF_8);
        return ForwardedPoint.of(new Reading("points", payload, payload.length, 0));
    }

    /** Mostly characters that mean something in line protocol. */
    @Provide
    Arbitrary<String> lines() {
        return Arbitraries.strings()
                .withChars(" ,=\\\"i#\n\u0000a1é")
                .ofMinLength(1)
                .ofMaxLength(30);
    }

    @Property
    void any_record_has_a_series_and_is_divided_by_it(@ForAll("lines") String line) {
        ForwardedPoint point = forwarded(line);
        assertTrue(line.startsWith(LineText.series(point)));
        LineText.of(point);
        assertEquals(1, Part.bySeries(List.of(point)).size());
    }

    @Test
    void a_line_has_its_measurement_tags_and_types_without_escapes() {
        LineText text = LineText.of("a\\ b,n=x\\,y,t=z f=1,g=2i,h=\"a \\\" b\",k=t 7");
        assertEquals("a b", text.measurement());
        assertEquals(Map.of("n", "x,y", "t", "z"), text.tags());
        assertEquals(Map.of("f", "float", "g", "integer", "h", "string", "k", "boolean"), text.fieldTypes());
    }
}
