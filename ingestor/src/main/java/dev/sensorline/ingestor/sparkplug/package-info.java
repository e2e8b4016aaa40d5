/** Edge nodes of Sparkplug are asked for their births when a message cannot be read without them. */
@NullMarked
package dev.sensorline.ingestor.sparkplug;

import org.jspecify.annotations.NullMarked;
