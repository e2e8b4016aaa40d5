package dev.sensorline.application;

import java.util.Optional;

import org.eclipse.microprofile.config.spi.Converter;

/**
 * Reads the text of a setting, and says what is allowed: in the error message, and in the table of the README. A converter for
 * {@code @WithConverter} overrides {@link #convert} with the type that it returns, which SmallRye Config compares.
 *
 * @param <T> what the text stands for
 */
public abstract class SettingConverter<T> implements Converter<T> {

    private static final long serialVersionUID = 1L;

    /** What is allowed, as it follows "must be": {@code a whole number from 0 to 1}. */
    public abstract String allowed();

    /** The value; empty when the text is not allowed. */
    protected abstract Optional<T> read(String text);

    /** What SmallRye Config takes as the value of an {@code Optional} that is not set. */
    @SuppressWarnings("NullAway") // MicroProfile Config allows null here, and has no annotations.
    protected final T none() {
        return null;
    }

    /** @throws IllegalArgumentException saying what is allowed */
    @Override
    public T convert(String text) {
        return read(text).orElseThrow(() -> new IllegalArgumentException("must be " + allowed()));
    }
}
