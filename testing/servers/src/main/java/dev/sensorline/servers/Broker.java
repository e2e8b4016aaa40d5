package dev.sensorline.servers;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** A make of MQTT broker on which promises of delivery are tested, with the settings that it comes with. Stateless. */
public interface Broker {

    /** The topic below which a client must not publish, where a broker has access rules. */
    String FORBIDDEN = "forbidden";

    /** All of them, without Mosquitto, on which all other tests run. */
    static Stream<Broker> others() {
        return Stream.of(new HiveMq(), new Artemis(), new Moquette(), new Mochi(), new Rumqttd());
    }

    /** Whether it is on this machine: {@code .ci/brokers} installs it. Starts nothing. */
    boolean isInstalled();

    /** Whether it refuses what clients publish below {@link #FORBIDDEN}. */
    default boolean hasAccessRules() {
        return false;
    }

    /** Whether each message that it has accepted for a session is delivered after the session's client has reconnected. */
    default boolean keepsAllOverReconnections() {
        return true;
    }

    /** Whether it delivers to shared subscriptions. */
    default boolean deliversToSharedSubscriptions() {
        return true;
    }

    /** Writes its configuration to a directory, and returns the command that starts it on a port of the loopback address. */
    List<String> command(int port, Path directory);
}
