package dev.sensorline.fleet.sparkplug;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import java.util.SplittableRandom;

import org.eclipse.tahu.message.SparkplugBPayloadEncoder;
import org.eclipse.tahu.message.model.Metric.MetricBuilder;
import org.eclipse.tahu.message.model.MetricDataType;
import org.eclipse.tahu.message.model.SparkplugBPayload.SparkplugBPayloadBuilder;
import org.eclipse.tahu.protobuf.SparkplugBProto.Payload;
import org.eclipse.tahu.protobuf.SparkplugBProto.Payload.Metric;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import com.sun.management.ThreadMXBean;

import dev.sensorline.fleet.Group;
import dev.sensorline.fleet.Measurement;
import dev.sensorline.fleet.file.FleetFile;
import dev.sensorline.fleet.payload.Bytes;

/** What edge nodes send, by the statements of Sparkplug 3.0. */
@SuppressWarnings("JavaUtilDate") // Tahu has no other times.
class EdgeNodeTest {

    private static final String DEVICES = """
            groups:
              plant:
                name: press-{n}
                count: 4
                format: {sparkplug: {devices: 2, node: 'line-{n}'}}
                metrics: {temp: {waveform: temperature, decimals: 1}, pieces: {waveform: counter, decimals: 0}}
            """;

    private final RecordingUplink uplink = new RecordingUplink();
    private final Group group = group(DEVICES);
    /** With press-1 and press-2. */
    private final EdgeNode node = node(group, 0);

    private static Group group(String file) {
        return FleetFile.read("fleet.yaml", file).groups().get(0);
    }

    private EdgeNode node(Group of, int number) {
        return new EdgeNode(EdgeNodes.of(of).orElseThrow(), number, new MessageWriter(), uplink);
    }

    private void connect(int atMillis) {
        node.connecting(nanos(atMillis));
        node.connected(nanos(atMillis));
    }

    private static long nanos(int millis) {
        return millis * 1_000_000L;
    }

    private static boolean due(EdgeNode node, int sensor, int millis, double... values) {
        Measurement measurement = new Measurement(values.length);
        measurement.sensor = sensor;
        measurement.time = nanos(millis);
        measurement.sent = nanos(millis + 5);
        System.arraycopy(values, 0, measurement.values, 0, values.length);
        return node.due(measurement);
    }

    @Test
    void a_connection_begins_with_the_births_of_the_edge_node_and_of_its_devices() {
        connect(1_000);
        assertEquals(
                List.of(
                        "spBv1.0/plant/NBIRTH/line-1 @1000 #0 bdSeq:4=0@1000 Node Control/Rebirth:11=false@1000 Node Control/Reboot:11=false@1000",
                        "spBv1.0/plant/DBIRTH/line-1/press-1 @1000 #1 temp/1:10=null@1000 pieces/2:4=null@1000",
                        "spBv1.0/plant/DBIRTH/line-1/press-2 @1000 #2 temp/3:10=null@1000 pieces/4:4=null@1000"),
                uplink.sent());
    }

    @Test
    void data_has_aliases_only_the_decimals_of_the_file_and_its_own_time() {
        connect(1_000);
        uplink.sent();
        assertTrue(due(node, 1, 2_000, 21.46, 6.7));
        assertEquals(List.of("spBv1.0/plant/DDATA/line-1/press-2 @2005 #3 /3=21.5@2000 /4=7@2000"), uplink.sent());
    }

    @Test
    void an_edge_node_without_devices_sends_the_metrics_itself() {
        EdgeNode alone = node(group("groups: {T: {format: sparkplug, waveform: temperature, count: 2}}"), 1);
        assertEquals(List.of("spBv1.0/T/NCMD/T-2"), alone.subscriptions());
        alone.connecting(0);
        alone.connected(0);
        due(alone, 1, 1, 25.25);
        assertEquals(
                List.of(
                        "spBv1.0/T/NBIRTH/T-2 @0 #0 bdSeq:4=0@0 Node Control/Rebirth:11=false@0 Node Control/Reboot:11=false@0 value/1:10=null@0",
                        "spBv1.0/T/NDATA/T-2 @6 #1 /1=25.25@1"),
                uplink.sent());
        alone.lose(1, 0);
        assertTrue(due(alone, 1, 2, 25), "there is no device to be lost");
    }

