package dev.sensorline.fleet.sparkplug;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;

import org.jspecify.annotations.Nullable;

import dev.sensorline.fleet.Measurement;
import dev.sensorline.fleet.Metric;
import dev.sensorline.fleet.payload.Bytes;
import dev.sensorline.fleet.payload.Decimals;

/**
 * What an edge node of Sparkplug sends, and when: its birth and those of its devices when it is connected, then data with aliases only,
 * deaths, and what host applications ask for: births again, another connection, and values that they write to metrics with a constant value. It neither waits nor reads a clock: whoever runs it tells it what
 * happens and what time it is, in nanoseconds since 1970, and it tells its {@link Uplink} what to send. Data makes no object.
 * <p>
 * The order of a connection is {@link #connecting}, {@link #connected}, whatever happens then, {@link #disconnecting} if it is ended on
 * purpose, and {@link #disconnected}. For one thread, with its {@link MessageWriter} and its uplink.
 */
public final class EdgeNode {

    private static final int LAST_SEQUENCE = 255;
    private static final int AT_MOST_ONCE = 0;
    private static final int AT_LEAST_ONCE = 1;
    /** Of a metric without a value: no time before it was measured later. */
    private static final long NEVER = Long.MIN_VALUE;

    private static final int NO_SENSOR = -1;
    private static final int NO_METRIC = -1;

    private static final byte[] REBIRTH = HostCommands.REBIRTH.getBytes(UTF_8);
    private static final byte[] REBOOT = HostCommands.REBOOT.getBytes(UTF_8);
    private static final byte[] BIRTH_DEATH_SEQUENCE = "bdSeq".getBytes(UTF_8);

    private enum State {
        DISCONNECTED,
        /** Of its primary host being online. */
        WAITING,
        /** The broker does not take its birth. */
        UNBORN,
        BORN
    }

    private final EdgeNodes nodes;
    private final int node;
    private final MessageWriter message;
    private final Uplink uplink;
    private final int firstSensor;
    /** When the last value of each sensor was measured, by the sensor's clock, in nanoseconds since 1970. */
    private final long[] times;
    /** The last value of each metric of each sensor. */
    private final double[] values;
    /** Which devices have no connection to the edge node. */
    private final boolean[] lost;
    /** What host applications have written to each metric of each sensor; NaN where they have not. Null until they do. */
    private double @Nullable [] written;

    private State state = State.DISCONNECTED;
    /** Of the current connection. The first one has 0. */
    private int birthDeathSequence = LAST_SEQUENCE;
    /** Of the next message. */
    private int sequence;
    /** When the primary host last said that it was online or not, by its clock, in milliseconds since 1970. */
    private long hostTimestamp = NEVER;

    /**
     * An edge node without a connection.
     *
     * @param node    0, 1, 2, …
     * @param message may be shared by all edge nodes of a thread
     */
    public EdgeNode(EdgeNodes nodes, int node, MessageWriter message, Uplink uplink) {
        this.nodes = nodes;
        this.node = node;
        this.message = message;
        this.uplink = uplink;
        this.firstSensor = nodes.firstSensor(node);
        int sensors = nodes.sensors(node);
        this.times = new long[sensors];
        this.values = new double[sensors * nodes.metrics()];
        this.lost = new boolean[sensors];
        Arrays.fill(times, NEVER);
    }

    /** Topic filters to subscribe to at QoS 1, before {@link #connected} is called. */
    public List<String> subscriptions() {
        List<String> filters = new ArrayList<>();
        filters.add(commandTopic());
        if (nodes.haveDevices()) {
            filters.add(deviceCommandTopic() + "+");
        }
        nodes.primaryHost().map(EdgeNode::stateTopic).ifPresent(filters::add);
        return filters;
    }

    private String commandTopic() {
        StringBuilder topic = new StringBuilder();
        nodes.appendTopic(topic, "NCMD", node);
        return topic.toString();
    }

    /** Without the device. */
    private String deviceCommandTopic() {
        StringBuilder topic = new StringBuilder();
        nodes.appendTopic(topic, "DCMD", node);
        return topic.append('/').toString();
    }

    private static String stateTopic(String host) {
        return "spBv1.0/STATE/" + host;
    }

    /** The last will of the next connection, whose session must be a clean one. */
    public Will connecting(long now) {
        birthDeathSequence = birthDeathSequence + 1 & LAST_SEQUENCE;
        Bytes death = death(now);
        return new Will(message.topic().toString(), death.copy());
    }

    /** The connection has begun, and the edge node has subscribed. */
    public void connected(long now) {
        if (nodes.primaryHost().isPresent()) {
            state = State.WAITING;
        } else {
            births(now);
        }
    }

