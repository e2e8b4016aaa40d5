package dev.sensorline.fleet.waveform;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

import dev.sensorline.fleet.waveform.GpsTrack.Coordinate;
import dev.sensorline.fleet.waveform.Track.Place;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;

/** The waveforms of fleets, by tables and by properties. */
class WaveformsTest {

    private static final long SECOND = 1_000_000_000;
    private static final long HOUR = 3_600 * SECOND;
    private static final long SEED = 42;

    @ParameterizedTest
    @CsvSource({
        "0, 20, 10",
        "1, 25, 11",
        "2, 20, 12",
        "3, 15, 13",
        "4, 20, 10",
        "5, 25, 11",
        "-1, 15, 13",
    })
    void sine_and_sawtooth_have_their_period(long seconds, double sine, double sawtooth) {
        assertEquals(sine, new Sine(20, 5, 4 * SECOND, 0).at(SEED, 0, seconds * SECOND), 1e-12);
        assertEquals(sawtooth, new Sawtooth(10, 14, 4 * SECOND, 0).at(SEED, 0, seconds * SECOND), 1e-12);
    }

    @ParameterizedTest
    @CsvSource({"0, 25", "1, 20", "2, 15", "3, 20"})
    void a_phase_is_a_part_of_the_period(long seconds, double value) {
        assertEquals(value, new Sine(20, 5, 4 * SECOND, 0.25).at(SEED, 0, seconds * SECOND), 1e-12);
        assertEquals(value, new Sine(20, 5, 4 * SECOND, -0.75).at(SEED, 0, seconds * SECOND), 1e-12);
    }

    @ParameterizedTest
    @CsvSource({"0, 1", "2, 1", "3, -1", "9, -1", "10, 1"})
    void a_square_wave_is_high_for_its_duty(long seconds, double value) {
        assertEquals(value, new Square(-1, 1, 10 * SECOND, 0.3, 0).at(SEED, 0, seconds * SECOND));
    }

    @ParameterizedTest
    @CsvSource({
        "2026-01-01T15:00:00Z, 30",
        "2026-01-01T21:00:00Z, 20",
        "2026-01-02T03:00:00Z, 10",
        "2026-06-01T09:00:00Z, 20",
        "2026-06-01T15:00:00Z, 30"
    })
    void a_day_has_its_highest_value_at_the_peak_and_its_lowest_twelve_hours_later(Instant time, double value) {
        assertEquals(value, new DayCurve(10, 30, 15 * HOUR).at(SEED, 0, time.getEpochSecond() * SECOND), 1e-9);
    }

    @ParameterizedTest
    @CsvSource({"0, 5", "1, 7", "2, 9", "3, 1", "4, 3"})
    void a_counter_begins_at_0_again_at_its_wrap(long step, double value) {
        assertEquals(value, new Counter(5, 2, 0, 10).at(SEED, step, 0));
    }

    @Property
    void a_counter_never_goes_back(
            @ForAll long seed,
            @ForAll @LongRange(min = 0, max = 1L << 40) long step,
            @ForAll @DoubleRange(max = 1) double spread) {
        Waveform counter = new Counter(0, 3, spread, Double.POSITIVE_INFINITY);
        double gain = counter.at(seed, step + 1, 0) - counter.at(seed, step, 0);
        assertTrue(gain >= 3 * (1 - spread) - 1e-2 && gain <= 3 * (1 + spread) + 1e-2, () -> "gain " + gain);
    }

    @Property
    void a_random_walk_stays_between_its_bounds(
            @ForAll long seed,
            @ForAll @LongRange(min = 0) long step,
            @ForAll @DoubleRange(min = 0, max = 1e6) double deviation) {
        double value = new RandomWalk(3, deviation, -2, 7).at(seed, step, 0);
        assertTrue(value >= -2 && value <= 7, () -> "value " + value);
    }

    @Test
    void a_random_walk_begins_at_its_start() {
        assertEquals(3, new RandomWalk(3, 1, -2, 7).at(SEED, 0, 0));
    }

    /** Between bounds that are too far away to matter. */
    @Test
    void increments_of_a_random_walk_are_uncorrelated_with_mean_0_and_the_deviation_it_was_given() {
        Waveform walk = new RandomWalk(0, 2, -1e9, 1e9);
        int count = 100_000;
        double[] increments = IntStream.range(0, count)
                .mapToDouble(n -> walk.at(SEED, n + 1, 0) - walk.at(SEED, n, 0))
                .toArray();
        assertEquals(0, mean(increments), 0.05);
        assertEquals(4, mean(products(increments, 0)), 0.1);
        for (int lag = 1; lag <= 10; lag++) {
            assertEquals(0, mean(products(increments, lag)), 0.1, "lag " + lag);
        }
    }

