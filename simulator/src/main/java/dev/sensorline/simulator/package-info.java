/**
 * The simulator: one process is one sensor. {@link dev.sensorline.simulator.Readings} is the path from a tick to a published
 * message; the waveforms are in {@code waveform}.
 */
@NullMarked
package dev.sensorline.simulator;

import org.jspecify.annotations.NullMarked;
