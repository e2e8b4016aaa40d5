package dev.sensorline.simulator.waveform;

import java.util.Locale;
import java.util.function.Function;

/** The types of sensors there are. A further one is a line here, and its waveform. */
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

    /** The type by the name under which it is configured. */
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

    /** The name of the type in a sensor's text form and its log. */
    public String typeName() {
        return typeName;
    }

    public Waveform waveform(UniformNoise noise) {
        return waveform.apply(noise);
    }
}
