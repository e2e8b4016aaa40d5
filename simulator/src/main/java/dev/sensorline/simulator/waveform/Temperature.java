package dev.sensorline.simulator.waveform;

/** A room: uniform noise on 25 °C. */
record Temperature(UniformNoise noise) implements Waveform {

    @Override
    public double at(long n) {
        return noise.at(n) + 25;
    }
}
