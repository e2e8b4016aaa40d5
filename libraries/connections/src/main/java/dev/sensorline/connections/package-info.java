/**
 * What every client of a server needs, whatever the protocol: pauses between attempts ({@link
 * dev.sensorline.connections.Backoff}), one log line per change of state ({@link dev.sensorline.connections.StateLog}),
 * a drain with a limit ({@link dev.sensorline.connections.Drain}), certificates that are renewed while it runs ({@link
 * dev.sensorline.connections.PemFiles}) and the root cause of a failure ({@link dev.sensorline.connections.RootCause}).
 */
@NullMarked
package dev.sensorline.connections;

import org.jspecify.annotations.NullMarked;
