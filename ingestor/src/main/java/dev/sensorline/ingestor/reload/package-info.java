/** Rules that are replaced while the service runs. */
@NullMarked
package dev.sensorline.ingestor.reload;

import org.jspecify.annotations.NullMarked;
