/**
 * Readings as they arrive, and the result of decoding them: a point with its series, fields and time, or a rejection with its
 * reason. Plain values without input or output.
 */
@NullMarked
package dev.sensorline.points;

import org.jspecify.annotations.NullMarked;
