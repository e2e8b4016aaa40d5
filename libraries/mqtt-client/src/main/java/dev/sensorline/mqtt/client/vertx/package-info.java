/**
 * Sessions over the sockets of Vert.x and the MQTT codec of Netty. {@link dev.sensorline.mqtt.client.vertx.MqttSessions} opens
 * them; everything else is internal. {@code VertxNetwork} is the only class that uses internals of Vert.x.
 */
package dev.sensorline.mqtt.client.vertx;
