package dev.sensorline.console.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

class ThinCurveTest {

    private final ThinCurve curve = new ThinCurve(10);

    private List<Double> values() {
        List<Double> values = new ArrayList<>();
        int size = curve.size();
        for (int i = 0; i < size; i++) {
            assertTrue(i == 0 || curve.millis(i) > curve.millis(i - 1), "in the order of their times");
            values.add(curve.value(i));
        }
        return values;
    }

    @Test
    void a_curve_of_few_readings_is_as_it_is() {
        for (int i = 0; i < 10; i++) {
            curve.reading(i, -i);
        }
        assertEquals(10, values().size());
        assertEquals(-9, curve.value(9));
    }

    @Test
    void no_peak_of_a_long_curve_is_missing() {
        for (int i = 0; i < 1_000; i++) {
            curve.reading(i, i == 517 ? 99 : i == 519 ? -99 : Math.sin(i));
        }
        List<Double> values = values();
        assertTrue(values.size() <= 10, values::toString);
        assertTrue(values.contains(99.0) && values.contains(-99.0), values::toString);
    }

    @Test
    void as_many_equal_readings_in_a_row_are_one_point() {
        for (int i = 0; i < 11; i++) {
            curve.reading(i, 7);
        }
        assertEquals(List.of(7.0, 7.0, 7.0, 7.0, 7.0), values());
    }
}
