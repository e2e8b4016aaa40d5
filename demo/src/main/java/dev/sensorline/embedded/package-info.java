/**
 * Embedded servers for the demo and for tests without installed servers: an MQTT broker (HiveMQ CE) and a store (QuestDB).
 */
package dev.sensorline.embedded;
