package dev.sensorline.simulator.fleet;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import dev.sensorline.fleet.Command;
import dev.sensorline.fleet.Fleet;
import dev.sensorline.fleet.Group;
import dev.sensorline.fleet.Share;
import dev.sensorline.fleet.Turns;
import dev.sensorline.fleet.payload.Encoder;
import dev.sensorline.fleet.sparkplug.EdgeNodes;
import dev.sensorline.mqtt.client.MqttPublisher;
import dev.sensorline.mqtt.client.PublisherLoop;
import dev.sensorline.mqtt.client.Will;
import dev.sensorline.simulator.fleet.TurnQueue.GroupTurns;

/**
 * The sensors of a thread: their connections, and the lanes in which they take their turns. It sleeps until the next turn is due, and then sends
 * all that are due at once. Belongs to its thread.
 */
final class SensorLoop implements MqttPublisher.Listener {

    /** Readings that are due within this time are sent together. */
    private static final long GAP_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    private static final long CONNECT_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final long LONGEST_SLEEP_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final int AT_LEAST_ONCE = 1;
    /** The tag of a message that is no reading. */
    static final long NO_READING = Long.MAX_VALUE;

    /** Readings that faults delay, of some hundred bytes each. */
    private static final int MOST_DELAYED = 50_000;

    private static final String FAULT = "a fault";
    private static final String SPARKPLUG = "spBv1.0/";
    private static final byte[] ONLINE = "online".getBytes(UTF_8);
    private static final byte[] OFFLINE = "offline".getBytes(UTF_8);

    private final PublisherLoop loop;
    private final int index;
    private final FleetOptions options;
    private final Sensors sensors;
    /** The number of the publisher of the first edge node. */
    private final int firstOfNodes;

    private final Parts parts;
    private final RunTime time;
    private final Commands commands;
    private final Notices notices;

    private final MqttPublisher[] publishers;
    /** By place; null for publishers that are not those of an edge node. */
    private final @Nullable EdgeNodeConnection[] nodes;

    private final boolean[] isConnected;
    private final Connections connections;
    private List<Lane> lanes = List.of();
    private final Unacknowledged unacknowledged = new Unacknowledged();
    private final StepStatistics statistics = new StepStatistics();
    private int connected;
    /** Bytes that had been published when the statistics began. */
    private long bytesBefore;

    /** By place: those that have been open before. */
    private final BitSet known = new BitSet();

    private long failedConnections;
    private long reconnects;
    private String lastFailure = "";
    private int wake;
    private boolean isBlocked;
    private boolean isStopping;

    /** What readings are made of, and what happens to them. */
    record Parts(Function<Group, Encoder> encoders, Troubles.Source troubles, Journal journal) {}

    /** Takes commands. Called on the thread of the connection that they have come by. */
    interface Commands {

        void received(MqttPublisher publisher, String topic, byte[] text);
    }

    /** Must be called on the thread. */
    SensorLoop(
            PublisherLoop loop,
            int index,
            FleetOptions options,
            Parts parts,
            Commands commands,
            Notices notices,
            RunTime time) {
        this.commands = commands;
        this.notices = notices;
        this.loop = loop;
        this.index = index;
        this.options = options;
        this.sensors = new Sensors(options.fleet());
        this.firstOfNodes = options.firstOfNodes();
        this.parts = parts;
        this.time = time;
        int threads = options.threads();
        int all = options.publishers();
        publishers = new MqttPublisher[new Share(index, threads).of(all)];
        for (int place = 0; place < publishers.length; place++) {
            publishers[place] = loop.publisher(index + place * threads, this);
        }
        nodes = new EdgeNodeConnection[publishers.length];
        EdgeNodeConnection.Buffers buffers = new EdgeNodeConnection.Buffers(new NodeListener());
        for (int place = 0; place < publishers.length; place++) {
            int number = publishers[place].number() - firstOfNodes;
            if (number >= 0) {
                int group = sensors.groupOfNode(number);
                nodes[place] = new EdgeNodeConnection(
                        sensors.nodes(group).orElseThrow(), number - sensors.first(group), publishers[place], buffers);
            }
        }
        isConnected = new boolean[publishers.length];
        connections = new Connections(
                publishers, options.connectRate() / threads, options.keepAlive().toNanos(), loop.nanoTime());
    }

    /** Begins to connect. */
    void open() {
        if (isStopping) {
            return;
        }
        connections.run(loop.nanoTime());
        loop.schedule(CONNECT_PAUSE_NANOS, this::open);
    }

