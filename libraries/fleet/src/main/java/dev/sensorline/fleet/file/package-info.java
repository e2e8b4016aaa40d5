/**
 * Fleet files: {@link dev.sensorline.fleet.file.FleetFile} reads them. What a file may contain is said once, in shapes; the
 * published JSON Schema is made from the same ones.
 */
@NullMarked
package dev.sensorline.fleet.file;

import org.jspecify.annotations.NullMarked;
