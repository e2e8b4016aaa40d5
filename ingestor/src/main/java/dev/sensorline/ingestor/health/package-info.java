/** What the ingestor tells of itself over HTTP: readiness, metrics, and connections that stay free for who asks. */
@NullMarked
package dev.sensorline.ingestor.health;

import org.jspecify.annotations.NullMarked;
