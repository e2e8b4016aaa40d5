package dev.sensorline.simulator.waveform;

import java.util.function.Function;

/** The types of sensors, which settings name in lower case. To add one, add a constant here and its waveform. */
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

    /** The name of the type in JSON payloads and in the log, such as {@code temp}. */
    public String typeName() {
        return typeName;
    }

    /** A waveform of this type. Waveforms without noise ignore the argument. */
    public Waveform waveform(UniformNoise noise) {
        return waveform.apply(noise);
    }
}
