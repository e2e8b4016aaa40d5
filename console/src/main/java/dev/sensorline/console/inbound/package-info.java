/** What arrives over MQTT: readings, rejected readings and the status of ingestors. */
@NullMarked
package dev.sensorline.console.inbound;

import org.jspecify.annotations.NullMarked;
