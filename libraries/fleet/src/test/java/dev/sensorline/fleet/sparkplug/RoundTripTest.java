package dev.sensorline.fleet.sparkplug;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

import dev.sensorline.fleet.Group;
import dev.sensorline.fleet.Measurement;
import dev.sensorline.fleet.file.FleetFile;
import dev.sensorline.fleet.payload.Bytes;
import dev.sensorline.points.Decoded;
import dev.sensorline.points.Point;
import dev.sensorline.points.Reading;
import dev.sensorline.points.decoding.Decoder;
import dev.sensorline.points.decoding.sparkplug.EdgeNodeListener;
import dev.sensorline.points.decoding.sparkplug.RebirthCommand;
import dev.sensorline.points.lineprotocol.LineProtocol;
import dev.sensorline.points.rules.Format;
import dev.sensorline.points.rules.Rule;
import dev.sensorline.points.rules.RuleBuilder;
import dev.sensorline.points.rules.Rules;
import dev.sensorline.points.rules.TopicFilter;

/** What the ingestor's rules make of the edge nodes of a fleet. */
class RoundTripTest implements Uplink, EdgeNodeListener {

    /** Milliseconds since 1970 at the start: rules take no times of 1970. */
    private static final long START = 1_700_000_000_000L;

    private static final Group PLANT =
            FleetFile.read("fleet.yaml", """
                    groups:
                      plant:
                        name: press-{n}
                        count: 2
                        format: {sparkplug: {devices: 2, node: 'line-{n}'}}
                        metrics: {temp: {waveform: temperature, decimals: 1}, pieces: {waveform: counter, decimals: 0}}
                    """).groups().get(0);

    private final Decoder decoder = new Decoder(
            new Rules(List.of(new RuleBuilder(TopicFilter.parse("spBv1.0/#"))
                    .format(Format.SPARKPLUG)
                    .build(Rule.Origin.of("rule")))),
            100,
            this);
    private final List<String> lines = new ArrayList<>();
    private final List<String> needs = new ArrayList<>();
    private final EdgeNode node = new EdgeNode(EdgeNodes.of(PLANT).orElseThrow(), 0, new MessageWriter(), this);
    private boolean isHeard = true;

    @Override
    public boolean publish(CharSequence topic, Bytes payload, int qos, boolean retain) {
        if (isHeard) {
            for (Decoded decoded : decoder.decode(new Reading(topic.toString(), payload.copy(), payload.size(), 1))) {
                lines.add(decoded instanceof Point point ? LineProtocol.line(point) : decoded.toString());
            }
        }
        return true;
    }

    @Override
    public void ignored(String command) {
        throw new AssertionError(command);
    }

    @Override
    public void reconnect() {
        needs.add("reconnect");
    }

    @Override
    public void needsRebirth(String group, String edgeNode) {
        needs.add("rebirth of " + group + "/" + edgeNode);
    }

    @Override
    public void hasGap(String group, String edgeNode) {
        needs.add("gap");
    }

    @Override
    public void hasUnknownMetrics(String group, String edgeNode, int count) {
        needs.add("unknown");
    }

    private void due(int sensor, int millis, double temp, double pieces) {
        Measurement measurement = new Measurement(2);
        measurement.sensor = sensor;
        measurement.time = (START + millis) * 1_000_000;
        measurement.sent = measurement.time;
        measurement.values[0] = temp;
        measurement.values[1] = pieces;
        node.due(measurement);
    }

    @Test
    void births_and_data_become_points_with_the_names_of_the_fleet() {
        node.connecting(START * 1_000_000);
        node.connected(START * 1_000_000);
        due(0, 1_000, 21.44, 7);
        due(1, 1_500, -3, 0);
        node.disconnected();
        node.connecting(START * 1_000_000);
        node.connected(START * 1_000_000);
        due(0, 2_000, 22, 8);
        assertEquals(List.of(), needs);
        assertEquals(
                List.of(
                        line("press-1", "temp", "21.4", 1_000),
                        line("press-1", "pieces", "7.0", 1_000),
                        line("press-2", "temp", "-3.0", 1_500),
                        line("press-2", "pieces", "0.0", 1_500),
                        // The births have the same points again.
                        line("press-1", "temp", "21.4", 1_000),
                        line("press-1", "pieces", "7.0", 1_000),
                        line("press-2", "temp", "-3.0", 1_500),
                        line("press-2", "pieces", "0.0", 1_500),
                        line("press-1", "temp", "22.0", 2_000),
                        line("press-1", "pieces", "8.0", 2_000)),
                lines);
    }

    private static String line(String device, String name, String value, int millis) {
        return "sensor,device=%s,group=plant,name=%s,node=line-1 value=%s %d"
                .formatted(device, name, value, (START + millis) * 1_000_000);
    }

    @Test
    void a_birth_that_was_not_heard_is_asked_for_and_comes() {
        isHeard = false;
        node.connecting(START * 1_000_000);
        node.connected(START * 1_000_000);
        isHeard = true;
        due(0, 1_000, 21, 7);
        assertEquals("rebirth of plant/line-1", needs.get(0));
        needs.clear();
        lines.clear();
        node.received(
                RebirthCommand.topic("plant", "line-1"),
                RebirthCommand.payload(START + 2_000),
                (START + 2_000) * 1_000_000);
        due(0, 3_000, 22, 8);
        assertEquals(List.of(), needs);
        assertEquals(
                List.of(
                        line("press-1", "temp", "21.0", 1_000),
                        line("press-1", "pieces", "7.0", 1_000),
                        line("press-1", "temp", "22.0", 3_000),
                        line("press-1", "pieces", "8.0", 3_000)),
                lines);
    }
}
