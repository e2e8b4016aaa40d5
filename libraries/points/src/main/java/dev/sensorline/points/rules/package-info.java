/**
 * Rules: which topics become which measurement, tags, fields and time. A setting is parsed here, and rules that
 * contradict each other are refused here.
 */
@NullMarked
package dev.sensorline.points.rules;

import org.jspecify.annotations.NullMarked;