    @Test
    void the_last_edge_node_has_the_devices_that_are_left() {
        Group odd = group(DEVICES.replace("count: 4", "count: 5"));
        EdgeNodes nodes = EdgeNodes.of(odd).orElseThrow();
        assertEquals(3, nodes.count());
        assertEquals(2, nodes.nodeOf(4));
        assertEquals("line-3", nodes.id(2));
        EdgeNode last = node(odd, 2);
        last.connected(0);
        assertTrue(due(last, 4, 1, 1, 1));
        assertEquals(3, uplink.sent().size());
    }

    @Test
    void the_last_will_and_the_birth_have_the_same_number_which_grows_with_each_connection() {
        for (int connection = 0; connection < 600; connection++) {
            Will will = node.connecting(nanos(7));
            node.connected(nanos(8));
            assertEquals(
                    "spBv1.0/plant/NDEATH/line-1 @7 - bdSeq:4=%d@7".formatted(connection % 256),
                    RecordingUplink.text(will.topic(), will.payload()));
            assertEquals(
                    "spBv1.0/plant/NBIRTH/line-1 @8 #0 bdSeq:4=%d@8 Node Control/Rebirth:11=false@8 Node Control/Reboot:11=false@8"
                            .formatted(connection % 256),
                    uplink.sent().get(0));
            node.disconnected();
        }
    }

    @Test
    void births_after_a_connection_have_the_values_that_were_sent_last_with_their_times() {
        connect(1_000);
        due(node, 0, 2_000, 21, 1);
        node.disconnected();
        uplink.sent();
        assertFalse(due(node, 0, 3_000, 22, 2), "without a connection");
        connect(4_000);
        assertEquals(
                "spBv1.0/plant/DBIRTH/line-1/press-1 @4000 #1 temp/1:10=21.0@2000 pieces/2:4=1@2000",
                uplink.sent().get(1));
    }

    @Test
    void sequence_numbers_are_0_to_255_over_all_messages_of_an_edge_node() {
        connect(0);
        for (int i = 3; i < 1_000; i++) {
            due(node, i % 2, i, 1, 1);
        }
        List<String> sent = uplink.sent();
        for (int i = 0; i < 1_000; i++) {
            assertTrue(sent.get(i).contains(" #%d ".formatted(i % 256)), sent.get(i));
        }
    }

    @Test
    void a_rebirth_is_answered_at_once_with_the_same_connection_and_sequence_numbers_from_0_on() throws Exception {
        connect(1_000);
        due(node, 0, 1_500, 1, 1);
        uplink.sent();
        node.received("spBv1.0/plant/NCMD/line-1", rebirth(true), nanos(2_000));
        assertEquals(
                List.of(
                        "ignored: a",
                        "ignored: b",
                        "spBv1.0/plant/NBIRTH/line-1 @2000 #0 bdSeq:4=0@2000 Node Control/Rebirth:11=false@2000 Node Control/Reboot:11=false@2000",
                        "spBv1.0/plant/DBIRTH/line-1/press-1 @2000 #1 temp/1:10=1.0@1500 pieces/2:4=1@1500",
                        "spBv1.0/plant/DBIRTH/line-1/press-2 @2000 #2 temp/3:10=null@2000 pieces/4:4=null@2000"),
                uplink.sent());
        due(node, 0, 2_500, 1, 1);
        assertTrue(uplink.sent().get(0).contains(" #3 "));
    }

