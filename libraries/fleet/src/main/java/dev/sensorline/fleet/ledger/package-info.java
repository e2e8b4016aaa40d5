/** What was due in a run of a fleet, what was sent, and what was done to it, as a compact file. */
@NullMarked
package dev.sensorline.fleet.ledger;

import org.jspecify.annotations.NullMarked;
