/** The stream of frames, as server-sent events: what each client sees, in bounded memory. */
@NullMarked
package dev.sensorline.console.stream;

import org.jspecify.annotations.NullMarked;
