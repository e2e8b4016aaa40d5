/** The console: the entry point of the application. */
@NullMarked
package dev.sensorline.console;

import org.jspecify.annotations.NullMarked;
