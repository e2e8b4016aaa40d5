/** InfluxDB's line protocol: points as text. */
@NullMarked
package dev.sensorline.points.lineprotocol;

import org.jspecify.annotations.NullMarked;
