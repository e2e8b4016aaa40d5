/**
 * Compiled rules: the extractors that take fields, tags and time from a payload, whatever its format, and check their
 * types. Only the decoder and the payload formats use this package.
 */
@NullMarked
package dev.sensorline.points.decoding.extraction;

import org.jspecify.annotations.NullMarked;
