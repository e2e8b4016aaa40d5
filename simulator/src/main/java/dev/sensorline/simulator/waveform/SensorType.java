package dev.sensorline.simulator.waveform;

import java.util.Locale;
import java.util.function.Function;

/** The types of sensors. To add one, add a constant here and its waveform. */
public enum SensorType {
    TEMPERATURE("temp", Temperature::new),
    PRESSURE("pressure", Pressure::new),
    CURRENT("current", noise -> new Current()),
    ACCELERATION("acceleration", noise -> new Acceleration());

    private final String typeName;
    private final Function<UniformNoise, Waveform> waveform;

    SensorType(String typeName, Function<UniformNoise, Waveform> waveform) {
        this.typeName = typeName;
        this.waveform = waveform;
    }

    /**
     * The type with a configured name, such as {@code temperature}.
     *
     * @throws IllegalArgumentException with a message that says what is allowed
     */
    public static SensorType of(String configured) {
        for (SensorType type : values()) {
            if (type.configuredName().equals(configured)) {
                return type;
            }
        }
        throw new IllegalArgumentException("must be temperature, pressure, current or acceleration");
    }

    private String configuredName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The name of the type in JSON payloads and in the log, such as {@code temp}. */
    public String typeName() {
        return typeName;
    }

    /** A waveform of this type. Waveforms without noise ignore the argument. */
    public Waveform waveform(UniformNoise noise) {
        return waveform.apply(noise);
    }
}
