/**
 * Waveforms: what sensors measure, one class each, as pure functions of a sensor's seed, the number of the reading and its time.
 * A new waveform implements {@link dev.sensorline.fleet.waveform.Waveform}. Values have the unit that the user gives them.
 */
@NullMarked
package dev.sensorline.fleet.waveform;

import org.jspecify.annotations.NullMarked;
