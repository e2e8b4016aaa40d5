package dev.sensorline.points.lineprotocol;

import static org.junit.jupiter.api.Assertions.assertEquals;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

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
}
