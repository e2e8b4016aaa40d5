package dev.sensorline.fleet.payload;

import dev.sensorline.fleet.Measurement;

/** Writes the payloads of a group in its format. For one thread: it may use buffers again. */
public interface Encoder {

    /** Appends the payload of a measurement. A reading makes no object here. */
    void encode(Measurement measurement, Bytes out);
}
