package dev.sensorline.fleet.waveform;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Locale;
import java.util.stream.DoubleStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The four waveforms of the teaching stack. */
class SensorTypeTest {

    private static final long SEED = 42;

    @ParameterizedTest
    @CsvSource({"temperature,25,26", "pressure,173.52,174.52"})
    void noise_is_uniform_over_one_unit_above_the_base(String type, double least, double most) {
        double[] readings = first(type, 10_000).toArray();
        assertTrue(DoubleStream.of(readings).allMatch(reading -> reading >= least && reading < most));
        for (int tenth = 0; tenth < 10; tenth++) {
            double from = least + tenth / 10.0;
            long within = DoubleStream.of(readings)
                    .filter(reading -> reading >= from && reading < from + 0.1)
                    .count();
            // Ten standard deviations of a binomial distribution with p = 0.1.
            assertEquals(1_000, (double) within, 300);
        }
    }

    @Test
    void current_is_the_sine_of_1_2_3() {
        assertEquals(
                List.of("0.8414709848078965", "0.9092974268256817", "0.1411200080598672"), texts("current", 0, 1, 2));
    }

    @Test
    void acceleration_is_the_square_of_the_number_up_to_a_limit() {
        assertEquals(
                List.of("0", "1", "4", "9", "499849", "500000", "500000", "500000"),
                texts("acceleration", 0, 1, 2, 3, 707, 708, 1_000_000, Integer.MAX_VALUE));
    }

    @Test
    void only_acceleration_is_whole() {
        assertEquals(
                List.of(SensorType.ACCELERATION),
                Stream.of(SensorType.values())
                        .filter(type -> type.waveform().isWhole())
                        .toList());
    }

    /** The first outputs of SplitMix64 for the seed 1234567, from the C program of its authors. */
    @Test
    void noise_is_the_output_of_split_mix_64() {
        long[] published = {
            6457827717110365317L,
            3203168211198807973L,
            Long.parseUnsignedLong("9817491932198370423"),
            4593380528125082431L,
            Long.parseUnsignedLong("16408922859458223821")
        };
        for (int n = 0; n < published.length; n++) {
            assertEquals((published[n] >>> 11) * 0x1p-53, UniformNoise.at(1_234_567, n));
        }
    }

    @Test
    void another_seed_gives_other_noise() {
        assertNotEquals(UniformNoise.at(1, 0), UniformNoise.at(2, 0));
    }

    /** StrictMath and the processor's sine are both within one unit in the last place (1 ulp) of the sine. */
    @Test
    void the_current_of_a_fleet_is_that_of_the_teaching_stack_to_the_last_digit_but_one() {
        for (long n = 0; n < 10_000; n++) {
            double current = waveform("current").at(SEED, n, 0);
            assertEquals(current, new StepSine().at(SEED, n, 0), 2 * Math.ulp(current));
        }
    }

    private static DoubleStream first(String type, int count) {
        Waveform waveform = waveform(type);
        return LongStream.range(0, count).mapToDouble(n -> waveform.at(SEED, n, 0));
    }

    private static List<String> texts(String type, long... numbers) {
        Waveform waveform = waveform(type);
        return LongStream.of(numbers)
                .mapToObj(n -> waveform.text(waveform.at(SEED, n, 0)))
                .toList();
    }

    private static Waveform waveform(String type) {
        return SensorType.valueOf(type.toUpperCase(Locale.ROOT)).waveform();
    }
}