    int connected() {
        return connected;
    }

    boolean areAllConnected() {
        return connected == publishers.length;
    }

    boolean areAllTried() {
        return connections.areAllTried();
    }

    String lastFailure() {
        return lastFailure;
    }

    private int place(MqttPublisher publisher) {
        return publisher.number() / options.threads();
    }

    @Override
    public void connected(MqttPublisher publisher) {
        isConnected[place(publisher)] = true;
        connected++;
        if (known.get(place(publisher))) {
            reconnects++;
        }
        known.set(place(publisher));
        connections.keepAliveWithin(publisher.keepAliveSeconds());
        tellLimits(publisher);
        List<String> filters = publisher.number() == 0 ? commandFilters() : List.of();
        EdgeNodeConnection node = nodes[place(publisher)];
        if (node != null) {
            node.connected(time.now(), filters);
        } else {
            if (!filters.isEmpty()) {
                publisher.subscribe(filters);
            }
            if (options.hasOwnConnections()) {
                tellStatus(publisher, ONLINE);
            }
            publisher.flush();
        }
        wakeIfBlocked();
    }

    /** What the broker allows less than the groups want. */
    private void tellLimits(MqttPublisher publisher) {
        int qos = publisher.maximumQoS();
        List<Group> groups = options.fleet().groups();
        if (groups.stream().anyMatch(group -> group.qos() > qos)) {
            notices.once(
                    Notices.Kind.QOS,
                    () -> "The broker takes messages at QoS %d at most: readings are published at no higher one"
                            .formatted(qos));
        }
        if (!publisher.isRetainAvailable() && groups.stream().anyMatch(Group::retain)) {
            notices.once(
                    Notices.Kind.RETAIN,
                    () -> "The broker retains no messages: readings are published as messages that are not retained");
        }
    }

    private List<String> commandFilters() {
        return options.commands()
                .map(prefix -> new CommandTopics(prefix, options.fleet()).filters())
                .orElse(List.of());
    }

    @Override
    public void received(MqttPublisher publisher, String topic, byte[] text) {
        EdgeNodeConnection node = nodes[place(publisher)];
        if (node != null && topic.startsWith(SPARKPLUG)) {
            node.received(topic, text, time.now());
        } else {
            commands.received(publisher, topic, text);
        }
    }

    @Override
    public void unsubscribed(MqttPublisher publisher, String reason) {
        notices.once(
                Notices.Kind.SUBSCRIPTION,
                () -> "The broker refuses a subscription, so that commands do not arrive: " + reason);
    }

    /**
     * Does what a command says; returns what is wrong, or nothing.
     *
     * @param from the time from which on it says it, which is the same for all loops
     */
    Optional<String> apply(CommandTopics.Target target, Command command, Instant from) {
        if (lanes.isEmpty()) {
            return Optional.of("the fleet sends no readings now");
        }
        Group group = options.fleet().groups().get(target.group());
        Optional<String> problem = Optional.empty();
        for (Lane lane : lanes) {
            if (target.sensor().isPresent() && !isIn(lane, target)) {
                continue;
            }
            command.isOn().ifPresent(isOn -> lane.setOn(group, target.sensor(), isOn));
            if (command.period().isPresent()
                    && !lane.setPeriod(
                            group,
                            target.sensor(),
                            command.period().get(),
                            options.fleet().seed())) {
                problem = Optional.of("period: too many sensors have one of their own");
            }
            // Before it is switched off, if the same command says so.
            command.fault().ifPresent(fault -> lane.set(group, fault, from));
            for (Map.Entry<String, Boolean> fault : command.faults().entrySet()) {
                if (!lane.enable(group, target.sensor(), fault.getKey(), fault.getValue())) {
                    problem = Optional.of("faults.%s: the group has no such fault".formatted(fault.getKey()));
                }
            }
        }
        if (command.isRebirth()) {
            rebirth(target);
        }
        run(++wake);
        return problem;
    }

    private void rebirth(CommandTopics.Target target) {
        int first = firstOfNodes + sensors.first(target.group());
        EdgeNodes of = sensors.nodes(target.group()).orElseThrow();
        int from = target.sensor().isPresent() ? of.nodeOf(target.sensor().getAsInt()) : 0;
        int to = target.sensor().isPresent() ? from + 1 : of.count();
        for (int place = 0; place < nodes.length; place++) {
            int number = publishers[place].number() - first;
            EdgeNodeConnection node = nodes[place];
            if (node != null && number >= from && number < to) {
                node.rebirth(time.now());
            }
        }
    }

