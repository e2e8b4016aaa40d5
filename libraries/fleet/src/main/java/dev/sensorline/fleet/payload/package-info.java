/** The formats in which the readings of a fleet are written. */
@NullMarked
package dev.sensorline.fleet.payload;

import org.jspecify.annotations.NullMarked;
