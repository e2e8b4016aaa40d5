/** The command {@code verify}: joins the ledger of a run with what InfluxDB has stored. */
@NullMarked
package dev.sensorline.simulator.verify;

import org.jspecify.annotations.NullMarked;
