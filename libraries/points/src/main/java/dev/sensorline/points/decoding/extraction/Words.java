package dev.sensorline.points.decoding.extraction;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;

/** The words and numbers that mean true or false, as devices send them. */
final class Words {

    private Words() {}

    /** The meaning of a text, in upper or lower case; empty if it has none. */
    static Optional<Boolean> truth(String text) {
        String word = text.strip();
        return switch (word.toLowerCase(Locale.ROOT)) {
            case "true", "1", "on", "yes", "open" -> Optional.of(true);
            case "false", "0", "off", "no", "closed" -> Optional.of(false);
            default -> number(word);
        };
    }

    private static Optional<Boolean> number(String text) {
        try {
            double number = Decimal.parse(text.getBytes(StandardCharsets.UTF_8));
            return number == 0 || number == 1 ? Optional.of(number == 1) : Optional.empty();
        } catch (InvalidReadingException e) {
            return Optional.empty();
        }
    }
}
