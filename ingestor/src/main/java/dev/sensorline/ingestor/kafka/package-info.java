/**
 * Kafka as the destination of the role bridge and the source of the role writer, the configuration of its clients, and the watch
 * over its availability.
 */
@NullMarked
package dev.sensorline.ingestor.kafka;

import org.jspecify.annotations.NullMarked;
