/** What the console tells of itself: readiness, metrics, its log. */
@NullMarked
package dev.sensorline.console.health;

import org.jspecify.annotations.NullMarked;
