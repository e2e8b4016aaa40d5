/** The sensors in memory, bounded in number and time, and the frames in which they change. */
@NullMarked
package dev.sensorline.console.live;

import org.jspecify.annotations.NullMarked;
