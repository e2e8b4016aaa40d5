package dev.sensorline.servers;

import java.util.Arrays;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * A feature that a test needs and that some machines or servers lack. It is checked before any server is started.
 * {@code testing/README.md} lists the tests that are skipped without it.
 */
public enum Feature {

    /** Mosquitto's configuration, access rules and distribution of shared subscriptions. */
    MOSQUITTO("needs Mosquitto", MqttBroker::isMosquittoChosen),
    /** The broker fills the in-flight window: it sends messages while earlier ones are not acknowledged. */
    FULL_WINDOW("the embedded broker sends no more while messages are not acknowledged", MqttBroker::isMosquittoChosen),
    /** The broker queues QoS 0 messages for a slow subscriber. */
    QUEUED_QOS_0("the embedded broker drops QoS 0 messages for a slow subscriber", MqttBroker::isMosquittoChosen),
    /** The broker recognises redelivered QoS 2 messages after a restart. */
    EXACTLY_ONCE_OVER_A_RESTART(
            "the embedded broker forgets received QoS 2 messages at a restart", MqttBroker::isMosquittoChosen),
    /** The store accepts any character in names and values. */
    INFLUXDB("needs InfluxDB 1.8", PointStore::isInfluxDbChosen),
    /** Databases with users, rights and retention policies. */
    DATABASES(
            "the embedded store has one database, without users and retention policies", PointStore::isInfluxDbChosen),
    /** The store answers writes with 500 while its disk is full, and keeps running. */
    FULL_DISK(
            "the embedded store stops at a limit on file sizes, where InfluxDB answers with an error",
            PointStore::isInfluxDbChosen),
    /** Resource limits for a process. */
    PRLIMIT("needs prlimit", () -> ServerChoice.find("prlimit").isPresent()),
    /** A compiler for the library that replaces the clock. */
    C_COMPILER("needs a C compiler, cc", () -> ServerChoice.find("cc").isPresent()),
    TELEGRAF("needs telegraf", () -> ServerChoice.find("telegraf").isPresent()),
    VICTORIA_METRICS(
            "needs victoria-metrics: .ci/victoria-metrics installs it",
            () -> ServerChoice.find("victoria-metrics").isPresent());

    private final String reason;
    private final BooleanSupplier available;

    Feature(String reason, BooleanSupplier available) {
        this.reason = reason;
        this.available = available;
    }

    /** Whether the servers that a test would start have the feature. Starts no server. */
    public boolean isAvailable() {
        return available.getAsBoolean();
    }

    /** The reason to skip a test that needs these features; empty if all are available. */
    public static Optional<String> missing(Feature... needed) {
        return Arrays.stream(needed)
                .filter(feature -> !feature.isAvailable())
                .map(feature -> feature.reason)
                .findFirst();
    }
}
