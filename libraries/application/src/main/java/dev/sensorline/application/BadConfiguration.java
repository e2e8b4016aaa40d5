package dev.sensorline.application;

import java.util.List;
import java.util.function.Supplier;

/** Settings that do not go; the message is what a person is told, mostly one line. */
public final class BadConfiguration extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public BadConfiguration(String line) {
        super(line);
    }

    /** @param lines one for each setting */
    public BadConfiguration(List<String> lines) {
        super(String.join("\n", lines));
    }

    /** One for each setting. */
    public List<String> lines() {
        return String.valueOf(getMessage()).lines().toList();
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
