package dev.sensorline.points;

/**
 * A reading that is dropped knowingly: neither stored nor set aside.
 *
 * @param reading the reading as it arrived
 */
public record Dropped(Reading reading, Ignored reason) implements Decoded {}
