package dev.sensorline.simulator.fleet;

import java.util.Locale;

import dev.sensorline.fleet.ledger.Outcome;
import dev.sensorline.mqtt.client.MqttPublisher.Room;

/** What keeps readings from going out in time. */
enum Limit {
    /** This process: its loop runs late, for want of CPU time. */
    GENERATOR("the simulator: its loop runs late, for want of CPU time"),
    /** The broker, or the network, does not read from the socket fast enough. */
    SOCKET("the socket: the broker does not read as fast"),
    /** The broker does not acknowledge fast enough for SIM_INFLIGHT. */
    ACKNOWLEDGEMENTS("the broker's acknowledgements: as many readings are in flight as SIM_INFLIGHT allows"),
    /** There is no connection. */
    CONNECTION("missing connections"),
    /** The broker does not take readings (MQTT 5). */
    REFUSAL("the broker: it refuses readings"),
    /** The broker takes no packets of this size (MQTT 5). */
    SIZE("the broker: it takes no packets as large as the readings");

    private final String words;

    Limit(String words) {
        this.words = words;
    }

    /** For people. */
    String words() {
        return words;
    }

    /** For machines. */
    String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** What a ledger says of a reading that was skipped for this. */
    Outcome outcome() {
        return switch (this) {
            case CONNECTION -> Outcome.NO_CONNECTION;
            case SIZE -> Outcome.TOO_LARGE;
            default -> Outcome.TOO_LATE;
        };
    }

    /** What it means that there is no room. */
    static Limit of(Room room) {
        return switch (room) {
            case NO_CONNECTION -> CONNECTION;
            case SOCKET_FULL -> SOCKET;
            case WINDOW_FULL -> ACKNOWLEDGEMENTS;
            case READY -> throw new IllegalArgumentException("nothing is in the way");
        };
    }
}
