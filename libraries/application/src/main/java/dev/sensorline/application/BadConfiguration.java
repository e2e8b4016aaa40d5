package dev.sensorline.application;

/** A setting that does not go; the message is the one line that a person is told. */
public final class BadConfiguration extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public BadConfiguration(String line) {
        super(line);
    }
}
