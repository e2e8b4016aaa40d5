package dev.sensorline.fleet.file;

import java.math.BigInteger;
import java.util.Optional;

/** A whole number. */
record Whole(long min, long max) implements Shape<Long> {

    @Override
    public Optional<Long> read(Place place, Findings findings) {
        Optional<Long> number = Numbers.whole(place)
                .filter(n -> n.compareTo(BigInteger.valueOf(min)) >= 0 && n.compareTo(BigInteger.valueOf(max)) <= 0)
                .map(BigInteger::longValue);
        if (number.isEmpty()) {
            findings.refuse(place, "a whole number from %d to %d".formatted(min, max));
        }
        return number;
    }
}