    /** As Eclipse Tahu writes it. */
    private static byte[] rebirth(boolean value) throws Exception {
        return new SparkplugBPayloadEncoder()
                .getBytes(
                        new SparkplugBPayloadBuilder()
                                .setTimestamp(new Date(7))
                                .addMetric(new MetricBuilder("a", MetricDataType.Float, 1f).createMetric())
                                .addMetric(new MetricBuilder("b", MetricDataType.Double, 1.0).createMetric())
                                .addMetric(new MetricBuilder("Node Control/Rebirth", MetricDataType.Boolean, value)
                                        .createMetric())
                                .createPayload(),
                        false);
    }

    @Test
    void other_commands_are_ignored() throws Exception {
        node.received("spBv1.0/plant/NCMD/line-1", rebirth(true), 0);
        assertEquals(List.of("ignored: a", "ignored: b"), uplink.sent(), "without a connection");
        connect(1_000);
        uplink.sent();
        node.received("spBv1.0/plant/NCMD/line-1", rebirth(false), 0);
        node.received("spBv1.0/plant/NCMD/line-2", rebirth(true), 0);
        node.received("spBv1.0/STATE/host", "{\"online\": false, \"timestamp\": 1}".getBytes(UTF_8), 0);
        assertEquals(List.of("ignored: a", "ignored: b"), uplink.sent());
    }

    private static final String VALVES = """
            groups:
              plant:
                name: valve-{n}
                count: 2
                format: {sparkplug: {devices: 2, node: 'line-{n}'}}
                metrics:
                  level: {waveform: temperature, decimals: 1}
                  open: {waveform: {constant: {value: 0}}, decimals: 0}
                  ratio: {waveform: {constant: {value: 0.5}}}
            """;

    /** As Eclipse Tahu writes it. */
    private static byte[] write(Object... namesTypesAndValues) throws Exception {
        SparkplugBPayloadBuilder payload = new SparkplugBPayloadBuilder().setTimestamp(new Date(7));
        for (int i = 0; i < namesTypesAndValues.length; i += 3) {
            payload.addMetric(new MetricBuilder(
                            (String) namesTypesAndValues[i],
                            (MetricDataType) namesTypesAndValues[i + 1],
                            namesTypesAndValues[i + 2])
                    .createMetric());
        }
        return new SparkplugBPayloadEncoder().getBytes(payload.createPayload(), false);
    }

    @Test
    void a_value_that_a_host_writes_is_answered_at_once_and_stays() throws Exception {
        EdgeNode valves = node(group(VALVES), 0);
        assertEquals(List.of("spBv1.0/plant/NCMD/line-1", "spBv1.0/plant/DCMD/line-1/+"), valves.subscriptions());
        valves.connecting(0);
        valves.connected(0);
        uplink.sent();
        valves.received(
                "spBv1.0/plant/DCMD/line-1/valve-2",
                write("open", MetricDataType.Int64, 3L, "ratio", MetricDataType.Float, 0.25f),
                nanos(1_000));
        Measurement measurement = new Measurement(3);
        measurement.sensor = 1;
        measurement.values[0] = 20;
        measurement.values[2] = 0.5;
        valves.overwrite(measurement);
        assertEquals(
                List.of(20.0, 3.0, 0.25),
                Arrays.stream(measurement.values).boxed().toList());
        measurement.sensor = 0;
        measurement.values[1] = 0;
        valves.overwrite(measurement);
        assertEquals(0, measurement.values[1]);
        valves.rebirth(nanos(2_000));
        assertEquals(
                List.of(
                        "spBv1.0/plant/DDATA/line-1/valve-2 @1000 #3 /5=3@1000 /6=0.25@1000",
                        "spBv1.0/plant/NBIRTH/line-1 @2000 #0 bdSeq:4=0@2000 Node Control/Rebirth:11=false@2000 Node Control/Reboot:11=false@2000",
                        "spBv1.0/plant/DBIRTH/line-1/valve-1 @2000 #1 level/1:10=null@2000 open/2:4=null@2000 ratio/3:10=null@2000",
                        "spBv1.0/plant/DBIRTH/line-1/valve-2 @2000 #2 level/4:10=null@2000 open/5:4=3@2000 ratio/6:10=0.25@2000"),
                uplink.sent());
    }

