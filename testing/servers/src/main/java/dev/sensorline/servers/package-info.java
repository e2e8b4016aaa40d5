/**
 * Servers and services for tests, dev mode and the demo: they are found on the machine, in Docker or embedded, started on
 * free ports, and ended with the test. {@link dev.sensorline.servers.FaultyLink} and
 * {@link dev.sensorline.servers.StoreProxy} simulate faults of the network and of the store.
 */
package dev.sensorline.servers;
