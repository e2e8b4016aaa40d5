package dev.sensorline.fleet.waveform;

/** The types of sensors of the teaching stack, which settings name in lower case. */
public enum SensorType {
    TEMPERATURE("temp", new Temperature()),
    PRESSURE("pressure", new Pressure()),
    CURRENT("current", new Current()),
    ACCELERATION("acceleration", new Acceleration());

    private final String typeName;
    private final Waveform waveform;

    SensorType(String typeName, Waveform waveform) {
        this.typeName = typeName;
        this.waveform = waveform;
    }

    /** The name of the type in JSON payloads and in the log, such as {@code temp}. */
    public String typeName() {
        return typeName;
    }

    public Waveform waveform() {
        return waveform;
    }
}
