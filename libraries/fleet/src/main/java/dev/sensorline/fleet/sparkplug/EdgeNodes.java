package dev.sensorline.fleet.sparkplug;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Optional;
import java.util.OptionalInt;

import dev.sensorline.fleet.Format;
import dev.sensorline.fleet.Group;
import dev.sensorline.fleet.Metric;
import dev.sensorline.fleet.NamePattern;
import dev.sensorline.fleet.waveform.Constant;

/** The edge nodes that the sensors of a group make up, and what all of them have in common. Thread-safe. */
public final class EdgeNodes {

    private final Format.Sparkplug format;
    private final NamePattern sensors;
    private final NamePattern nodes;
    private final String groupId;
    private final Metric[] metrics;
    /** In UTF-8. */
    private final byte[][] metricNames;

    private EdgeNodes(Group group, Format.Sparkplug format) {
        this.format = format;
        this.sensors = group.names();
        this.nodes = format.nodes(group.name(), group.names());
        this.groupId = format.groupId(group.name());
        this.metrics = group.metrics().toArray(Metric[]::new);
        this.metricNames = group.metrics().stream()
                .map(metric -> metric.name().getBytes(UTF_8))
                .toArray(byte[][]::new);
    }

    /** Those of a group; empty if it has another format. */
    public static Optional<EdgeNodes> of(Group group) {
        return group.format() instanceof Format.Sparkplug format
                ? Optional.of(new EdgeNodes(group, format))
                : Optional.empty();
    }

    /** How many there are. */
    public int count() {
        return nodes.count();
    }

    /** The edge node of a sensor: 0, 1, 2, … */
    public int nodeOf(int sensor) {
        return sensor / sensorsOfNode();
    }

    /** The id of an edge node: 0, 1, 2, … */
    public String id(int node) {
        return nodes.name(node);
    }

    /** Sparkplug's group. */
    public String groupId() {
        return groupId;
    }

    /** The host application that edge nodes wait for. */
    Optional<String> primaryHost() {
        return format.primaryHost();
    }

    /** Whether sensors are devices. */
    boolean haveDevices() {
        return format.devices() > 0;
    }

    int firstSensor(int node) {
        return node * sensorsOfNode();
    }

    /** How many sensors an edge node has: fewer for the last one, if they are not a multiple. */
    int sensors(int node) {
        return Math.min(sensorsOfNode(), sensors.count() - firstSensor(node));
    }

    /** How many sensors an edge node has, but for the last one. */
    public int sensorsOfNode() {
        return Math.max(1, format.devices());
    }

    int metrics() {
        return metrics.length;
    }

    Metric metric(int index) {
        return metrics[index];
    }

    byte[] metricName(int index) {
        return metricNames[index];
    }

    /** Whether host applications may write a metric: one that would always have the same value. */
    boolean isWritable(int index) {
        return metrics[index].waveform() instanceof Constant;
    }

    /** The sensor with a name; empty if there is none. */
    OptionalInt sensor(String name) {
        return sensors.sensor(name);
    }

    void appendTopic(StringBuilder out, String type, int node) {
        out.append("spBv1.0/").append(groupId).append('/').append(type).append('/');
        nodes.appendTo(out, node);
    }

    void appendDevice(StringBuilder out, int sensor) {
        out.append('/');
        sensors.appendTo(out, sensor);
    }
}