    /** A sensor's lane is that of its connection. */
    private boolean isIn(Lane lane, CommandTopics.Target target) {
        int sensor = target.sensor().orElseThrow();
        Optional<EdgeNodes> of = sensors.nodes(target.group());
        if (of.isPresent()) {
            int publisher =
                    firstOfNodes + sensors.first(target.group()) + of.get().nodeOf(sensor);
            return publisher % options.threads() == index && lanes.get(lanes.size() - 1) == lane;
        }
        int number = sensors.first(target.group()) + sensor;
        if (options.hasOwnConnections()) {
            return number % options.threads() == index;
        }
        int connection = number % options.connections();
        return connection % options.threads() == index && lanes.get(connection / options.threads()) == lane;
    }

    private void tellStatus(MqttPublisher publisher, byte[] status) {
        byte[] topic = sensors.statusTopic(publisher.number()).getBytes(UTF_8);
        // What an earlier connection has left may fill the window, and the status must not wait for it.
        int qos = publisher.room(AT_LEAST_ONCE) == MqttPublisher.Room.WINDOW_FULL ? 0 : AT_LEAST_ONCE;
        if (publisher.room(qos) == MqttPublisher.Room.READY) {
            publisher.publish(topic, topic.length, status, status.length, qos, true, NO_READING);
            publisher.flush();
        }
    }

    @Override
    public void disconnected(MqttPublisher publisher, String reason) {
        int place = place(publisher);
        if (isConnected[place]) {
            isConnected[place] = false;
            connected--;
        }
        EdgeNodeConnection node = nodes[place];
        boolean isOnPurpose = node != null && node.disconnected();
        if (isStopping) {
            return;
        }
        if (reason.equals(FAULT)) {
            return; // It is opened again when the fault ends.
        }
        if (!isOnPurpose) {
            statistics.current().failedConnections++;
            failedConnections++;
            lastFailure = reason;
        }
        connections.lost(place, loop.nanoTime());
    }

    @Override
    public Optional<Will> will(MqttPublisher publisher) {
        return Optional.ofNullable(nodes[place(publisher)]).map(node -> node.will(time.now()));
    }

    @Override
    public void acknowledged(MqttPublisher publisher, long tag) {
        if (unacknowledged.has(tag)) {
            long now = time.now();
            parts.journal().acknowledged(unacknowledged.entry(tag), now);
            answered(tag, now);
        }
        wakeIfBlocked();
    }

    @Override
    public void refused(MqttPublisher publisher, long tag, String reason) {
        notices.once(Notices.Kind.REFUSAL, () -> "The broker refuses messages: " + reason);
        if (unacknowledged.has(tag)) {
            statistics.of(unacknowledged.due(tag)).refuse();
            answered(tag, time.now());
        }
        wakeIfBlocked();
    }

    private void answered(long tag, long now) {
        long due = unacknowledged.due(tag);
        Statistics ofReading = statistics.of(due);
        ofReading.acknowledged++;
        ofReading.unacknowledged--;
        Statistics.record(ofReading.acknowledgement, now - due);
        unacknowledged.remove(tag);
    }

    private void wakeIfBlocked() {
        if (isBlocked) {
            isBlocked = false;
            int generation = ++wake;
            loop.execute(() -> run(generation));
        }
    }

    /** Begins to send the readings of a fleet, which may be one with other periods than before. */
    void begin(Fleet fleet, Instant start) {
        statistics.begin(nanos(start));
        bytesBefore = bytes();
        List<Lane> all = new ArrayList<>();
        if (options.hasOwnConnections()) {
            all.add(lane(fleet, start, index, options.threads(), new OwnConnections()));
        } else {
            for (MqttPublisher publisher : publishers) {
                if (publisher.number() < firstOfNodes) {
                    all.add(lane(fleet, start, publisher.number(), firstOfNodes, new SharedConnection(publisher)));
                }
            }
        }
        if (sensors.nodeCount() > 0) {
            all.add(nodeLane(fleet, start));
        }
        lanes = all;
        run(++wake);
    }

