/** Whether sensors send when they should. */
@NullMarked
package dev.sensorline.console.watch;

import org.jspecify.annotations.NullMarked;
