/**
 * Decoding: {@link dev.sensorline.points.decoding.Decoder} applies the rules to readings and makes points of them. The
 * payload formats are in {@code format}, the extractors of fields, tags and time in {@code extraction}.
 */
@NullMarked
package dev.sensorline.points.decoding;

import org.jspecify.annotations.NullMarked;
