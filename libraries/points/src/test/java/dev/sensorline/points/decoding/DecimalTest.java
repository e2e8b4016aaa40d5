package dev.sensorline.points.decoding;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Random;

import org.junit.jupiter.api.Test;

/** The short way from digits to a number ends where Java's does. */
class DecimalTest {

    private static final int NUMBERS = 1_000_000;

    @Test
    void plain_decimals_are_the_numbers_that_java_reads() throws NotAReading {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < NUMBERS; i++) {
            String text = plainDecimal(random);
            assertEquals(Double.doubleToRawLongBits(Double.parseDouble(text)),
                    Double.doubleToRawLongBits(Decimal.parse(text.getBytes(US_ASCII))), () -> text + ", seed " + seed);
        }
    }

    /** Of one to twenty digits, with the point anywhere or nowhere: also more of them than the short way takes. */
    private static String plainDecimal(Random random) {
        int digits = 1 + random.nextInt(20);
        int point = random.nextInt(digits + 2) - 1;
        StringBuilder text = new StringBuilder(random.nextBoolean() ? "-" : "");
        for (int i = 0; i < digits; i++) {
            text.append(i == point ? "." : "").append((char) ('0' + (random.nextInt(4) == 0 ? 0 : random.nextInt(10))));
        }
        return point == digits ? text.append('.').toString() : text.toString();
    }
}