    /** By Google's implementation of Protocol Buffers: Tahu writes no alias without a name. */
    @ParameterizedTest
    @CsvSource({
        "2, 4294967295, -1", // Of 32 bits, without a type.
        "7, 4294967295, 4294967295",
        "3, 4294967295, -1"
    })
    void a_command_may_have_an_alias_and_a_value_of_any_number_type(int type, long value, long written) {
        EdgeNode valves = node(group(VALVES), 0);
        valves.connected(0);
        uplink.sent();
        Metric.Builder metric = Metric.newBuilder().setAlias(2).setIntValue((int) value);
        if (type != 2) {
            metric.setDatatype(type);
        }
        byte[] command = Payload.newBuilder().addMetrics(metric).build().toByteArray();
        valves.received("spBv1.0/plant/DCMD/line-1/valve-1", command, 0);
        valves.received("spBv1.0/plant/DCMD/line-1/valve-2", command, 0);
        assertEquals(
                List.of("spBv1.0/plant/DDATA/line-1/valve-1 @0 #3 /2=%d@0".formatted(written), "ignored: alias 2"),
                uplink.sent());
    }

    @Test
    void what_is_not_writable_is_told_and_the_rest_of_the_command_is_done() throws Exception {
        EdgeNode valves = node(group(VALVES), 0);
        valves.connected(0);
        uplink.sent();
        valves.received(
                "spBv1.0/plant/DCMD/line-1/valve-1",
                write(
                        "level",
                        MetricDataType.Double,
                        1.0,
                        "open",
                        MetricDataType.Boolean,
                        true,
                        "ratio",
                        MetricDataType.Double,
                        Double.NaN,
                        "none",
                        MetricDataType.String,
                        "x"),
                0);
        valves.received("spBv1.0/plant/DCMD/line-1/valve-3", write("open", MetricDataType.Int64, 1L), 0);
        valves.received(
                "spBv1.0/plant/NCMD/line-1", write("Node Control/Next Server", MetricDataType.Boolean, true), 0);
        valves.lose(0, 0);
        valves.received("spBv1.0/plant/DCMD/line-1/valve-1", write("open", MetricDataType.Int64, 1L), 0);
        assertEquals(
                List.of(
                        "ignored: level",
                        "ignored: ratio",
                        "ignored: none",
                        "spBv1.0/plant/DDATA/line-1/valve-1 @0 #3 /2=1@0",
                        "ignored: unknown device",
                        "ignored: Node Control/Next Server",
                        "spBv1.0/plant/DDEATH/line-1/valve-1 @0 #4",
                        "ignored: open"),
                uplink.sent());
    }

    @Test
    void an_edge_node_without_devices_takes_values_by_its_own_commands() throws Exception {
        EdgeNode alone =
                node(group("groups: {T: {format: sparkplug, waveform: {constant: {value: 4}}, decimals: 0}}"), 0);
        alone.connected(0);
        uplink.sent();
        alone.received("spBv1.0/T/NCMD/T", write("value", MetricDataType.Int32, 5), 0);
        assertEquals(List.of("spBv1.0/T/NDATA/T @0 #1 /1=5@0"), uplink.sent());
    }

    @Test
    void a_reboot_is_a_death_and_another_connection() throws Exception {
        connect(1_000);
        uplink.sent();
        node.received(
                "spBv1.0/plant/NCMD/line-1", write("Node Control/Reboot", MetricDataType.Boolean, true), nanos(2_000));
        assertEquals(List.of("spBv1.0/plant/NDEATH/line-1 @2000 - bdSeq:4=0@2000 qos 1", "reconnect"), uplink.sent());
    }