    private Lane lane(Fleet fleet, Instant start, int part, int partCount, Outlets outlets) {
        List<GroupTurns> turns = new ArrayList<>();
        for (int i = 0; i < fleet.groups().size(); i++) {
            if (sensors.nodes(i).isEmpty()) {
                // Groups of one sensor each are spread over all parts, too.
                add(turns, fleet, start, i, new Share(Math.floorMod(part - sensors.first(i), partCount), partCount));
            }
        }
        return lane(turns, outlets);
    }

    /** The sensors of an edge node are all in the lane of its loop. */
    private Lane nodeLane(Fleet fleet, Instant start) {
        List<GroupTurns> turns = new ArrayList<>();
        for (int i = 0; i < fleet.groups().size(); i++) {
            Optional<EdgeNodes> of = sensors.nodes(i);
            if (of.isPresent()) {
                int part = Math.floorMod(index - firstOfNodes - sensors.first(i), options.threads());
                add(
                        turns,
                        fleet,
                        start,
                        i,
                        new Share(part, options.threads(), of.get().sensorsOfNode()));
            }
        }
        return lane(turns, new NodeConnections());
    }

    private void add(List<GroupTurns> turns, Fleet fleet, Instant start, int number, Share share) {
        Group group = fleet.groups().get(number);
        int count = share.of(group.names().count());
        if (count > 0) {
            Turns own = Turns.of(group, fleet.seed(), start, share);
            SensorGroup made = new SensorGroup(
                    number,
                    own.group(),
                    sensors.first(number),
                    parts.encoders().apply(group),
                    parts.troubles().of(group, fleet.seed(), nanos(start)));
            long left = options.readingsEach() == FleetOptions.UNLIMITED
                    ? Long.MAX_VALUE
                    : Math.multiplyExact(options.readingsEach(), (long) count);
            turns.add(new GroupTurns(own, made, left, options.readingsEach(), GroupTurns.SEVERAL));
        }
    }

    /** Since 1970-01-01T00:00Z. */
    private static long nanos(Instant time) {
        return TimeUnit.SECONDS.toNanos(time.getEpochSecond()) + time.getNano();
    }

    private Lane lane(List<GroupTurns> turns, Outlets outlets) {
        return new Lane(
                new TurnQueue(turns),
                outlets,
                new SentReadings(parts.journal(), unacknowledged, statistics.current(), notices),
                time,
                options.latest().toNanos(),
                MOST_DELAYED / mostLanes(),
                statistics.current());
    }

    /** One for each shared connection, and one for edge nodes. */
    private int mostLanes() {
        int shared = options.hasOwnConnections() ? 1 : new Share(index, options.threads()).of(options.connections());
        return shared + 1;
    }

    private void run(int generation) {
        if (generation != wake || isStopping) {
            return; // Another one has taken its place.
        }
        long next = Long.MAX_VALUE;
        isBlocked = false;
        for (Lane lane : lanes) {
            next = Math.min(next, lane.run());
            isBlocked |= lane.isBlocked();
        }
        long now = time.now();
        int nextGeneration = ++wake;
        if (next <= now && !isBlocked) {
            loop.execute(() -> run(nextGeneration));
        } else {
            loop.schedule(Math.max(GAP_NANOS, Math.min(next - now, LONGEST_SLEEP_NANOS)), () -> run(nextGeneration));
        }
    }

    /** Sends nothing that is due from a time on. */
    void endAt(long epochNanos) {
        lanes.forEach(lane -> lane.endAt(epochNanos));
    }

    /** Whether there is nothing more to send. */
    boolean isOver() {
        return lanes.stream().allMatch(Lane::isOver);
    }

    /** Whether each sensor has sent as many readings as it may. */
    boolean isExhausted() {
        return lanes.stream().allMatch(Lane::isExhausted);
    }

    /** Counts what was due and has not been sent, as it will not be. */
    void finish() {
        lanes.forEach(Lane::countUnsent);
        lanes = List.of();
    }

    int unacknowledged() {
        int count = 0;
        for (MqttPublisher publisher : publishers) {
            count += publisher.unacknowledged();
        }
        return count;
    }

    private long bytes() {
        long bytes = 0;
        for (MqttPublisher publisher : publishers) {
            bytes += publisher.bytes();
        }
        return bytes;
    }

    /** What has been counted since the readings of the step began, and what has come for earlier steps since then. */
    Statistics statisticsWithLate() {
        Statistics copy = statistics();
        late().values().forEach(copy::addCounts);
        return copy;
    }

