/**
 * Parsers that give the tokens of Jackson from sources other than JSON, so that pointers find the values in them. Only the decoder and
 * the payload formats use this package.
 */
@NullMarked
package dev.sensorline.points.decoding.tokens;

import org.jspecify.annotations.NullMarked;