    /** The connection is about to be ended on purpose, and not by its loss, after which the broker publishes the last will. */
    public void disconnecting(long now) {
        if (state != State.DISCONNECTED) {
            uplink.publish(message.topic(), death(now), AT_LEAST_ONCE, false);
            state = State.DISCONNECTED;
        }
    }

    /** The connection has ended. */
    public void disconnected() {
        state = State.DISCONNECTED;
    }

    /** A message has arrived from the broker. Those that mean nothing here are ignored. */
    public void received(String topic, byte[] payload, long now) {
        if (topic.equals(commandTopic())) {
            command(HostCommands.read(payload), now);
        } else if (nodes.haveDevices() && topic.startsWith(deviceCommandTopic())) {
            OptionalInt sensor =
                    nodes.sensor(topic.substring(deviceCommandTopic().length()));
            int index = sensor.orElse(firstSensor - 1) - firstSensor;
            if (index < 0 || index >= times.length) {
                uplink.ignored("unknown device");
            } else {
                write(index, HostCommands.read(payload), now);
            }
        } else if (nodes.primaryHost()
                .map(EdgeNode::stateTopic)
                .filter(topic::equals)
                .isPresent()) {
            HostState.read(payload).ifPresent(host -> hear(host, now));
        }
    }

    /** Does what a command to the edge node asks for (5.8, 6.4.23): Node Control first, which is not written. */
    private void command(List<MetricWrite> command, long now) {
        List<MetricWrite> writes = new ArrayList<>();
        boolean isRebirth = false;
        boolean isReboot = false;
        for (MetricWrite write : command) {
            switch (write.name()) {
                case HostCommands.REBIRTH -> isRebirth |= write.isTrue();
                case HostCommands.REBOOT -> isReboot |= write.isTrue();
                default -> writes.add(write);
            }
        }
        if (command.isEmpty()) {
            uplink.ignored("malformed command");
        } else if (isReboot) {
            leave(now);
        } else {
            if (!writes.isEmpty()) {
                write(nodes.haveDevices() ? NO_SENSOR : 0, writes, now);
            }
            if (isRebirth) {
                rebirth(now);
            }
        }
    }

    /** Ends the connection, and begins another one. */
    private void leave(long now) {
        if (state != State.DISCONNECTED) {
            disconnecting(now);
            uplink.reconnect();
        }
    }

    /** Writes metrics of a sensor, and answers with the data that they have now. */
    private void write(int index, List<MetricWrite> command, long now) {
        PayloadWriter payload = null;
        for (MetricWrite write : command) {
            int metric = index == NO_SENSOR || state != State.BORN || lost[index] ? NO_METRIC : metric(index, write);
            if (metric == NO_METRIC || !nodes.isWritable(metric) || !Double.isFinite(write.value())) {
                uplink.ignored(write.words());
                continue;
            }
            int place = index * nodes.metrics() + metric;
            written()[place] = write.value();
            values[place] = write.value();
            if (payload == null) {
                payload = begin(nodes.haveDevices() ? "DDATA" : "NDATA", firstSensor + index, now);
            }
            value(payload.alias(alias(index, metric)).time(now), nodes.metric(metric), write.value());
        }
        if (command.isEmpty()) {
            uplink.ignored("malformed command");
        }
        if (payload != null) {
            publish();
        }
    }

    private double[] written() {
        if (written == null) {
            written = new double[values.length];
            Arrays.fill(written, Double.NaN);
        }
        return written;
    }

    /** The metric of a sensor that a command means, by its name or its alias. */
    private int metric(int index, MetricWrite write) {
        byte[] name = write.name().getBytes(UTF_8);
        for (int i = 0; i < nodes.metrics(); i++) {
            boolean isMeant =
                    name.length > 0 ? Arrays.equals(name, nodes.metricName(i)) : write.alias() == alias(index, i);
            if (isMeant) {
                return i;
            }
        }
        return NO_METRIC;
    }

    /** Puts what host applications have written in the place of what a sensor measures. */
    public void overwrite(Measurement measurement) {
        if (written == null) {
            return;
        }
        int first = (measurement.sensor - firstSensor) * nodes.metrics();
        for (int i = 0; i < nodes.metrics(); i++) {
            if (!Double.isNaN(written[first + i])) {
                measurement.values[i] = written[first + i];
            }
        }
    }

    /** Sends the births again, as host applications ask for them, if there has been one on this connection. */
    public void rebirth(long now) {
        if (state == State.BORN) {
            births(now);
        }
    }

    private void hear(HostState host, long now) {
        if (state == State.DISCONNECTED || host.timestamp() < hostTimestamp) {
            return;
        }
        hostTimestamp = host.timestamp();
        if (host.isOnline() && state == State.WAITING) {
            births(now);
        } else if (!host.isOnline() && state == State.BORN) {
            leave(now);
        }
    }

