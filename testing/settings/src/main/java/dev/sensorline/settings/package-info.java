/** Tests of a service's settings: the table in its README, and what it reads from given variables. */
@NullMarked
package dev.sensorline.settings;

import org.jspecify.annotations.NullMarked;
