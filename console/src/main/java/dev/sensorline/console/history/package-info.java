/** What is stored of sensors, beyond what is held in memory. */
@NullMarked
package dev.sensorline.console.history;

import org.jspecify.annotations.NullMarked;
