/** What goes wrong with the readings of a fleet. */
@NullMarked
package dev.sensorline.fleet.fault;

import org.jspecify.annotations.NullMarked;
