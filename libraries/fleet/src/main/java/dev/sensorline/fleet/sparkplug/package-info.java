/**
 * Edge nodes of Eclipse Sparkplug 3.0: their births, data and deaths, as bytes, without input and output. An {@link
 * dev.sensorline.fleet.sparkplug.EdgeNode} says what to send when; an {@link dev.sensorline.fleet.sparkplug.Uplink} sends it.
 */
@NullMarked
package dev.sensorline.fleet.sparkplug;

import org.jspecify.annotations.NullMarked;
