package dev.sensorline.simulator.waveform;

/** A temperature: 25 °C plus uniform noise. */
record Temperature(UniformNoise noise) implements Waveform {

    @Override
    public double at(long n) {
        return noise.at(n) + 25;
    }
}
