package dev.sensorline.fleet.payload;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.math.BigDecimal;
import java.math.RoundingMode;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import dev.sensorline.fleet.Metric;
import dev.sensorline.fleet.waveform.Constant;
import dev.sensorline.fleet.waveform.SensorType;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;

/** How values are written. */
class DecimalsTest {

    @ParameterizedTest
    @CsvSource({
        "25.4377, 2, 25.44",
        "25, 2, 25.00",
        "-0.5, 1, -0.5",
        "-0.04, 1, 0.0",
        "0.05, 2, 0.05",
        "7.005, 9, 7.005000000",
        "1e15, 0, 1000000000000000",
        "1e15, 3, 1000000000000000.0",
        "25.4377, -1, 25.4377",
        "5, -1, 5.0",
        "-1234.5, 0, -1234",
        "1e300, 2, 1e+300",
    })
    void a_value_has_the_decimals_that_are_asked_for_or_as_many_as_it_needs(double value, int decimals, String text) {
        assertEquals(text, text(value, decimals));
    }

    /** Such as an acceleration with a fault. */
    @ParameterizedTest
    @CsvSource({"4, 4, 4", "4.3, 4.3, 4.3", "-0.0, 0, 0", "1e300, 1e+300, 1e300", "NaN, NaN, NaN"})
    void a_metric_of_whole_values_has_a_fraction_only_where_there_is_one(double value, String text, double rounded) {
        Metric metric = new Metric("m", SensorType.ACCELERATION.waveform(), Metric.SHORTEST);
        Bytes out = new Bytes();
        out.appendText(metric, value);
        assertEquals(text, new String(out.copy(), US_ASCII));
        assertEquals(rounded, Decimals.rounded(metric, value));
        assertEquals(!text.matches(".*[^0-9].*"), Decimals.isWhole(metric, value));
    }

    @Property
    void a_rounded_value_is_as_near_as_its_decimals_allow(
            @ForAll @DoubleRange(min = -1e6, max = 1e6) double value, @ForAll @IntRange(max = 6) int decimals) {
        BigDecimal written = new BigDecimal(text(value, decimals));
        assertEquals(decimals, written.scale());
        BigDecimal exact = new BigDecimal(value);
        // Half of the last decimal, and a rounding of the product with the power of ten.
        BigDecimal tolerance = BigDecimal.valueOf(0.5000001).movePointLeft(decimals);
        assertEquals(
                -1,
                written.subtract(exact).abs().compareTo(tolerance),
                () -> exact.setScale(9, RoundingMode.DOWN) + " as " + written);
    }

    private static String text(double value, int decimals) {
        Bytes text = new Bytes();
        text.appendText(new Metric("m", new Constant(0), decimals), value);
        return new String(text.copy(), US_ASCII);
    }
}
