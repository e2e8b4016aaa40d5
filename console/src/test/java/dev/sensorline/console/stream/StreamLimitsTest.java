package dev.sensorline.console.stream;

import static dev.sensorline.console.stream.StreamLimits.Admission.ADMITTED;
import static dev.sensorline.console.stream.StreamLimits.Admission.TOO_MANY;
import static dev.sensorline.console.stream.StreamLimits.Admission.TOO_MANY_OF_ADDRESS;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class StreamLimitsTest {

    private final StreamLimits limits = new StreamLimits(20);

    @Test
    void an_address_has_a_tenth_of_the_streams() {
        assertEquals(ADMITTED, limits.enter("a"));
        assertEquals(ADMITTED, limits.enter("a"));
        assertEquals(TOO_MANY_OF_ADDRESS, limits.enter("a"));
        assertEquals(ADMITTED, limits.enter("b"));
        limits.leave("a");
        assertEquals(ADMITTED, limits.enter("a"));
        assertEquals(1, limits.refused());
    }

    @Test
    void all_addresses_together_have_no_more_than_there_are() {
        for (int i = 0; i < 20; i++) {
            assertEquals(ADMITTED, limits.enter("a" + i));
        }
        assertEquals(TOO_MANY, limits.enter("b"));
        assertEquals(20, limits.open());
    }
}
