/** The JUnit extension that closes what a test has opened, and skips tests that need a missing feature. */
package dev.sensorline.servers.junit;
