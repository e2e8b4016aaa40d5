/** Joins the ledger of a run with the points that are stored: each point and each gap has an explanation, or is found to have none. */
@NullMarked
package dev.sensorline.fleet.verify;

import org.jspecify.annotations.NullMarked;
