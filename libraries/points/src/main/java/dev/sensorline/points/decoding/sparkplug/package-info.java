/**
 * The payload format of Eclipse Sparkplug 3.0 (topics {@code spBv1.0/…}, payloads in Protocol Buffers), and what is remembered of
 * edge nodes so that their messages can be read. Only the decoder uses this package, and who answers {@link
 * dev.sensorline.points.decoding.sparkplug.EdgeNodeListener}.
 */
@NullMarked
package dev.sensorline.points.decoding.sparkplug;

import org.jspecify.annotations.NullMarked;