    /** The distance after n steps is √n deviations: measured over many walks. */
    @ParameterizedTest
    @CsvSource({"1", "3", "64", "1000", "1000000"})
    void a_random_walk_spreads_with_the_root_of_its_steps(long steps) {
        Waveform walk = new RandomWalk(0, 1, -1e9, 1e9);
        double[] squares = LongStream.range(0, 20_000)
                .mapToDouble(seed -> walk.at(UniformNoise.bits(SEED, seed), steps, 0))
                .map(place -> place * place)
                .toArray();
        assertEquals(1, mean(squares) / steps, 0.05);
    }

    @Test
    void a_reflected_walk_is_anywhere_between_its_bounds_equally_often() {
        Waveform walk = new RandomWalk(5, 1, 0, 10);
        int[] tenths = new int[10];
        for (long seed = 0; seed < 20_000; seed++) {
            tenths[(int) walk.at(UniformNoise.bits(SEED, seed), 1_000, 0)]++;
        }
        for (int count : tenths) {
            assertEquals(2_000, count, 250);
        }
    }

    @Test
    void normal_noise_has_its_mean_its_deviation_and_the_tails_of_a_normal_distribution() {
        Waveform noise = new Gaussian(10, 2);
        double[] values = IntStream.range(0, 100_000)
                .mapToDouble(n -> noise.at(SEED, n, 0))
                .toArray();
        assertEquals(10, mean(values), 0.03);
        assertEquals(4, mean(Arrays.stream(values).map(v -> (v - 10) * (v - 10)).toArray()), 0.08);
        double beyondTwo =
                Arrays.stream(values).filter(v -> Math.abs(v - 10) > 4).count() / 100_000.0;
        assertEquals(0.0455, beyondTwo, 0.004);
    }

    @Property
    void uniform_noise_stays_in_its_range(@ForAll long seed, @ForAll long step) {
        double value = new Uniform(-3, 4).at(seed, step, 0);
        assertTrue(value >= -3 && value < 4, () -> "value " + value);
    }

    @Test
    void a_machine_is_on_for_its_part_of_the_time_and_machines_are_not_switched_together() {
        Waveform machine = new OnOff(1, 0, 30 * SECOND, 10 * SECOND, 0.2);
        double on = LongStream.range(0, 40_000)
                .mapToDouble(second -> machine.at(SEED, 0, second * SECOND))
                .average()
                .orElseThrow();
        assertEquals(0.75, on, 0.01);
        double together = LongStream.range(0, 10_000)
                .mapToDouble(seed -> machine.at(UniformNoise.bits(SEED, seed), 0, 0))
                .average()
                .orElseThrow();
        assertEquals(0.75, together, 0.03);
    }

    @Test
    void a_machine_without_spread_is_on_as_long_in_each_cycle() {
        Waveform machine = new OnOff(1, 0, 3 * SECOND, 2 * SECOND, 0);
        for (long second = 0; second < 100; second++) {
            assertEquals(machine.at(SEED, 0, second * SECOND), machine.at(SEED, 7, (second + 5) * SECOND));
        }
    }

    @ParameterizedTest
    @CsvSource({
        // The equator, one degree east and back, at one degree in 100 s.
        "0, 0, 10, 90",
        "50, 0, 10.5, 90",
        "100, 0, 11, 90",
        "150, 0, 10.5, 270",
        "199, 0, 10.01, 270",
        "200, 0, 10, 90",
    })
    void a_track_is_driven_there_and_back(double seconds, double latitude, double longitude, double course) {
        Track track = new Track(List.of(new Place(0, 10), new Place(0, 11)));
        assertPlace(track, seconds / 200 * track.roundTrip(), latitude, longitude, course);
    }

    @ParameterizedTest
    @CsvSource({"0.1, 0, 179.8, 90", "0.3, 0.4, -179, 0", "0.6, 2, -179.8, 270", "0.9, 0.8, 179, 180"})
    void a_closed_track_is_driven_round_even_over_the_date_line(
            double part, double latitude, double longitude, double course) {
        Track track = new Track(List.of(
                new Place(0, 179), new Place(0, -179), new Place(2, -179), new Place(2, 179), new Place(0, 179)));
        assertPlace(track, part * track.roundTrip(), latitude, longitude, course);
    }

    private static void assertPlace(Track track, double driven, double latitude, double longitude, double course) {
        double distance = driven % track.roundTrip();
        assertEquals(latitude, track.at(distance, Coordinate.LATITUDE), 0.001);
        assertEquals(longitude, track.at(distance, Coordinate.LONGITUDE), 0.001);
        assertEquals(course, track.at(distance, Coordinate.COURSE), 1e-9);
    }

    @Test
    void all_coordinates_of_a_sensor_belong_to_one_place() {
        Track track = new Track(List.of(new Place(48, 11), new Place(49, 12)));
        for (long second = 0; second < 10_000; second += 7) {
            double latitude = new GpsTrack(track, 20, Coordinate.LATITUDE).at(SEED, 0, second * SECOND);
            double longitude = new GpsTrack(track, 20, Coordinate.LONGITUDE).at(SEED, 0, second * SECOND);
            assertEquals(latitude - 48, longitude - 11, 1e-9);
        }
    }

