package dev.sensorline.points.decoding.extraction;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Random;

import org.junit.jupiter.api.Test;

/** Compares the fast parser with the one of the JDK. */
class DecimalTest {

    private static final int NUMBERS = 1_000_000;

    @Test
    void plain_decimals_have_the_value_that_the_jdk_parses() throws InvalidReadingException {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < NUMBERS; i++) {
            String text = plainDecimal(random);
            assertEquals(
                    Double.doubleToRawLongBits(Double.parseDouble(text)),
                    Double.doubleToRawLongBits(Decimal.parse(text.getBytes(US_ASCII))),
                    () -> text + ", seed " + seed);
        }
    }

    /** One to twenty digits, more than the fast parser accepts, with the decimal point anywhere or absent. */
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
