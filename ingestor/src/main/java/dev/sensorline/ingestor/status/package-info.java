/** What the ingestor says of itself on a retained topic: that it is there, how it is, and that it has gone. */
@NullMarked
package dev.sensorline.ingestor.status;

import org.jspecify.annotations.NullMarked;
