package dev.sensorline.simulator.fleet;

import java.util.List;
import java.util.Optional;

import dev.sensorline.fleet.Fleet;
import dev.sensorline.fleet.Group;
import dev.sensorline.fleet.sparkplug.EdgeNodes;

/**
 * The sensors of a fleet by their number: those of the first group, then those of the second, and so on; and its edge nodes of Sparkplug, which
 * have connections of their own, by theirs. Sensors of edge nodes have no number. Thread-safe.
 */
public final class Sensors {

    private final List<Group> groups;
    private final List<Optional<EdgeNodes>> nodes;
    /** Of each group the number of its first sensor, or of its first edge node. */
    private final int[] firsts;

    private final int count;
    private final int nodeCount;

    /** @throws ArithmeticException if there are more than 2³¹ − 1 */
    public Sensors(Fleet fleet) {
        this.groups = fleet.groups();
        this.nodes = groups.stream().map(EdgeNodes::of).toList();
        this.firsts = new int[groups.size()];
        int sensors = 0;
        int edgeNodes = 0;
        for (int i = 0; i < firsts.length; i++) {
            if (nodes.get(i).isPresent()) {
                firsts[i] = edgeNodes;
                edgeNodes = Math.addExact(edgeNodes, nodes.get(i).get().count());
            } else {
                firsts[i] = sensors;
                sensors = Math.addExact(sensors, groups.get(i).names().count());
            }
        }
        this.count = sensors;
        this.nodeCount = edgeNodes;
    }

    /** How many sensors have a number. */
    int count() {
        return count;
    }

    /** How many edge nodes there are. */
    public int nodeCount() {
        return nodeCount;
    }

    /** The edge nodes of a group, if it has some. */
    Optional<EdgeNodes> nodes(int group) {
        return nodes.get(group);
    }

    /** The number of the first sensor of a group, or of its first edge node. */
    int first(int group) {
        return firsts[group];
    }

    /** The group of an edge node. */
    int groupOfNode(int number) {
        return groupOf(number, true);
    }

    private int groupOf(int number, boolean isNode) {
        int group = firsts.length - 1;
        while (nodes.get(group).isPresent() != isNode || firsts[group] > number) {
            group--;
        }
        return group;
    }

    /** The name of a sensor. */
    public String name(int number) {
        int group = groupOf(number, false);
        return groups.get(group).names().name(number - firsts[group]);
    }

    /** The id of an edge node with that of its Sparkplug group, such as {@code plant/line-1}. */
    public String nodeName(int number) {
        int group = groupOf(number, true);
        EdgeNodes all = nodes.get(group).orElseThrow();
        return all.groupId() + "/" + all.id(number - firsts[group]);
    }

    /** The topic on which the connection of a sensor says {@code online} and {@code offline}. */
    public String statusTopic(int number) {
        int group = groupOf(number, false);
        return groups.get(group).topic().topic(number - firsts[group]) + "/status";
    }
}
