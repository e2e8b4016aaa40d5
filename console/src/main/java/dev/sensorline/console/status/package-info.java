/** The ingestors, as they report themselves. */
@NullMarked
package dev.sensorline.console.status;

import org.jspecify.annotations.NullMarked;
