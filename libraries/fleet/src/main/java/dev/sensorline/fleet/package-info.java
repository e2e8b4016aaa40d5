/**
 * Fleets of sensors: who they are, when their readings are due, and what they measure. {@code file} reads them from YAML, and
 * {@code waveform} has what they measure.
 */
@NullMarked
package dev.sensorline.fleet;

import org.jspecify.annotations.NullMarked;
