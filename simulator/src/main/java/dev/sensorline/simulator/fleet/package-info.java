/**
 * The run of a fleet. {@link dev.sensorline.simulator.fleet.FleetRun} is what happens from the first connection to the summary,
 * {@code Lane} is the path of a reading. Nothing of this package is loaded for one sensor.
 */
@NullMarked
package dev.sensorline.simulator.fleet;

import org.jspecify.annotations.NullMarked;
