package dev.sensorline.simulator.fleet;

import java.util.List;

import dev.sensorline.fleet.Fleet;
import dev.sensorline.fleet.Group;

/**
 * The sensors of a fleet by their number: those of the first group, then those of the second, and so on. Thread-safe.
 */
public final class Sensors {

    private final List<Group> groups;
    private final int[] firsts;

    /** @throws ArithmeticException if there are more than 2³¹ − 1 */
    public Sensors(Fleet fleet) {
        this.groups = fleet.groups();
        this.firsts = new int[groups.size()];
        int first = 0;
        for (int i = 0; i < firsts.length; i++) {
            firsts[i] = first;
            first = Math.addExact(first, groups.get(i).names().count());
        }
    }

    /** The number of the first sensor of a group. */
    int first(int group) {
        return firsts[group];
    }

    private int groupOf(int number) {
        int group = firsts.length - 1;
        while (firsts[group] > number) {
            group--;
        }
        return group;
    }

    /** The name of a sensor. */
    public String name(int number) {
        int group = groupOf(number);
        return groups.get(group).names().name(number - firsts[group]);
    }

    /** The topic on which the connection of a sensor says {@code online} and {@code offline}. */
    public String statusTopic(int number) {
        int group = groupOf(number);
        return groups.get(group).topic().topic(number - firsts[group]) + "/status";
    }
}
