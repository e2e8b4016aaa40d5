package dev.sensorline.simulator.fleet;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import dev.sensorline.fleet.Measurement;
import dev.sensorline.fleet.fault.Effects;
import dev.sensorline.fleet.file.FleetFile;
import dev.sensorline.fleet.payload.Bytes;
import dev.sensorline.fleet.payload.Encoders;

/** Edge nodes of Sparkplug in a run, in virtual time. */
class EdgeNodesRunTest {

    private static final String PLANT = """
            groups:
              hall: {count: 5, period: 100ms, waveform: current}
              plant:
                name: press-{n}
                count: 11
                period: 100ms
                format: {sparkplug: {node: 'line-{n}', devices: 3}}
                waveform: temperature
              meter: {count: 2, period: 100ms, format: sparkplug, waveform: temperature}
            """;

    private VirtualLoops loops = new VirtualLoops(1);

    private final List<String> events = new ArrayList<>();
    private final List<Double> values = new ArrayList<>();
    /** Of the result. */
    private String json = "";

    private final class Output implements Reporter {

        @Override
        public void event(String line) {
            events.add(line);
        }

        @Override
        public void failure(Throwable failure) {
            throw new AssertionError(failure);
        }

        @Override
        public void unreachable(String reason) {
            throw new AssertionError(reason);
        }

        @Override
        public void progress(String line) {}

        @Override
        public void result(String text, String result) {
            json = result;
        }
    }

    private FleetRun start(String file, int threads, int connections, BiConsumer<Measurement, Effects> fault) {
        loops = new VirtualLoops(threads);
        FleetOptions options = new FleetOptions(
                FleetFile.read("fleet.yaml", file),
                threads,
                connections,
                10_000,
                Duration.ofMinutes(1),
                Optional.empty(),
                Duration.ofSeconds(10),
                Optional.empty(),
                FleetOptions.UNLIMITED,
                List.of(),
                0.001,
                Optional.of("cmd"));
        Troubles troubles = new Troubles() {
            @Override
            public void apply(Measurement reading, Effects effects) {
                effects.clear();
                fault.accept(reading, effects);
            }

            @Override
            public void damage(Bytes payload, long random) {
                payload.clear();
                payload.append((int) random);
            }
        };
        FleetRun run = new FleetRun(
                options,
                loops.loops,
                new SensorLoop.Parts(Encoders::of, (group, seed, begin) -> troubles, Journal.NONE),
                new Output(),
                1_800_000_000_000L,
                code -> {});
        run.start();
        return run;
    }

    private List<String> topics(String beginning) {
        return loops.messages.stream()
                .map(VirtualLoops.Message::topic)
                .filter(topic -> topic.startsWith(beginning))
                .toList();
    }

