/**
 * Payload formats, one class each. A new format implements {@link dev.sensorline.points.decoding.format.PayloadFormat}
 * and is added to {@link dev.sensorline.points.decoding.Decoder}. Only the decoder uses this package.
 */
@NullMarked
package dev.sensorline.points.decoding.format;

import org.jspecify.annotations.NullMarked;