    @Test
    void a_vehicle_drives_at_its_speed() {
        Track track = new Track(List.of(new Place(0, 0), new Place(10, 0)));
        Waveform latitude = new GpsTrack(track, 100, Coordinate.LATITUDE);
        double degrees = Math.abs(latitude.at(SEED, 0, 1_000 * SECOND) - latitude.at(SEED, 0, 0));
        assertEquals(100_000, degrees * 6_371_009 * Math.PI / 180, 1e-3);
    }

    @Test
    void a_track_without_length_is_refused() {
        assertThrows(IllegalArgumentException.class, () -> new Track(List.of()));
        assertThrows(IllegalArgumentException.class, () -> new Track(List.of(new Place(1, 1))));
        assertThrows(IllegalArgumentException.class, () -> new Track(List.of(new Place(1, 1), new Place(1, 1))));
    }

    @Test
    void waveforms_are_combined() {
        Waveform two = new Constant(2);
        Waveform three = new Constant(3);
        assertEquals(5, new Sum(List.of(two, three)).at(SEED, 0, 0));
        assertEquals(6, new Product(List.of(two, three)).at(SEED, 0, 0));
        assertEquals(2.5, new Clamp(three, 0, 2.5).at(SEED, 0, 0));
        assertEquals(2.5, new Clamp(two, 2.5, 9).at(SEED, 0, 0));
        assertEquals(2, new Clamp(two, 0, 9).at(SEED, 0, 0));
    }

    @Test
    void waveforms_of_one_sensor_have_random_numbers_of_their_own() {
        Waveform noise = new Uniform(0, 1);
        assertNotEquals(
                new Reseeded(noise, 1).at(SEED, 0, 0), new Reseeded(noise, UniformNoise.bits(0, 0)).at(SEED, 0, 0));
    }

    static Stream<Waveform> all() {
        Track track = new Track(List.of(new Place(48, 11), new Place(49, 12), new Place(48, 12)));
        Waveform walk = new RandomWalk(3, 1, -2, 7);
        return Stream.concat(
                Stream.of(SensorType.values()).map(SensorType::waveform),
                Stream.of(
                        new Constant(1),
                        new StepSine(),
                        new Uniform(0, 1),
                        new Gaussian(0, 1),
                        new Sine(0, 1, SECOND, 0.1),
                        new Square(0, 1, SECOND, 0.5, 0.1),
                        new Sawtooth(0, 1, SECOND, 0.1),
                        walk,
                        new DayCurve(0, 1, HOUR),
                        new Counter(0, 1, 0.5, 1e6),
                        new OnOff(1, 0, SECOND, SECOND, 0.5),
                        new GpsTrack(track, 10, Coordinate.LATITUDE),
                        new GpsTrack(track, 10, Coordinate.COURSE),
                        new Sum(List.of(walk, new Reseeded(new Gaussian(0, 1), 7))),
                        new Product(List.of(walk, new Sine(0, 1, SECOND, 0))),
                        new Clamp(walk, 0, 1)));
    }

    @ParameterizedTest
    @MethodSource("all")
    void readings_are_the_same_in_any_order_and_on_any_number_of_threads(Waveform waveform) {
        double[] alone = LongStream.range(0, 5_000)
                .mapToDouble(n -> waveform.at(n % 7, n, n * SECOND / 3))
                .toArray();
        double[] together = LongStream.range(0, 5_000)
                .parallel()
                .map(n -> 4_999 - n)
                .mapToDouble(n -> waveform.at(n % 7, n, n * SECOND / 3))
                .toArray();
        for (int i = 0; i < alone.length; i++) {
            assertEquals(alone[i], together[alone.length - 1 - i]);
            assertTrue(Double.isFinite(alone[i]));
        }
    }

    @Property
    void a_cycle_has_no_end(
            @ForAll long nanos,
            @ForAll @LongRange(min = 1) long period,
            @ForAll @DoubleRange(min = -1, max = 1) double phase) {
        double passed = Cycle.at(nanos, period, phase);
        assertTrue(passed >= 0 && passed < 1, () -> "passed " + passed);
    }

    @Property
    void a_course_and_a_longitude_are_in_their_range(
            @ForAll @IntRange(min = -90, max = 90) int latitude,
            @ForAll @IntRange(min = -180, max = 180) int longitude,
            @ForAll @DoubleRange(max = 1) double part) {
        Track track = new Track(List.of(new Place(latitude, longitude), new Place(1.5, 2.5)));
        double driven = part * track.roundTrip();
        double course = track.at(driven, Coordinate.COURSE);
        double east = track.at(driven, Coordinate.LONGITUDE);
        assertTrue(course >= 0 && course < 360, () -> "course " + course);
        assertTrue(east >= -180 && east < 180, () -> "longitude " + east);
    }

    private static double[] products(double[] values, int lag) {
        return IntStream.range(0, values.length - lag)
                .mapToDouble(i -> values[i] * values[i + lag])
                .toArray();
    }

    private static double mean(double[] values) {
        return Arrays.stream(values).average().orElseThrow();
    }
}
