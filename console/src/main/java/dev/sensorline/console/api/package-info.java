/** The API over HTTP: resources, problem documents and the stream of frames. */
@NullMarked
package dev.sensorline.console.api;

import org.jspecify.annotations.NullMarked;
