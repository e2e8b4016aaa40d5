/**
 * The rules of topics as settings have them, which ingestor and console read alike: {@link dev.sensorline.rulesettings.RuleSet}.
 * They can be read again while a service runs.
 */
@NullMarked
package dev.sensorline.rulesettings;

import org.jspecify.annotations.NullMarked;
