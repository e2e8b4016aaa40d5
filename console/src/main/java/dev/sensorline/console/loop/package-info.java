/** The single thread that owns everything that is live. */
@NullMarked
package dev.sensorline.console.loop;

import org.jspecify.annotations.NullMarked;
