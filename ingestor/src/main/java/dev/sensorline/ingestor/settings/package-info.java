/** The settings of the ingestor, with their variables, and what is made of them: rules and the access to the broker. */
@NullMarked
package dev.sensorline.ingestor.settings;

import org.jspecify.annotations.NullMarked;
