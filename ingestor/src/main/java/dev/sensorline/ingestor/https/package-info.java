/** Health and metrics over HTTPS, for clients with an authorised name. */
@NullMarked
package dev.sensorline.ingestor.https;

import org.jspecify.annotations.NullMarked;