    @Test
    void a_message_that_the_broker_does_not_take_leaves_no_gap_in_the_numbers() {
        connect(0);
        uplink.sent();
        uplink.most = 10;
        assertFalse(due(node, 0, 1, 1, 1));
        uplink.most = 1_000;
        assertTrue(due(node, 0, 2, 2, 2));
        assertTrue(uplink.sent().get(0).contains(" #3 "));
        uplink.most = 10;
        node.rebirth(0);
        uplink.most = 1_000;
        assertFalse(due(node, 0, 3, 3, 3), "without a birth");
    }

    @Test
    void commands_that_are_malformed_are_ignored() throws Exception {
        byte[] command = rebirth(true);
        connect(1_000);
        uplink.sent();
        for (int length = 0; length < command.length; length++) {
            node.received("spBv1.0/plant/NCMD/line-1", Arrays.copyOf(command, length), 0);
            assertTrue(uplink.sent().stream().allMatch(text -> text.startsWith("ignored: ")));
        }
        SplittableRandom random = new SplittableRandom(7);
        for (int i = 0; i < 10_000; i++) {
            byte[] altered = command.clone();
            altered[random.nextInt(altered.length)] = (byte) random.nextInt();
            node.received("spBv1.0/plant/NCMD/line-1", altered, 0);
        }
    }

    @Test
    void a_device_that_is_lost_has_a_death_no_data_and_a_birth_when_it_is_found() {
        connect(1_000);
        due(node, 0, 1_500, 3, 4);
        uplink.sent();
        node.lose(0, nanos(2_000));
        node.lose(0, nanos(2_100));
        assertFalse(due(node, 0, 2_500, 5, 6));
        node.rebirth(nanos(3_000));
        node.find(0, nanos(4_000));
        node.find(0, nanos(4_100));
        assertEquals(
                List.of(
                        "spBv1.0/plant/DDEATH/line-1/press-1 @2000 #4",
                        "spBv1.0/plant/NBIRTH/line-1 @3000 #0 bdSeq:4=0@3000 Node Control/Rebirth:11=false@3000 Node Control/Reboot:11=false@3000",
                        "spBv1.0/plant/DBIRTH/line-1/press-2 @3000 #1 temp/3:10=null@3000 pieces/4:4=null@3000",
                        "spBv1.0/plant/DBIRTH/line-1/press-1 @4000 #2 temp/1:10=3.0@1500 pieces/2:4=4@1500"),
                uplink.sent());
    }

    @Test
    void devices_are_lost_and_found_without_a_connection_too() {
        node.lose(0, 0);
        node.lose(1, 0);
        node.find(1, 0);
        assertEquals(List.of(), uplink.sent());
        connect(1_000);
        assertEquals(
                List.of("NBIRTH/line-1", "DBIRTH/line-1/press-2"),
                uplink.sent().stream()
                        .map(text -> text.substring("spBv1.0/plant/".length(), text.indexOf(' ')))
                        .toList());
    }

    @Test
    void a_late_reading_is_historical_and_does_not_become_the_value_of_births() {
        connect(0);
        due(node, 0, 2_000, 2, 2);
        uplink.sent();
        due(node, 0, 1_000, 1, 1);
        node.rebirth(nanos(3_000));
        List<String> sent = uplink.sent();
        assertEquals(
                "spBv1.0/plant/DDATA/line-1/press-1 @1005 #4 /1=1.0@1000 historical /2=1@1000 historical", sent.get(0));
        assertEquals("spBv1.0/plant/DBIRTH/line-1/press-1 @3000 #1 temp/1:10=2.0@2000 pieces/2:4=2@2000", sent.get(2));
    }

    @Test
    void a_connection_that_is_ended_on_purpose_has_a_death_with_its_number() {
        connect(0);
        node.disconnected();
        connect(1_000);
        uplink.sent();
        node.disconnecting(nanos(2_000));
        node.disconnecting(nanos(2_000));
        node.disconnected();
        assertFalse(due(node, 0, 3_000, 1, 1));
        assertEquals(List.of("spBv1.0/plant/NDEATH/line-1 @2000 - bdSeq:4=1@2000 qos 1"), uplink.sent());
    }

