package dev.sensorline.fleet.file;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Optional;

import org.snakeyaml.engine.v2.nodes.Tag;

/** A number, with or without decimals. */
record Numbers(double min, double max) implements Shape<Double> {

    /** Sums and products of a few of them, and their decimals, are still of use. */
    static final Numbers ANY = new Numbers(-1e15, 1e15);

    /** In characters: millions of digits would take seconds to read. */
    private static final int LONGEST = 400;

    @Override
    public Optional<Double> read(Place place, Findings findings) {
        Optional<Double> number = number(place)
                .filter(n -> n.compareTo(BigDecimal.valueOf(min)) >= 0 && n.compareTo(BigDecimal.valueOf(max)) <= 0)
                .map(BigDecimal::doubleValue);
        if (number.isEmpty()) {
            findings.refuse(place, "a number from %s to %s".formatted(shown(min), shown(max)));
        }
        return number;
    }

    /** The number that a scalar is, exactly; empty for other values, infinity and NaN. */
    static Optional<BigDecimal> number(Place place) {
        if (place.isA(Tag.INT)) {
            return whole(place).map(BigDecimal::new);
        }
        try {
            return place.isA(Tag.FLOAT) && place.text().length() <= LONGEST
                    ? Optional.of(new BigDecimal(place.text()))
                    : Optional.empty();
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    /** The whole number that a scalar is; the core schema of YAML has decimal, octal and hexadecimal ones. */
    static Optional<BigInteger> whole(Place place) {
        if (!place.isA(Tag.INT) || place.text().length() > LONGEST) {
            return Optional.empty();
        }
        String text = place.text();
        try {
            if (text.startsWith("0o")) {
                return Optional.of(new BigInteger(text.substring(2), 8));
            }
            return Optional.of(text.startsWith("0x") ? new BigInteger(text.substring(2), 16) : new BigInteger(text));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    static String shown(double number) {
        return BigDecimal.valueOf(number).stripTrailingZeros().toPlainString();
    }
}