    /**
     * Sends a reading.
     *
     * @return whether it has been sent: not without a connection, not if the primary host is offline or its device is lost, and not if it is
     *     larger than the broker takes
     */
    public boolean due(Measurement measurement) {
        int index = measurement.sensor - firstSensor;
        if (state != State.BORN || lost[index]) {
            return false;
        }
        PayloadWriter payload = begin(nodes.haveDevices() ? "DDATA" : "NDATA", measurement.sensor, measurement.sent);
        boolean isLate = measurement.time < times[index];
        for (int i = 0; i < nodes.metrics(); i++) {
            payload.alias(alias(index, i)).time(measurement.time);
            if (isLate) {
                payload.historical();
            }
            value(payload, nodes.metric(i), measurement.values[i]);
        }
        if (!publish()) {
            return false;
        }
        if (!isLate) {
            times[index] = measurement.time;
            System.arraycopy(measurement.values, 0, values, index * nodes.metrics(), nodes.metrics());
        }
        return true;
    }

    /** The edge node has lost its connection to a device: its death. Of an edge node without devices, nothing is lost. */
    public void lose(int sensor, long now) {
        int index = sensor - firstSensor;
        if (nodes.haveDevices() && !lost[index]) {
            lost[index] = true;
            if (state == State.BORN) {
                begin("DDEATH", sensor, now);
                publish();
            }
        }
    }

    /** The edge node has found a lost device again: its birth. */
    public void find(int sensor, long now) {
        int index = sensor - firstSensor;
        if (lost[index]) {
            lost[index] = false;
            if (state == State.BORN) {
                deviceBirth(index, now);
            }
        }
    }

    private void births(long now) {
        state = State.BORN;
        sequence = 0;
        PayloadWriter payload = begin("NBIRTH", now);
        payload.name(BIRTH_DEATH_SEQUENCE).time(now).type(DataType.INT64).whole(birthDeathSequence);
        payload.name(REBIRTH).time(now).type(DataType.BOOLEAN).flag(false);
        payload.name(REBOOT).time(now).type(DataType.BOOLEAN).flag(false);
        if (!nodes.haveDevices()) {
            definitions(payload, 0, now);
        }
        if (!publish()) {
            state = State.UNBORN;
        } else if (nodes.haveDevices()) {
            for (int index = 0; index < lost.length; index++) {
                if (!lost[index]) {
                    deviceBirth(index, now);
                }
            }
        }
    }

    private void deviceBirth(int index, long now) {
        definitions(begin("DBIRTH", firstSensor + index, now), index, now);
        lost[index] = !publish();
    }

    private void definitions(PayloadWriter payload, int index, long now) {
        boolean isMeasured = times[index] != NEVER;
        for (int i = 0; i < nodes.metrics(); i++) {
            Metric metric = nodes.metric(i);
            payload.name(nodes.metricName(i))
                    .alias(alias(index, i))
                    .time(isMeasured ? times[index] : now)
                    .type(DataType.of(metric));
            int place = index * nodes.metrics() + i;
            if (isMeasured || written != null && !Double.isNaN(written[place])) {
                value(payload, metric, values[place]);
            } else {
                payload.nothing();
            }
        }
    }

    /** Each metric of the edge node and its devices has another one. */
    private long alias(int index, int metric) {
        return (long) index * nodes.metrics() + metric + 1;
    }

    /** A whole number beyond 64 bits becomes the nearest one. */
    private static void value(PayloadWriter payload, Metric metric, double value) {
        double rounded = Decimals.rounded(metric, value);
        if (DataType.of(metric) == DataType.INT64) {
            payload.whole((long) rounded);
        } else {
            payload.fraction(rounded);
        }
    }

    private Bytes death(long now) {
        begin("NDEATH", now)
                .name(BIRTH_DEATH_SEQUENCE)
                .time(now)
                .type(DataType.INT64)
                .whole(birthDeathSequence);
        return message.payload().end();
    }

    private PayloadWriter begin(String type, long now) {
        message.topic().setLength(0);
        nodes.appendTopic(message.topic(), type, node);
        message.payload().begin(now);
        return message.payload();
    }

    private PayloadWriter begin(String type, int sensor, long now) {
        PayloadWriter payload = begin(type, now);
        if (nodes.haveDevices()) {
            nodes.appendDevice(message.topic(), sensor);
        }
        return payload;
    }

    /** Returns false if the broker does not take a message of this size. The host does not miss its number then. */
    private boolean publish() {
        boolean isSent = uplink.publish(message.topic(), message.payload().end(sequence), AT_MOST_ONCE, false);
        sequence = isSent ? sequence + 1 & LAST_SEQUENCE : sequence;
        return isSent;
    }
}
