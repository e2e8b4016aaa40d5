package dev.sensorline.fleet.waveform;

/** A temperature: 25 °C plus uniform noise. */
record Temperature() implements Waveform {

    @Override
    public double at(long seed, long step, long nanos) {
        return UniformNoise.at(seed, step) + 25;
    }
}
