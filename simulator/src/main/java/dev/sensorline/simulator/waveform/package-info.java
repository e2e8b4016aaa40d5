/**
 * Waveforms: what a sensor measures, one class each. A new waveform implements
 * {@link dev.sensorline.simulator.waveform.Waveform} and gets a line in {@link dev.sensorline.simulator.waveform.SensorType}.
 */
@NullMarked
package dev.sensorline.simulator.waveform;

import org.jspecify.annotations.NullMarked;
