package dev.sensorline.fleet;

import java.util.ArrayList;
import java.util.List;

/**
 * Topics of the sensors of a group: a text in which {@code {name}} stands for the sensor's name and {@code {n}} for its number.
 * Thread-safe.
 */
public final class TopicPattern {

    /** The texts that stand for something else. */
    public static final List<String> PLACEHOLDERS = List.of("{group}", "{name}", NamePattern.NUMBER);

    private static final String NODE = "{node}";

    private final String text;
    private final NamePattern names;
    /** Texts, of which those that equal a placeholder stand for something else. */
    private final String[] parts;

    private final NamePattern nodes;
    private final int devices;

    /** A pattern for the sensors of a group. */
    public TopicPattern(String text, String group, NamePattern names) {
        this(text, split(text.replace("{group}", group)).toArray(String[]::new), names, names, 1);
    }

    private TopicPattern(String text, String[] parts, NamePattern names, NamePattern nodes, int devices) {
        this.text = text;
        this.parts = parts;
        this.names = names;
        this.nodes = nodes;
        this.devices = devices;
    }

    /** A pattern for sensors that are devices of edge nodes: a text, the edge node and the device, each a level. */
    static TopicPattern ofDevices(String before, NamePattern nodes, int devices, NamePattern names) {
        return new TopicPattern(
                before + "{node}/{name}", new String[] {before, NODE, "/", "{name}"}, names, nodes, devices);
    }

    private static List<String> split(String text) {
        List<String> parts = new ArrayList<>();
        int from = 0;
        for (int at = 0; at < text.length(); at++) {
            for (String placeholder : PLACEHOLDERS) {
                if (text.startsWith(placeholder, at)) {
                    parts.add(text.substring(from, at));
                    parts.add(placeholder);
                    from = at + placeholder.length();
                }
            }
        }
        parts.add(text.substring(from));
        return parts;
    }

    /** Writes the topic of a sensor: 0, 1, 2, … */
    public void appendTo(StringBuilder out, int sensor) {
        for (String part : parts) {
            switch (part) {
                case "{name}" -> names.appendTo(out, sensor);
                case NODE -> nodes.appendTo(out, sensor / devices);
                case NamePattern.NUMBER -> out.append(names.first() + sensor);
                default -> out.append(part);
            }
        }
    }

    /** The topic of a sensor: 0, 1, 2, … */
    public String topic(int sensor) {
        StringBuilder topic = new StringBuilder();
        appendTo(topic, sensor);
        return topic.toString();
    }

    @Override
    public String toString() {
        return text;
    }
}