    private int countOf(String topic) {
        return (int) topics(topic).stream().filter(topic::equals).count();
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "2, 2", "3, 3", "1, 0", "3, 0"})
    void each_edge_node_has_a_connection_with_its_births_before_its_data(int threads, int connections) {
        start(PLANT, threads, connections, (reading, effects) -> {});
        loops.run(1_000);
        for (String node : List.of("plant/%s/line-1", "plant/%s/line-4", "meter/%s/meter-2")) {
            String command = "spBv1.0/" + node.formatted("NCMD");
            List<VirtualLoops.FakePublisher> own = loops.publishers.stream()
                    .filter(publisher -> publisher.subscriptions.contains(command))
                    .toList();
            assertEquals(1, own.size(), command);
            String death = "spBv1.0/" + node.formatted("NDEATH");
            assertEquals(death, own.get(0).will.orElseThrow().topic());
            List<String> topics = loops.messages.stream()
                    .filter(message -> message.publisher() == own.get(0).number())
                    .map(VirtualLoops.Message::topic)
                    .toList();
            assertEquals("spBv1.0/" + node.formatted("NBIRTH"), topics.get(0));
            assertTrue(topics.stream().noneMatch(topic -> topic.startsWith("sensor/")));
        }
        assertEquals(
                List.of("spBv1.0/plant/DBIRTH/line-4/press-10", "spBv1.0/plant/DBIRTH/line-4/press-11"),
                topics("spBv1.0/plant/DBIRTH/line-4"));
        // All begin within the first 100 ms, and have a reading each 100 ms.
        for (String data :
                List.of("plant/DDATA/line-1/press-3", "plant/DDATA/line-4/press-11", "meter/NDATA/meter-1")) {
            assertEquals(9, countOf("spBv1.0/" + data), 1, data);
        }
        assertEquals(9, countOf("sensor/hall-5"), 1);
    }

    @Test
    void the_end_of_a_run_is_a_death_of_each_edge_node() {
        FleetRun run = start(PLANT, 2, 2, (reading, effects) -> {});
        loops.run(500);
        run.stop();
        loops.run(1_000);
        assertEquals(4, topics("spBv1.0/plant/NDEATH/line-").size());
        assertEquals(2, topics("spBv1.0/meter/NDEATH/meter-").size());
    }

    @Test
    void a_device_without_a_connection_has_a_death_and_a_birth_when_the_fault_has_ended() {
        start(PLANT, 1, 1, (reading, effects) -> {
            if (reading.sensor == 4 && reading.sequence == 2) {
                effects.awayUntil = reading.due + Duration.ofMillis(250).toNanos();
            }
        });
        loops.run(1_000);
        String device = "line-2/press-5";
        assertEquals(
                List.of("DBIRTH", "DDATA", "DDATA", "DDATA", "DDEATH", "DBIRTH", "DDATA"),
                topics("spBv1.0/plant/").stream()
                        .filter(topic -> topic.endsWith(device))
                        .map(topic -> topic.split("/")[2])
                        .limit(7)
                        .toList());
        // The two readings in the time of the fault are not sent.
        assertEquals(9 - 2, topics("spBv1.0/plant/DDATA/" + device).size(), 1);
    }

    @Test
    void a_reconnect_storm_is_one_of_the_connections_of_edge_nodes() {
        start(PLANT, 1, 1, (reading, effects) -> effects.isReconnecting = reading.sensor == 0 && reading.sequence == 3);
        loops.run(1_000);
        for (String topic : List.of("plant/NBIRTH/line-1", "plant/DBIRTH/line-1/press-3", "meter/NBIRTH/meter-1")) {
            assertEquals(2, topics("spBv1.0/" + topic).size(), topic);
        }
        assertEquals(1, topics("spBv1.0/plant/NBIRTH/line-2").size());
        assertTrue(topics("spBv1.0/plant/DDEATH").isEmpty());
    }

    @Test
    void readings_are_sent_twice_damaged_or_later() {
        start(PLANT, 1, 1, (reading, effects) -> {
            effects.isTwice = reading.sensor == 1 && reading.sequence == 1;
            effects.isMalformed = reading.sensor == 2 && reading.sequence == 1;
            effects.damage = 'x';
            effects.delay = reading.sensor == 3 && reading.sequence == 1
                    ? Duration.ofMillis(350).toNanos()
                    : 0;
        });
        loops.run(1_000);
        assertEquals(
                topics("spBv1.0/plant/DDATA/line-1/press-1").size() + 1,
                topics("spBv1.0/plant/DDATA/line-1/press-2").size(),
                1);
        assertEquals(
                List.of("spBv1.0/plant/DDATA/line-1/press-3"),
                loops.messages.stream()
                        .filter(message -> message.payload().equals("x"))
                        .map(VirtualLoops.Message::topic)
                        .filter(topic -> topic.startsWith("spBv1.0/"))
                        .toList());
        List<Long> late = loops.messages.stream()
                .filter(message -> message.topic().equals("spBv1.0/plant/DDATA/line-2/press-4"))
                .map(message -> message.nanos() / VirtualLoops.MILLI)
                .toList();
        assertEquals(200, (double) (late.get(1) - late.get(0)), 10, "without the second one");
        assertEquals(9, late.size(), 1);
    }

    @Test
    void a_reading_that_is_late_and_malformed_is_both() {
        start(PLANT, 1, 1, (reading, effects) -> {
            effects.isMalformed = reading.sensor == 2 && reading.sequence == 1;
            effects.damage = 'x';
            effects.delay = effects.isMalformed ? Duration.ofMillis(350).toNanos() : 0;
        });
        loops.run(1_000);
        assertEquals(
                List.of("spBv1.0/plant/DDATA/line-1/press-3"),
                loops.messages.stream()
                        .filter(message -> message.payload().equals("x"))
                        .map(VirtualLoops.Message::topic)
                        .filter(topic -> topic.startsWith("spBv1.0/"))
                        .toList());
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "2, 2", "2, 0"})
    void a_command_for_a_group_or_a_sensor_reaches_its_edge_nodes(int threads, int connections) {
        start(PLANT, threads, connections, (reading, effects) -> {});
        loops.run(500);
        command("plant", "{rebirth: true}");
        assertEquals(8, topics("spBv1.0/plant/NBIRTH/").size());
        assertEquals(2, topics("spBv1.0/meter/NBIRTH/").size());
        command("plant/press-6", "{rebirth: true}");
        assertEquals(3, topics("spBv1.0/plant/NBIRTH/line-2").size());
        assertEquals(9, topics("spBv1.0/plant/NBIRTH/").size());
        command("plant/press-6", "{on: false}");
        int before = countOf("spBv1.0/plant/DDATA/line-2/press-6");
        command("plant/press-5", "{period: 10ms}");
        loops.run(1_000);
        assertEquals(before, countOf("spBv1.0/plant/DDATA/line-2/press-6"));
        assertTrue(countOf("spBv1.0/plant/DDATA/line-2/press-5") > 90);
        assertTrue(
                loops.messages.stream()
                        .filter(message -> message.topic().endsWith("/answer"))
                        .allMatch(message -> message.payload().equals("{\"ok\":true}")),
                loops.messages::toString);
    }

    @Test
    void an_edge_node_leaves_with_its_primary_host_and_waits_for_it_on_the_next_connection() {
        FleetRun run = start(
                "groups: {T: {period: 100ms, format: {sparkplug: {primary_host: scada}}, waveform: current}}",
                1,
                1,
                (reading, effects) -> {});
        loops.run(500);
        assertEquals(List.of(), topics("spBv1.0/"));
        VirtualLoops.FakePublisher own = loops.publishers.get(0);
        assertEquals(List.of("spBv1.0/T/NCMD/T", "spBv1.0/STATE/scada"), own.subscriptions.subList(0, 2));
        hear(own, true, 1);
        loops.run(500);
        assertEquals(1, countOf("spBv1.0/T/NBIRTH/T"));
        assertEquals(5, countOf("spBv1.0/T/NDATA/T"), 1);
        hear(own, false, 2);
        int before = countOf("spBv1.0/T/NDATA/T");
        loops.run(2_000);
        assertEquals(1, countOf("spBv1.0/T/NDEATH/T"));
        assertEquals(2, own.connections);
        assertEquals(before, countOf("spBv1.0/T/NDATA/T"));
        hear(own, true, 3);
        loops.run(500);
        assertEquals(2, countOf("spBv1.0/T/NBIRTH/T"));
        assertTrue(countOf("spBv1.0/T/NDATA/T") > before);
        run.stop();
        loops.run(1_000);
        assertTrue(json.contains("\"failed_connections\":0"), json);
    }

    @Test
    void what_a_host_asks_for_and_edge_nodes_do_not_do_is_counted_and_told_once() {
        FleetRun run = start(PLANT, 1, 1, (reading, effects) -> {});
        loops.run(500);
        for (String topic : List.of("NCMD/line-1", "DCMD/line-2/press-4", "DCMD/line-1/press-9")) {
            String own = topic.replaceAll("DCMD/(line-.).*", "NCMD/$1");
            VirtualLoops.FakePublisher publisher = loops.publishers.stream()
                    .filter(one -> one.subscriptions.contains("spBv1.0/plant/" + own))
                    .findFirst()
                    .orElseThrow();
            publisher.listener.received(publisher, "spBv1.0/plant/" + topic, new byte[] {0x12, 3, 0x0a, 1, 'x'});
        }
        run.stop();
        loops.run(1_000);
        assertTrue(json.contains("\"ignored_commands\":3"), json);
        assertEquals(
                List.of("A host application asks for what edge nodes do not do: x, of plant/line-1"),
                events.stream().filter(line -> line.startsWith("A host")).toList());
    }

    @Test
    void a_value_that_a_host_writes_is_in_the_readings_that_follow() {
        start(
                "groups: {T: {period: 100ms, format: sparkplug, waveform: {constant: {value: 4}}, decimals: 0}}",
                1,
                1,
                (reading, effects) -> values.add(reading.values[0]));
        loops.run(500);
        assertEquals(4, values.get(values.size() - 1));
        VirtualLoops.FakePublisher own = loops.publishers.get(0);
        // The alias 1 and the value 9, of 64 bits.
        own.listener.received(own, "spBv1.0/T/NCMD/T", new byte[] {0x12, 4, 0x10, 1, 0x58, 9});
        loops.run(500);
        assertEquals(9, values.get(values.size() - 1));
    }

    @Test
    void an_edge_node_whose_birth_is_too_large_for_the_broker_sends_no_data() {
        FleetRun run = start(
                "groups: {%s: {period: 100ms, format: sparkplug, waveform: current}}".formatted("T".repeat(100)),
                1,
                1,
                (reading, effects) -> {});
        loops.maximumSize = 200;
        loops.run(1_000);
        run.stop();
        loops.run(1_000);
        assertEquals(List.of(), topics("spBv1.0/"));
        assertTrue(json.contains("\"sent\":0,"), json);
        assertEquals(
                1,
                events.stream()
                        .filter(line -> line.startsWith("The broker takes no packets"))
                        .count());
    }

    private static void hear(VirtualLoops.FakePublisher publisher, boolean isOnline, int timestamp) {
        String state = "{\"online\":%b,\"timestamp\":%d}".formatted(isOnline, timestamp);
        publisher.listener.received(publisher, "spBv1.0/STATE/scada", state.getBytes(UTF_8));
    }

    private void command(String target, String text) {
        VirtualLoops.FakePublisher first = loops.publishers.stream()
                .filter(publisher -> publisher.number() == 0)
                .findFirst()
                .orElseThrow();
        first.listener.received(first, "cmd/" + target + "/command", text.getBytes(UTF_8));
        loops.run(10);
    }
}
