/** The Quarkus extension that finds or starts an MQTT broker and a store in dev mode. */
@NullMarked
package dev.sensorline.devservices;

import org.jspecify.annotations.NullMarked;
