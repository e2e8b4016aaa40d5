package dev.sensorline.console.status;

import java.time.Instant;

/**
 * What runs.
 *
 * @param build   what it was built from, such as a commit
 * @param started when the process has started
 */
public record Build(String version, String build, Instant started) {}
