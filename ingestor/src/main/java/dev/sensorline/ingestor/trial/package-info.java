/** The command that shows what the rules make of samples. It starts nothing. */
@NullMarked
package dev.sensorline.ingestor.trial;

import org.jspecify.annotations.NullMarked;
