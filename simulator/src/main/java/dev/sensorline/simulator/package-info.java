/**
 * The simulator: one process is one sensor. {@link dev.sensorline.simulator.Readings} is the path from a tick to a published
 * message; the waveforms are in {@code waveform}.
 */
package dev.sensorline.simulator;
