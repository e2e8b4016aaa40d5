/** The settings of the console, with their variables, and what is made of them: rules and the access to the broker. */
@NullMarked
package dev.sensorline.console.settings;

import org.jspecify.annotations.NullMarked;
