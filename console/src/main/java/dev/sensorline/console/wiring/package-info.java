/** Assembles the console. */
@NullMarked
package dev.sensorline.console.wiring;

import org.jspecify.annotations.NullMarked;
