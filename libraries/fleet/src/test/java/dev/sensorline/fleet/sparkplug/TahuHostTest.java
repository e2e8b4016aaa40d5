package dev.sensorline.fleet.sparkplug;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

import org.eclipse.tahu.message.model.Metric.MetricBuilder;
import org.eclipse.tahu.message.model.MetricDataType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import dev.sensorline.fleet.Fleet;
import dev.sensorline.fleet.Group;
import dev.sensorline.fleet.Measurement;
import dev.sensorline.fleet.Turns;
import dev.sensorline.fleet.file.FleetFile;
import dev.sensorline.fleet.payload.Bytes;
import dev.sensorline.fleet.payload.Decimals;
import dev.sensorline.fleet.payload.DryRun;

/** What Eclipse Tahu, the reference implementation, makes of the edge nodes of a fleet, by a virtual clock. */
class TahuHostTest {

    private final TahuHost host = new TahuHost();
    private double sent;
    private double received;
    private boolean isHeard = true;
    private final List<String> ignored = new ArrayList<>();

    /** An edge node and its connection to the host. */
    private final class Connected implements Uplink {

        final EdgeNode node;
        private Will will = new Will("", new byte[0]);

        Connected(EdgeNodes nodes, int number, MessageWriter message) {
            node = new EdgeNode(nodes, number, message, this);
        }

        void connect(long now) {
            will = node.connecting(now);
            node.connected(now);
        }

        /** The connection is lost, and the broker publishes the last will. */
        void lose() {
            node.disconnected();
            host.arrived(will.topic(), will.payload());
        }

        /** The connection is lost, another one begins, and only then the broker notices the loss of the first one. */
        void replace(long now) {
            Will first = will;
            node.disconnected();
            connect(now);
            host.arrived(first.topic(), first.payload());
        }

        @Override
        public boolean publish(CharSequence topic, Bytes payload, int qos, boolean retain) {
            if (isHeard) {
                host.arrived(topic.toString(), payload.copy());
            }
            return true;
        }

        @Override
        public void ignored(String command) {
            ignored.add(command);
        }

        @Override
        public void reconnect() {
            throw new AssertionError("there is no primary host");
        }
    }

    @BeforeEach
    void sumUp() {
        host.onData(metric -> {
            assertNotNull(metric.getName(), "an alias without a name");
            received += ((Number) metric.getValue()).doubleValue();
        });
    }

    private List<Connected> nodes(Group group) {
        EdgeNodes nodes = EdgeNodes.of(group).orElseThrow();
        MessageWriter message = new MessageWriter();
        List<Connected> all = new ArrayList<>();
        for (int i = 0; i < nodes.count(); i++) {
            all.add(new Connected(nodes, i, message));
        }
        return all;
    }

    /** A million metrics: ten of 10,000 devices, in ten seconds. */
    @Test
    void a_thousand_edge_nodes_with_ten_devices_each_are_understood_even_after_a_reconnect_storm() {
        StringBuilder metrics = new StringBuilder();
        for (int i = 0; i < 10; i++) {
            metrics.append("      m%d: {waveform: temperature, decimals: %d}\n".formatted(i, i % 3));
        }
        Fleet fleet = FleetFile.read("fleet.yaml", """
                groups:
                  storm:
                    count: 10000
                    format: {sparkplug: {devices: 10}}
                    metrics:
                """ + metrics);
        Group group = fleet.groups().get(0);
        List<Connected> nodes = nodes(group);
        long start = Duration.ofMillis(DryRun.START.toEpochMilli()).toNanos();
        nodes.forEach(node -> node.connect(start));
        run(fleet, nodes, 0, 5);
        long storm = start + Duration.ofSeconds(5).toNanos();
        for (int i = 0; i < nodes.size(); i++) {
            if (i % 2 == 0) {
                nodes.get(i).lose();
                nodes.get(i).connect(storm);
            } else {
                nodes.get(i).replace(storm);
            }
        }
        run(fleet, nodes, 5, 10);
        assertEquals(List.of(), host.errors());
        assertEquals(Set.of(), host.commands().keySet(), "nothing has to be born again");
        assertEquals(2 * 1_000, host.count("onNodeBirthComplete"));
        assertEquals(2 * 10_000, host.count("onDeviceBirthComplete"));
        assertEquals(500, host.count("onNodeDeathComplete"), "those that came before the next birth");
        assertEquals(1_000_000, host.count("onDataMetric"));
        assertEquals(sent, received);
    }