    /** What has been counted since the readings of the step began. */
    Statistics statistics() {
        Statistics copy = statistics.current().copy();
        copy.connections = publishers.length;
        copy.connected = connected;
        copy.bytes = bytes() - bytesBefore;
        copy.allFailedConnections = failedConnections;
        copy.reconnects = reconnects;
        return copy;
    }

    /** Ends a step, and returns what has been counted in it. */
    Statistics endStep() {
        Statistics counted = statistics();
        statistics.end();
        return counted;
    }

    /** What has come for steps when they were over, by their numbers. */
    Map<Integer, Statistics> late() {
        return statistics.late();
    }

    /** Says {@code offline} where that has been asked for, and disconnects. */
    void stop() {
        isStopping = true;
        for (MqttPublisher publisher : publishers) {
            EdgeNodeConnection node = nodes[place(publisher)];
            if (node != null) {
                node.stop(time.now());
            } else if (options.hasOwnConnections()) {
                tellStatus(publisher, OFFLINE);
            }
            publisher.disconnect();
        }
    }

    /** Runs an action on the thread. */
    void execute(Consumer<SensorLoop> action) {
        loop.execute(() -> action.accept(this));
    }

    /** Counts what edge nodes do not do, and says it once. */
    private final class NodeListener implements EdgeNodeConnection.Listener {

        @Override
        public void ignored(String command, String node) {
            statistics.current().ignoredCommands++;
            notices.once(
                    Notices.Kind.COMMAND,
                    () -> "A host application asks for what edge nodes do not do: %s, of %s".formatted(command, node));
        }

        @Override
        public void tooLarge(CharSequence topic, int bytes) {
            notices.once(
                    Notices.Kind.SIZE,
                    () ->
                            "The broker takes no packets as large as a message on %s, of %d bytes: such messages are not sent"
                                    .formatted(topic, bytes));
        }
    }

    /** One connection for all sensors of a lane. */
    private record SharedConnection(MqttPublisher publisher) implements Outlets {

        @Override
        public MqttPublisher of(SensorGroup group, int sensor) {
            return publisher;
        }

        @Override
        public boolean canWait() {
            return true;
        }

        @Override
        public void flush() {
            publisher.flush();
        }

        @Override
        public void disconnect(SensorGroup group, int sensor, long untilNanos) {
            // The connection of the other sensors stays: this sensor only sends nothing.
        }
    }

    /** Connections that some of the sensors of a lane have to themselves. */
    private abstract class ManyConnections implements Outlets {

        private final MqttPublisher[] used = new MqttPublisher[Lane.MOST_AT_ONCE];
        private int count;

        /** Where the connection of a sensor is. */
        abstract int place(SensorGroup group, int sensor);

        @Override
        public MqttPublisher of(SensorGroup group, int sensor) {
            MqttPublisher publisher = publishers[place(group, sensor)];
            if (count == used.length) {
                flush();
            }
            used[count++] = publisher;
            return publisher;
        }

        @Override
        public boolean canWait() {
            return false;
        }

        @Override
        public void flush() {
            for (int i = 0; i < count; i++) {
                used[i].flush();
            }
            count = 0;
        }

        @Override
        public void disconnect(SensorGroup group, int sensor, long untilNanos) {
            int place = place(group, sensor);
            if (isConnected[place]) {
                connections.lostUntil(place, untilNanos - time.offset());
                publishers[place].drop(FAULT);
            }
        }
    }

    /** A connection for each sensor. */
    private final class OwnConnections extends ManyConnections {

        @Override
        int place(SensorGroup group, int sensor) {
            return (group.firstSensor + sensor) / options.threads();
        }
    }

    /** A connection for each edge node. */
    private final class NodeConnections extends ManyConnections {

        @Override
        int place(SensorGroup group, int sensor) {
            return (firstOfNodes + group.firstSensor + sensor / group.sensorsOfNode) / options.threads();
        }

        @Override
        public EdgeNodeConnection node(SensorGroup group, int sensor) {
            return Objects.requireNonNull(nodes[place(group, sensor)]);
        }

        @Override
        public MqttPublisher of(SensorGroup group, int sensor) {
            node(group, sensor).find(sensor, time.now());
            return super.of(group, sensor);
        }

        /** Devices lose the edge node. What reconnects is the edge node. */
        @Override
        public void disconnect(SensorGroup group, int sensor, long untilNanos) {
            long now = time.now();
            if (group.hasDevices && untilNanos > now) {
                node(group, sensor).lose(sensor, now, untilNanos);
            } else {
                super.disconnect(group, sensor, untilNanos);
            }
        }
    }
}