    @Test
    void an_edge_node_waits_for_its_primary_host_and_leaves_when_it_goes() {
        EdgeNode waiting = node(
                group("groups: {T: {format: {sparkplug: {group_id: G, primary_host: scada}}, waveform: temperature}}"),
                0);
        assertEquals(List.of("spBv1.0/G/NCMD/T", "spBv1.0/STATE/scada"), waiting.subscriptions());
        waiting.connecting(0);
        hear(waiting, "scada", true, 5);
        waiting.connected(0);
        assertFalse(due(waiting, 0, 1, 1));
        waiting.rebirth(0);
        hear(waiting, "other", true, 10);
        hear(waiting, "scada", false, 10);
        assertEquals(List.of(), uplink.sent());
        hear(waiting, "scada", true, 9);
        assertEquals(List.of(), uplink.sent(), "older than what it said before");
        hear(waiting, "scada", true, 10);
        assertEquals(1, uplink.sent().size());
        assertTrue(due(waiting, 0, 1, 1));
        uplink.sent();
        hear(waiting, "scada", true, 20);
        hear(waiting, "scada", false, 19);
        assertEquals(List.of(), uplink.sent());
        hear(waiting, "scada", false, 20);
        assertEquals(List.of("spBv1.0/G/NDEATH/T @0 - bdSeq:4=0@0 qos 1", "reconnect"), uplink.sent());
        assertFalse(due(waiting, 0, 2, 1));
    }

    private static void hear(EdgeNode node, String host, boolean isOnline, long timestamp) {
        node.received(
                "spBv1.0/STATE/" + host,
                "{ \"online\" : %b, \"timestamp\" : %d }"
                        .formatted(isOnline, timestamp)
                        .getBytes(UTF_8),
                0);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "OFFLINE",
                "{}",
                "{\"online\": true}",
                "{\"online\": 1, \"timestamp\": 1}",
                "{\"timestamp\": 99999999999999999999, \"online\": true}"
            })
    void what_is_no_state_of_a_host_is_ignored(String payload) {
        assertTrue(HostState.read(payload.getBytes(UTF_8)).isEmpty());
    }

    @ParameterizedTest
    @CsvSource({"1e18, 1000000000000000000", "1e30, 9223372036854775807", "-0.5, 0", "1.5, 2"})
    void a_value_without_decimals_is_a_whole_number_of_64_bits(double value, long sent) {
        connect(0);
        uplink.sent();
        due(node, 0, 0, 0, value);
        assertTrue(uplink.sent().get(0).endsWith("/2=%d@0".formatted(sent)));
    }

    /** A hundred thousand readings a second would be as many objects of each kind. */
    @Test
    void data_makes_no_object() {
        EdgeNode silent = new EdgeNode(EdgeNodes.of(group).orElseThrow(), 0, new MessageWriter(), new Uplink() {
            @Override
            public boolean publish(CharSequence topic, Bytes payload, int qos, boolean retain) {
                return true;
            }

            @Override
            public void ignored(String command) {}

            @Override
            public void reconnect() {}
        });
        silent.connected(0);
        Measurement measurement = new Measurement(2);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = 0;
        for (int i = 0; i < 30_000; i++) {
            if (i == 20_000) {
                before = threads.getCurrentThreadAllocatedBytes();
            }
            measurement.sensor = i % 2;
            measurement.time = nanos(i);
            measurement.sent = nanos(i);
            measurement.values[0] = i * 0.1;
            measurement.values[1] = i;
            assertTrue(silent.due(measurement));
        }
        long bytes = threads.getCurrentThreadAllocatedBytes() - before;
        assertTrue(bytes < 10_000, "bytes for 10,000 readings: " + bytes);
    }

    @Test
    void a_group_of_another_format_has_no_edge_nodes() {
        assertTrue(EdgeNodes.of(group("groups: {T: {waveform: temperature}}")).isEmpty());
    }
}
