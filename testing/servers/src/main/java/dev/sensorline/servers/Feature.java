package dev.sensorline.servers;

import java.util.Arrays;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * What a test may need and not every machine or server has. It is asked before anything is started. The table of the
 * tests that are skipped for it is in {@code testing/README.md}.
 */
public enum Feature {

    /** Mosquitto's own configuration, access rules and way of sharing subscriptions. */
    MOSQUITTO("needs Mosquitto", MqttBroker::isMosquittoChosen),
    /** Further messages are sent while earlier ones are not acknowledged, until the in-flight window is full. */
    FULL_WINDOW("the embedded broker sends no more while messages are not acknowledged", MqttBroker::isMosquittoChosen),
    /** QoS 0 messages wait for a subscriber that is slow. */
    QUEUED_QOS_0("the embedded broker drops QoS 0 messages for a slow subscriber", MqttBroker::isMosquittoChosen),
    /** What has come at QoS 2 is known again after a restart. */
    EXACTLY_ONCE_OVER_A_RESTART("the embedded broker forgets at a restart what has come at QoS 2", MqttBroker::isMosquittoChosen),
    /** Any byte in a topic and a payload. */
    INFLUXDB("needs InfluxDB 1.8", PointStore::isInfluxDbChosen),
    /** Databases with users, rights and retention policies. */
    DATABASES("the embedded store has one database, without users and retention policies", PointStore::isInfluxDbChosen),
    /** The server answers 500 to writes while its disk is full, and goes on. */
    FULL_DISK("the embedded store has the JVM's limits of files, not InfluxDB's answer to a full disk",
            PointStore::isInfluxDbChosen),
    /** Limits of the kernel for a process. */
    PRLIMIT("needs prlimit", () -> ServerChoice.find("prlimit").isPresent()),
    /** A compiler for what replaces the clock. */
    C_COMPILER("needs a C compiler, cc", () -> ServerChoice.find("cc").isPresent()),
    VICTORIA_METRICS("needs victoria-metrics: .ci/victoria-metrics installs it",
            () -> ServerChoice.find("victoria-metrics").isPresent());

    private final String reason;
    private final BooleanSupplier available;

    Feature(String reason, BooleanSupplier available) {
        this.reason = reason;
        this.available = available;
    }

    /** Whether the servers that would be started have it; starts none. */
    public boolean isAvailable() {
        return available.getAsBoolean();
    }

    /** Why a test that needs these features is skipped; empty when it need not be. */
    public static Optional<String> missing(Feature... needed) {
        return Arrays.stream(needed).filter(feature -> !feature.isAvailable()).map(feature -> feature.reason).findFirst();
    }
}
