/**
 * The API of an MQTT client: a {@link dev.sensorline.mqtt.client.MqttSession} that reconnects for ever, its {@link
 * dev.sensorline.mqtt.client.SessionOptions} and the {@link dev.sensorline.mqtt.client.SessionListener}s that it calls. Plain
 * Java: the sockets are those of {@link dev.sensorline.mqtt.client.vertx}. Numbers in parentheses are sections of
 * <a href="https://docs.oasis-open.org/mqtt/mqtt/v3.1.1/os/mqtt-v3.1.1-os.html">MQTT 3.1.1</a>, or where it says so of
 * <a href="https://docs.oasis-open.org/mqtt/mqtt/v5.0/os/mqtt-v5.0-os.html">MQTT 5</a>.
 */
package dev.sensorline.mqtt.client;