    /** Sends what is due in some seconds. */
    private void run(Fleet fleet, List<Connected> nodes, int fromSecond, int toSecond) {
        Group group = fleet.groups().get(0);
        Measurement measurement = new Measurement(group.metrics().size());
        EdgeNodes layout = EdgeNodes.of(group).orElseThrow();
        Turns turns = Turns.of(group, fleet.seed(), DryRun.START.plusSeconds(fromSecond));
        for (long i = 0; i < (long) (toSecond - fromSecond) * group.names().count(); i++) {
            measurement.sensor = turns.sensor();
            measurement.time = turns.due();
            measurement.sent = turns.due();
            long seed = group.seedOf(turns.sensor(), fleet.seed());
            for (int m = 0; m < measurement.values.length; m++) {
                measurement.values[m] =
                        group.metrics().get(m).waveform().at(seed, fromSecond + turns.step(), turns.due());
            }
            EdgeNode node = nodes.get(layout.nodeOf(turns.sensor())).node;
            node.overwrite(measurement);
            for (int m = 0; m < measurement.values.length; m++) {
                sent += Decimals.rounded(group.metrics().get(m), measurement.values[m]);
            }
            assertTrue(node.due(measurement));
            turns.next();
        }
    }

    @Test
    void a_host_that_comes_later_asks_for_a_rebirth_which_is_answered_at_once() {
        Fleet fleet = FleetFile.read(
                "fleet.yaml",
                "groups: {rebirth: {count: 3, format: {sparkplug: {devices: 3}}, waveform: temperature}}");
        List<Connected> nodes = nodes(fleet.groups().get(0));
        EdgeNode node = nodes.get(0).node;
        isHeard = false;
        nodes.get(0).connect(0);
        isHeard = true;
        run(fleet, nodes, 0, 1);
        assertEquals(Set.of("spBv1.0/rebirth/NCMD/rebirth"), host.commands().keySet());
        host.commands().forEach((topic, command) -> node.received(topic, command, 1));
        host.errors().clear();
        run(fleet, nodes, 0, 2);
        assertEquals(List.of(), host.errors());
        assertEquals(1, host.count("onNodeBirthComplete"));
        assertEquals(3, host.count("onDeviceBirthComplete"));
        assertEquals(6, host.count("onDataMetric"));
    }

    @Test
    void a_value_that_the_host_writes_comes_back_as_data_and_stays() throws Exception {
        Fleet fleet = FleetFile.read(
                "fleet.yaml",
                "groups: {write: {name: 'valve-{n}', count: 2, format: {sparkplug: {devices: 2, node: line}}, decimals: 0,"
                        + " waveform: {constant: {value: 1}}}}");
        List<Object> heard = new ArrayList<>();
        host.onData(metric -> heard.add(metric.getName() + " " + metric.getValue()));
        List<Connected> nodes = nodes(fleet.groups().get(0));
        EdgeNode node = nodes.get(0).node;
        nodes.get(0).connect(0);
        host.write(
                "write",
                "line",
                "valve-2",
                new MetricBuilder("value", MetricDataType.Int64, 7L).createMetric(),
                new MetricBuilder("Properties/Serial", MetricDataType.String, "x").createMetric());
        host.commands().forEach((topic, command) -> node.received(topic, command, 1));
        assertEquals(List.of("value 7"), heard);
        assertEquals(List.of("Properties/Serial"), ignored);
        run(fleet, nodes, 0, 2);
        assertEquals(List.of("value 7", "value 1", "value 7", "value 1", "value 7"), heard);
        assertEquals(List.of(), host.errors());
    }

    /** Tahu refuses a device's second birth on a connection because of its aliases, and asks for a rebirth. */
    @Test
    void a_device_that_has_been_lost_is_known_again() {
        Fleet fleet = FleetFile.read(
                "fleet.yaml", "groups: {lost: {count: 2, format: {sparkplug: {devices: 2}}, waveform: temperature}}");
        List<Connected> nodes = nodes(fleet.groups().get(0));
        EdgeNode node = nodes.get(0).node;
        nodes.get(0).connect(0);
        node.lose(1, 1);
        assertEquals(1, host.count("onDeviceDeathComplete"));
        node.find(1, 2);
        host.commands().forEach((topic, command) -> node.received(topic, command, 3));
        host.errors().clear();
        run(fleet, nodes, 0, 2);
        assertEquals(List.of(), host.errors());
        assertEquals(4, host.count("onDataMetric"));
    }
}
