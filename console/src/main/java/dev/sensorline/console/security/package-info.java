/** Who may read, and what a browser may do with an answer. */
@NullMarked
package dev.sensorline.console.security;

import org.jspecify.annotations.NullMarked;
