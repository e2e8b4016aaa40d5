package dev.sensorline.fleet.file;

import java.util.List;

import dev.sensorline.fleet.Format;
import dev.sensorline.fleet.NamePattern;

/** What a file says of groups that are edge nodes of Sparkplug. */
final class SparkplugShape {

    /** A metric of each birth of an edge node (Sparkplug 3.0, 6.4.19). */
    static final String RESERVED = "bdSeq";

    /** A level of a topic (4.1). */
    private static final Words ID = new Words(
            "a name of 1 to 100 characters, not only spaces, without control characters, +, #, /, { and }",
            "^(?=.{1,100}$)(?=.*[^ ])[^\\u0000-\\u001f\\u007f-\\u009f+#/{}]*$");

    private static final int MOST_DEVICES = 10_000;

    private static final Key<String> GROUP_ID =
            Key.optional("group_id", "Sparkplug's group; the group's name by default", ID);
    private static final Key<Long> DEVICES = Key.optional(
            "devices",
            "how many sensors are devices of one edge node; each sensor is an edge node without devices if it is left out",
            new Whole(1, MOST_DEVICES));
    private static final Key<String> NODE = Key.optional(
            "node",
            "names of the edge nodes, if they have devices; {n} as in the names of sensors; the group's name by default",
            Words.NAME_PATTERN);
    private static final Key<String> PRIMARY_HOST = Key.optional(
            "primary_host", "id of the host application that edge nodes wait for; none if it is left out", ID);

    static final Shape<Format.Sparkplug> FORMAT = Keys.of(
                    values -> new Format.Sparkplug(
                            values.find(GROUP_ID),
                            values.find(NODE),
                            values.find(DEVICES).map(Long::intValue).orElse(0),
                            values.find(PRIMARY_HOST)),
                    GROUP_ID,
                    DEVICES,
                    NODE,
                    PRIMARY_HOST)
            .checked(new Check(List.of(DEVICES), (values, findings) -> {
                if (values.has(NODE) && !values.has(DEVICES)) {
                    findings.add(values.place(NODE), "is for edge nodes with 'devices' only");
                }
            }));

    private SparkplugShape() {}

    /** Edge nodes have names of their own: those of two groups must differ if they are in the same group of Sparkplug. */
    static void check(Format.Sparkplug format, String group, NamePattern sensors, Place place, Findings findings) {
        NamePattern nodes = format.nodes(group, sensors);
        findings.claim(
                place,
                new NamePattern(
                        format.groupId(group) + "/" + nodes.before(),
                        nodes.after(),
                        nodes.isNumbered(),
                        nodes.first(),
                        nodes.count()),
                "an edge node");
    }
}
