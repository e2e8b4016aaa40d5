/** The ingestor: the entry point of the application. */
@NullMarked
package dev.sensorline.ingestor;

import org.jspecify.annotations.NullMarked;
