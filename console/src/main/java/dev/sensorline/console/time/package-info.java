/** Times as they are written. */
@NullMarked
package dev.sensorline.console.time;

import org.jspecify.annotations.NullMarked;
