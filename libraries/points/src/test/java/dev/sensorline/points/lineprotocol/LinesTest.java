package dev.sensorline.points.lineprotocol;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.TreeMap;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import com.fasterxml.jackson.core.io.NumberOutput;

import dev.sensorline.points.Series;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;

class LinesTest {

    /** Each time also after another one of its second, and after one of another second. */
    @Property
    void times_are_written_as_java_does(@ForAll long time, @ForAll long other) {
        long sameSecond = time - time % 1_000_000_000L;
        Lines lines = new Lines(0);
        lines.appendTime(time);
        for (long next : new long[] {sameSecond, other, time}) {
            lines.append(' ').appendTime(next);
        }
        assertEquals(time + " " + sameSecond + " " + other + " " + time, lines.toString());
    }

    @Property
    void numbers_read_back_as_the_same(@ForAll double number) {
        Lines lines = new Lines(0).append(number);
        assertEquals(number, Double.parseDouble(lines.toString()));
    }

    @Property
    void numbers_of_some_digits_are_written_as_others_are(
            @ForAll @LongRange(min = -99_999_999_999L, max = 99_999_999_999L) long units,
            @ForAll @IntRange(max = 8) int digits) {
        double number = units / StrictMath.pow(10, digits);
        Lines lines = new Lines(0).append(number).append(' ').append(Math.nextUp(number));
        assertEquals(
                NumberOutput.toString(number, true) + " " + NumberOutput.toString(Math.nextUp(number), true),
                lines.toString());
    }

    @ParameterizedTest
    @ValueSource(
            doubles = {
                0,
                -0.0,
                1,
                -1,
                0.001,
                0.00099999,
                0.00101,
                0.1,
                0.3,
                0.1 + 0.2,
                1.005,
                21.5,
                -3.25,
                999999.99999,
                9999999,
                9999999.5,
                9999999.99999,
                9999999.999999998,
                1e7,
                123456.123456,
                1e-5,
                4.9e-324,
                1e300
            })
    void special_numbers_are_written_as_others_are(double number) {
        assertEquals(
                NumberOutput.toString(number, true), new Lines(0).append(number).toString());
    }

    @Property
    void integers_are_written_as_java_does(@ForAll long number) {
        assertEquals(
                number + " " + number % 100_000,
                new Lines(0).append(number).append(' ').append(number % 100_000).toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "value", "Größe", "温度", "a🌡"})
    void names_and_series_are_utf8(String text) {
        Series series = Series.of("m" + text, new TreeMap<>());
        Lines lines = new Lines(0).appendName(text).append(series).append(' ').append(series);
        assertEquals(text + "m" + text + " m" + text, new String(lines.toBytes(), UTF_8));
    }
}
