package dev.sensorline.simulator.fleet;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

import dev.sensorline.fleet.Fleet;

/**
 * Topics of commands, below a prefix: {@code <group>/command} for all sensors of a group, {@code <group>/<name>/command} for one.
 */
record CommandTopics(String prefix, Fleet fleet) {

    private static final String COMMAND = "/command";
    private static final String ANSWER = "/answer";

    /** Whom a command is for: a group by its place in the fleet, and one of its sensors, or all of them. */
    record Target(int group, OptionalInt sensor) {}

    /** What is to be subscribed to. */
    List<String> filters() {
        return List.of(prefix + "/+" + COMMAND, prefix + "/+/+" + COMMAND);
    }

    /** Empty if there is no such group or sensor. */
    Optional<Target> target(String topic) {
        if (!topic.startsWith(prefix + "/") || !topic.endsWith(COMMAND)) {
            return Optional.empty();
        }
        String[] levels = topic.substring(prefix.length() + 1, topic.length() - COMMAND.length())
                .split("/", -1);
        for (int i = 0; i < fleet.groups().size(); i++) {
            if (fleet.groups().get(i).name().equals(levels[0])) {
                return levels.length == 1 ? Optional.of(new Target(i, OptionalInt.empty())) : sensor(i, levels[1]);
            }
        }
        return Optional.empty();
    }

    private Optional<Target> sensor(int group, String name) {
        OptionalInt sensor = fleet.groups().get(group).names().sensor(name);
        return sensor.isPresent() ? Optional.of(new Target(group, sensor)) : Optional.empty();
    }

    /** Where the answer to a command goes. */
    static String answer(String topic) {
        return topic.substring(0, topic.length() - COMMAND.length()) + ANSWER;
    }
}
