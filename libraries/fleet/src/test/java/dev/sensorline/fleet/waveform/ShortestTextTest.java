package dev.sensorline.fleet.waveform;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.SplittableRandom;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ShortestTextTest {

    /** With -Dshortest.numbers=10000000, some minutes. */
    private static final int NUMBERS = Integer.getInteger("shortest.numbers", 20_000);

    /** From Python 3.11: {@code v.hex()} and {@code repr(v)}. */
    @ParameterizedTest
    @CsvSource({
        "0x0.0p+0,0.0",
        "-0x0.0p+0,-0.0",
        "0x1.0p+0,1.0",
        "0x1.9p+4,25.0",
        "0x1.999999999999ap-4,0.1",
        "0x1.999999999999ap-3,0.2",
        "0x1.3333333333333p-2,0.3",
        "0x1.5555555555555p-2,0.3333333333333333",
        "0x1.5555555555555p-1,0.6666666666666666",
        "0x1.1c37937e08000p+53,1e+16",
        "0x1.c6bf526340000p+49,1000000000000000.0",
        "0x1.b69b4ba630f35p+56,1.2345678901234568e+17",
        "0x1.0p+53,9007199254740992.0",
        "0x1.a36e2eb1c432dp-14,0.0001",
        "0x1.4f8b588e368f1p-17,1e-05",
        "0x0.0000000000004p-1022,2e-323",
        "0x0.0000000000001p-1022,5e-324",
        "0x1.fffffffffffffp+1023,1.7976931348623157e+308",
        "0x1.0p-1022,2.2250738585072014e-308",
        "0x1.0624dd2f1a9fcp-9,0.002",
        "0x1.52d02c7e14af6p+76,1e+23",
        "0x1.0f0cf064dd592p+73,1e+22",
        "-0x1.8p+0,-1.5",
        "-0x1.3a92a30553261p-12,-0.0003",
        "0x1.1666666666666p+2,4.35",
        "0x1.52d02c7e14af6p+77,2e+23",
        "0x1.c7e83209e90b2p+72,8.41e+21",
        "0x1.0p-20,9.5367431640625e-07",
        "0x1.92265b1f236ebp+4,25.1343642441124",
        "0x1.9d8f16ad9ac28p+4,25.847433736937234",
        "0x1.97ed4d57859cep+4,25.49543508709194",
        "0x1.5bf0612202105p+7,173.96949106478874",
        "0x1.5c57db08bc22ap+7,174.17159297272275",
        "0x1.aed548f090ceep-1,0.8414709848078965",
        "0x1.d18f6ead1b446p-1,0.9092974268256817",
        "0x1.210386db6d55bp-3,0.1411200080598672",
        "-0x1.837b9dddc1eaep-1,-0.7568024953079282",
        "0x1.0p-1017,7.120236347223045e-307",
        "0x1.0p-140,7.174648137343064e-43",
        "0x1.0p-44,5.684341886080802e-14"
    })
    void numbers_are_written_as_in_python(String hexadecimal, String text) {
        assertEquals(text, ShortestText.of(Double.parseDouble(hexadecimal)));
    }

    @Test
    void a_text_is_parsed_to_the_same_number_and_is_not_longer_than_that_of_the_jdk() {
        SplittableRandom random = new SplittableRandom(7);
        for (int i = 0; i < 50_000; i++) {
            double value = i % 2 == 0 ? random.nextDouble() + 25 : Double.longBitsToDouble(random.nextLong());
            if (Double.isFinite(value)) {
                String text = ShortestText.of(value);
                assertEquals(value, Double.parseDouble(text));
                assertTrue(digits(text) <= digits(Double.toString(value)), text);
            }
        }
    }

    @Test
    void numbers_that_are_not_finite_have_names() {
        assertEquals("NaN", ShortestText.of(Double.NaN));
        assertEquals("NaN", ShortestText.of(-Double.NaN));
        assertEquals("Infinity", ShortestText.of(Double.POSITIVE_INFINITY));
        assertEquals("-Infinity", ShortestText.of(Double.NEGATIVE_INFINITY));
    }

    @Test
    void a_text_is_that_of_the_plain_search_for_the_shortest_decimal() {
        SplittableRandom random = new SplittableRandom(11);
        for (int i = 0; i < NUMBERS; i++) {
            assertSame(Double.longBitsToDouble(random.nextLong()));
            assertSame(random.nextDouble() * 1_000 - 500);
            assertSame(random.nextInt(-1_000_000, 1_000_000) / 1_000.0);
            assertSame((double) random.nextLong(-1L << 60, 1L << 60));
            assertSame(random.nextInt(1, 1_000) * Double.MIN_VALUE);
        }
    }

    /** The next double below a power of two is closer than that above: the shortest text may not be the closest of its length. */
    @Test
    void powers_of_two_and_their_neighbours_have_the_shortest_text() {
        for (int exponent = Double.MIN_EXPONENT - 52; exponent <= Double.MAX_EXPONENT; exponent++) {
            double power = Math.scalb(1.0, exponent);
            assertSame(Math.nextDown(power));
            assertSame(Math.nextUp(power));
            String text = ShortestText.of(power);
            assertEquals(power, Double.parseDouble(text));
            assertTrue(text.equals(plainSearch(power)) || digits(text) < digits(plainSearch(power)), text);
        }
    }

    private static void assertSame(double value) {
        if (Double.isFinite(value) && value != 0) {
            assertEquals(plainSearch(value), ShortestText.of(value), () -> Double.toHexString(value));
        }
    }

    /** Rounds the exact decimal to more and more digits, until it is parsed to the value. */
    private static String plainSearch(double value) {
        BigDecimal exact = new BigDecimal(value);
        BigDecimal shortest = exact;
        // All decimals of 15 digits survive the conversion to a normal double and back, and 17 digits identify each.
        for (int digits = Math.abs(value) < Double.MIN_NORMAL ? 1 : 15; digits <= 17; digits++) {
            shortest = exact.round(new MathContext(digits, RoundingMode.HALF_EVEN));
            if (shortest.doubleValue() == value) {
                break;
            }
        }
        shortest = shortest.stripTrailingZeros();
        int exponent = shortest.precision() - shortest.scale() - 1;
        if (exponent >= -4 && exponent < 16) {
            String plain = shortest.toPlainString();
            return plain.indexOf('.') < 0 ? plain + ".0" : plain;
        }
        return shortest.movePointLeft(exponent).toPlainString()
                + "e%s%02d".formatted(exponent < 0 ? "-" : "+", Math.abs(exponent));
    }

    private static int digits(String number) {
        String mantissa = number.replaceAll("[eE].*", "").replaceAll("[^0-9]", "");
        return mantissa.replaceAll("^0+|0+$", "").length();
    }
}
