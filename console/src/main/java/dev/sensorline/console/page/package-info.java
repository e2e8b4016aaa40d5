/** The files of the page. */
@NullMarked
package dev.sensorline.console.page;

import org.jspecify.annotations.NullMarked;
