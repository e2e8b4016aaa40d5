package dev.sensorline.fleet.file;

import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeType;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/**
 * A value in a file.
 *
 * @param key  the way to it, such as {@code groups.hall.period}
 * @param step the last step of it, such as {@code period}
 */
record Place(Node node, String key, String step) {

    private static final int LONGEST_EXCERPT = 60;

    Place at(String name, Node value) {
        return new Place(value, key.isEmpty() ? name : key + "." + name, name);
    }

    Place at(int index, Node value) {
        return new Place(value, "%s[%d]".formatted(key, index), "[%d]".formatted(index));
    }

    boolean isA(Tag tag) {
        return node.getTag().equals(tag) && node.getNodeType() == typeOf(tag);
    }

    /** The text of a scalar. */
    String text() {
        return ((ScalarNode) node).getValue();
    }

    int line() {
        return node.getStartMark().map(Mark::getLine).orElse(0) + 1;
    }

    int column() {
        return node.getStartMark().map(Mark::getColumn).orElse(0) + 1;
    }

    /** What is there, for people. */
    String excerpt() {
        if (node.getNodeType() == NodeType.SEQUENCE) {
            return "a list";
        }
        if (node.getNodeType() == NodeType.MAPPING) {
            return "keys and values";
        }
        if (node.getTag().equals(Tag.NULL)) {
            return "nothing";
        }
        String shown = text().length() > LONGEST_EXCERPT ? text().substring(0, LONGEST_EXCERPT) + "…" : text();
        return isA(Tag.STR) ? "the text '" + shown + "'" : shown;
    }

    private static NodeType typeOf(Tag tag) {
        if (tag.equals(Tag.MAP)) {
            return NodeType.MAPPING;
        }
        return tag.equals(Tag.SEQ) ? NodeType.SEQUENCE : NodeType.SCALAR;
    }
}
