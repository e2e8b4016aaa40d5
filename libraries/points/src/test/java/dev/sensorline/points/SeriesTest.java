package dev.sensorline.points;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class SeriesTest {

    @Test
    void a_key_has_the_measurement_and_the_tags_by_name_with_escapes() {
        Series series = Series.of("a b,c=d", new TreeMap<>(Map.of("z", "1", "n,1", "x=y z", "ö", "\\Größe 😀")));
        assertEquals("a\\ b\\,c=d,n\\,1=x\\=y\\ z,z=1,ö=\\Größe\\ 😀", series.key());
        assertEquals("sensor", Series.of("sensor", new TreeMap<>()).key());
    }

    @Property
    void measurement_and_tags_are_what_the_series_was_made_of(
            @ForAll("measurements") String measurement, @ForAll("tags") Map<String, String> tags) {
        Series series = Series.of(measurement, new TreeMap<>(tags));
        assertEquals(measurement, series.measurement());
        assertEquals(tags, series.tags());
        byte[] key = series.key().getBytes(StandardCharsets.UTF_8);
        byte[] copy = new byte[series.size() + 1];
        series.copyKey(copy, 1);
        assertArrayEquals(key, Arrays.copyOfRange(copy, 1, copy.length));
        assertEquals(series, Series.of(measurement, new TreeMap<>(tags)));
        assertEquals(series.hash(), Series.of(measurement, new TreeMap<>(tags)).hash());
    }

    @Provide
    Arbitrary<String> measurements() {
        return texts().filter(Series::isValidMeasurement);
    }

    @Provide
    Arbitrary<Map<String, String>> tags() {
        Arbitrary<String> valid = texts().filter(Series::isValidTag);
        return Arbitraries.maps(valid, valid).ofMaxSize(4);
    }

    private static Arbitrary<String> texts() {
        return Arbitraries.oneOf(
                Arbitraries.strings().ofMaxLength(8),
                Arbitraries.strings().withChars("a ,=\\#ö\n").ofMaxLength(8),
                Arbitraries.of("😀", "x".repeat(2_000), "ü,".repeat(2_000)));
    }

    @Test
    void series_with_different_keys_are_different() {
        Series one = Series.of("sensor", new TreeMap<>(Map.of("name", "Aa")));
        Series other = Series.of("sensor", new TreeMap<>(Map.of("name", "BB")));
        assertNotEquals(one, other);
        assertNotEquals(one.hash(), other.hash());
    }

    @Test
    void a_long_key_does_not_change_those_after_it() {
        SeriesWriter writer = new SeriesWriter();
        writer.begin("m");
        writer.tag("n", " ".repeat(40_000));
        assertEquals(4 + 80_000, writer.series().size());
        writer.begin("sensor");
        writer.tag("name", "plant/T1", 6, 8);
        assertEquals("sensor,name=T1", writer.series().key());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a\nb", "a\\", "a\\=b", "\ud83d", "\ude00a", "\ud83da"})
    void a_text_that_line_protocol_cannot_carry_is_no_tag_also_as_a_part(String text) {
        assertFalse(Series.isValidTag(text));
        assertFalse(Series.isValidTag("x" + text + "y", 1, 1 + text.length()));
    }

    @Test
    void only_the_part_of_a_text_counts() {
        assertTrue(Series.isValidTag("\n\\=a\\\n", 3, 4));
        assertTrue(Series.isValidTag("😀", 0, 2));
        assertFalse(Series.isValidTag("😀", 0, 1));
    }
}
