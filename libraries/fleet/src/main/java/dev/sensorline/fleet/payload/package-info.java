/**
 * The formats in which the readings of a fleet are written: {@link dev.sensorline.fleet.payload.Encoders} makes the
 * encoder of a group. {@link dev.sensorline.fleet.payload.DryRun} is what a fleet would send.
 */
@NullMarked
package dev.sensorline.fleet.payload;

import org.jspecify.annotations.NullMarked;
