/** The readings that ingestors have set aside. */
@NullMarked
package dev.sensorline.console.rejected;

import org.jspecify.annotations.NullMarked;
