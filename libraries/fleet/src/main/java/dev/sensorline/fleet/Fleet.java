package dev.sensorline.fleet;

import java.util.List;

/**
 * Sensors to simulate.
 *
 * @param seed   the same seed gives the same readings
 * @param groups in the order of the file
 */
public record Fleet(long seed, List<Group> groups) {

    /** How many sensors it has. */
    public long sensors() {
        return groups.stream().mapToLong(group -> group.names().count()).sum();
    }
}
