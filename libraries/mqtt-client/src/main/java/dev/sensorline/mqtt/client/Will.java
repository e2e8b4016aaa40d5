package dev.sensorline.mqtt.client;

/** The last will: a message that the broker publishes if the connection ends without DISCONNECT (3.1.2.5). */
public record Will(String topic, byte[] payload, QoS qos, boolean retain) {}
