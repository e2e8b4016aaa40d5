/** The Quarkus extension that finds or starts an MQTT broker and a store in dev mode. */
package dev.sensorline.devservices;
