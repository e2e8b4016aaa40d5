package dev.sensorline.application;

import java.util.function.Supplier;

/** A setting that does not go; the message is the one line that a person is told. */
public final class BadConfiguration extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public BadConfiguration(String line) {
        super(line);
    }

    /**
     * Runs a step that checks a setting.
     *
     * @param setting the setting as it stands in the line, {@code MQTT_CA_FILE=/keys/ca.pem}
     * @throws BadConfiguration if the step throws an {@link IllegalArgumentException}, whose message says what must be
     */
    public static void checked(String setting, Runnable step) {
        checked(setting, () -> {
            step.run();
            return setting;
        });
    }

    /**
     * The result of a step that checks a setting.
     *
     * @param setting the setting as it stands in the line, {@code MQTT_CA_FILE=/keys/ca.pem}
     * @throws BadConfiguration if the step throws an {@link IllegalArgumentException}, whose message says what must be
     */
    public static <T> T checked(String setting, Supplier<T> step) {
        try {
            return step.get();
        } catch (IllegalArgumentException e) {
            throw new BadConfiguration(setting + ": " + e.getMessage());
        }
    }
}
