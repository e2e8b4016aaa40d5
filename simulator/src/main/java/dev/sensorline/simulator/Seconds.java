package dev.sensorline.simulator;

import java.math.BigDecimal;
import java.time.Duration;

/** Writes a duration in seconds, without trailing zeros: {@code 2}, {@code 0.05}. */
final class Seconds {

    private static final int NANO_DIGITS = 9;

    private Seconds() {}

    static String text(Duration duration) {
        return BigDecimal.valueOf(duration.toNanos(), NANO_DIGITS)
                .stripTrailingZeros()
                .toPlainString();
    }
}
