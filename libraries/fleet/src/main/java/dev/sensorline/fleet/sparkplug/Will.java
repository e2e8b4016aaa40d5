package dev.sensorline.fleet.sparkplug;

/** The last will of one connection, at QoS 1 and not retained: the death of its edge node. */
public record Will(String topic, byte[] payload) {}
