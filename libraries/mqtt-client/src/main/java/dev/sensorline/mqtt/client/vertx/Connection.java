package dev.sensorline.mqtt.client.vertx;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import java.util.Locale;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import dev.sensorline.mqtt.client.InboundPublish;
import dev.sensorline.mqtt.client.QoS;
import dev.sensorline.mqtt.client.SessionOptions;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.mqtt.MqttConnAckMessage;
import io.netty.handler.codec.mqtt.MqttConnectReturnCode;
import io.netty.handler.codec.mqtt.MqttDecoder;
import io.netty.handler.codec.mqtt.MqttEncoder;
import io.netty.handler.codec.mqtt.MqttFixedHeader;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageBuilders;
import io.netty.handler.codec.mqtt.MqttMessageIdVariableHeader;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.codec.mqtt.MqttSubAckMessage;
import io.netty.handler.codec.mqtt.MqttVersion;
import io.netty.util.ReferenceCountUtil;

/**
 * MQTT 3.1.1 on one connection, from CONNECT to DISCONNECT, with the packets of Netty. Numbers in parentheses are sections of
 * <a href="https://docs.oasis-open.org/mqtt/mqtt/v3.1.1/os/mqtt-v3.1.1-os.html">MQTT 3.1.1</a>.
 * <p>
 * The client of Vert.x does the same, but it cannot stop reading, so that at a broker's full speed it must hold or drop
 * whatever comes, and it sends each acknowledgement with a write of its own.
 * <p>
 * Belongs to the event loop of its channel.
 */
@SuppressWarnings("FutureReturnValueIgnored") // A write fails only at the end, which channelInactive reports.
final class Connection extends ChannelInboundHandlerAdapter {

    private static final int PUBACK_BYTES = 4;
    /** How long the broker may take to close the connection after DISCONNECT. */
    private static final int CLOSE_LIMIT_MILLIS = 800;

    /** What the broker has sent. Called on the event loop; must not block. */
    interface Events {

        /** The broker has accepted the connection (3.2). */
        void accepted(boolean sessionPresent);

        /** The broker has refused the connection (3.2.2.3); {@link #closed} follows. */
        void refused(String reason);

        /** A message has arrived; it is valid during the call. */
        void received(InboundPublish message);

        /** The broker has taken over the message that was published with this packet id (3.4, 3.7). */
        void published(int packetId);

        /** The answer to a subscription: for each topic filter the granted QoS, or 128 if it is refused (3.9.3). */
        void subscribed(int packetId, List<Integer> returnCodes);

        /**
         * The connection has ended.
         *
         * @param cause null if it is unknown, as when the broker has closed the connection
         */
        void closed(Throwable cause);
    }

    private final SessionOptions options;
    /** Null where nothing is subscribed to. */
    private final PacedReads reads;

    private final Events events;
    private final ReceivedPublish received = new ReceivedPublish();

    private ChannelHandlerContext context;
    /** Waits for CONNACK, later sends PINGREQ. */
    private Future<?> timer;

    private boolean pingIsUnanswered;
    private boolean readSincePing;
    private boolean flushIsDue;
    /** DISCONNECT has been sent: nothing may follow it (3.14.4), and nothing that still arrives is handled. */
    private boolean disconnected;

    private Throwable cause;

    Connection(SessionOptions options, PacedReads reads, Events events) {
        this.options = options;
        this.reads = reads;
        this.events = events;
    }

    /** Sends CONNECT over a socket that has just been opened. */
    void open(ChannelPipeline socket) {
        if (reads != null) {
            socket.addBefore(Network.LAST_HANDLER, "reads", reads);
        }
        socket.addBefore(Network.LAST_HANDLER, "encoder", MqttEncoder.INSTANCE);
        socket.addBefore(Network.LAST_HANDLER, "decoder", new MqttDecoder(options.maxPacketSize()));
        socket.addBefore(Network.LAST_HANDLER, "mqtt", this);
        context.writeAndFlush(connect());
        timer = context.executor()
                .schedule(
                        () -> close("did not answer to CONNECT"),
                        options.connectTimeout().toMillis(),
                        TimeUnit.MILLISECONDS);
    }

    private MqttMessage connect() {
        MqttMessageBuilders.ConnectBuilder connect = MqttMessageBuilders.connect()
                .protocolVersion(MqttVersion.MQTT_3_1_1)
                .clientId(options.clientId())
                .cleanSession(options.cleanSession())
                .keepAlive((int) options.keepAlive().toSeconds());
        options.credentials().username().ifPresent(name -> connect.hasUser(true).username(name));
        options.credentials()
                .password()
                .ifPresent(secret -> connect.hasPassword(true).password(secret.getBytes(UTF_8)));
        options.will()
                .ifPresent(will -> connect.willFlag(true)
                        .willTopic(will.topic())
                        .willMessage(will.payload())
                        .willQoS(netty(will.qos()))
                        .willRetain(will.retain()));
        return connect.build();
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        this.context = context;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object packet) {
        try {
            readSincePing = true;
            if (!disconnected) {
                handle((MqttMessage) packet);
            }
        } finally {
            ReferenceCountUtil.release(packet);
        }
    }

    private void handle(MqttMessage packet) {
        if (packet.decoderResult().isFailure()) {
            close(packet.decoderResult().cause());
            return;
        }
        switch (packet.fixedHeader().messageType()) {
            case PUBLISH -> events.received(received.of((MqttPublishMessage) packet));
            case PUBACK, PUBCOMP -> events.published(packetId(packet));
            case PUBREC -> write(idPacket(MqttMessageType.PUBREL, packetId(packet)));
            case SUBACK ->
                events.subscribed(
                        packetId(packet), ((MqttSubAckMessage) packet).payload().grantedQoSLevels());
            case CONNACK ->
                connectAnswered(
                        ((MqttConnAckMessage) packet).variableHeader().connectReturnCode(),
                        ((MqttConnAckMessage) packet).variableHeader().isSessionPresent());
            case PINGRESP -> {}
            default -> close("sent " + packet.fixedHeader().messageType());
        }
    }

    private void connectAnswered(MqttConnectReturnCode code, boolean sessionPresent) {
        timer.cancel(false);
        if (code != MqttConnectReturnCode.CONNECTION_ACCEPTED) {
            String reason = code.name()
                    .replace("CONNECTION_REFUSED_", "")
                    .replace('_', ' ')
                    .toLowerCase(Locale.ROOT);
            events.refused("the broker refuses: " + reason);
            close("refused");
            return;
        }
        long keepAlive = options.keepAlive().toSeconds();
        if (keepAlive > 0) {
            timer = context.executor().scheduleAtFixedRate(this::keepAlive, keepAlive, keepAlive, TimeUnit.SECONDS);
        }
        events.accepted(sessionPresent);
    }

    /** Sends PINGREQ (3.12). Closes the connection if nothing at all has come since the last one. */
    private void keepAlive() {
        boolean isReading = reads == null || !reads.isSuspended();
        if (pingIsUnanswered && !readSincePing && isReading) {
            close("does not answer");
            return;
        }
        // While nothing is read no answer can be seen. PINGREQ is sent all the same, for the broker's sake.
        pingIsUnanswered = isReading;
        readSincePing = false;
        write(new MqttMessage(header(MqttMessageType.PINGREQ, MqttQoS.AT_MOST_ONCE)));
    }

    /** Sends SUBSCRIBE (3.8). */
    void subscribe(int packetId, List<String> topicFilters, QoS qos) {
        MqttMessageBuilders.SubscribeBuilder subscribe =
                MqttMessageBuilders.subscribe().messageId(packetId);
        topicFilters.forEach(filter -> subscribe.addSubscription(netty(qos), filter));
        write(subscribe.build());
    }

    /** Sends PUBLISH (3.3). The packet id counts at QoS 1 and 2 only. */
    ChannelFuture publish(String topic, byte[] payload, QoS qos, boolean retain, int packetId) {
        return write(MqttMessageBuilders.publish()
                .topicName(topic)
                .payload(Unpooled.wrappedBuffer(payload))
                .qos(netty(qos))
                .retained(retain)
                .messageId(packetId)
                .build());
    }

    /** Sends PUBACK (3.4) for the first {@code count} of these packet ids with one write. */
    void acknowledge(int[] packetIds, int count) {
        ByteBuf packets = context.alloc().buffer(PUBACK_BYTES * count);
        for (int i = 0; i < count; i++) {
            packets.writeByte(MqttMessageType.PUBACK.value() << 4)
                    .writeByte(PUBACK_BYTES - 2)
                    .writeShort(packetIds[i]);
        }
        write(packets);
    }

    /** Reads again if reading had stopped because there was no room. */
    void resumeReading() {
        if (reads != null) {
            reads.resume();
        }
    }

    /** Ends a pause between two reads. */
    void readNow() {
        if (reads != null) {
            reads.readNow();
        }
    }

    /**
     * Sends DISCONNECT (3.14) after everything that was sent before, and reads on until the broker has closed the connection.
     * To close it earlier, while messages arrive, would reset it: then the broker loses the acknowledgements that it has not
     * read yet, and keeps messages that have been stored.
     */
    void disconnect() {
        timer.cancel(false);
        timer = context.executor().schedule(() -> close(cause), CLOSE_LIMIT_MILLIS, TimeUnit.MILLISECONDS);
        write(new MqttMessage(header(MqttMessageType.DISCONNECT, MqttQoS.AT_MOST_ONCE)));
        disconnected = true;
        if (reads != null) {
            reads.readEverything();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        context.fireChannelInactive();
        timer.cancel(false);
        events.closed(cause);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable failure) {
        close(failure);
    }

    private void close(String reason) {
        close(new IllegalStateException("the broker " + reason));
    }

    private void close(Throwable reason) {
        if (cause == null) {
            cause = reason;
        }
        context.flush();
        context.close();
    }

    /** What is written in one turn of the event loop is sent together. */
    private ChannelFuture write(Object packet) {
        if (disconnected) {
            ReferenceCountUtil.release(packet);
            return context.newFailedFuture(new IllegalStateException("the session has ended"));
        }
        if (!flushIsDue) {
            flushIsDue = true;
            context.executor().execute(() -> {
                flushIsDue = false;
                context.flush();
            });
        }
        return context.write(packet);
    }

    private static MqttQoS netty(QoS qos) {
        return MqttQoS.valueOf(qos.level());
    }

    private static int packetId(MqttMessage packet) {
        return ((MqttMessageIdVariableHeader) packet.variableHeader()).messageId();
    }

    private static MqttMessage idPacket(MqttMessageType type, int packetId) {
        // PUBREL has the bits of QoS 1 (3.6.1).
        return new MqttMessage(header(type, MqttQoS.AT_LEAST_ONCE), MqttMessageIdVariableHeader.from(packetId));
    }

    private static MqttFixedHeader header(MqttMessageType type, MqttQoS qos) {
        return new MqttFixedHeader(type, false, qos, false, 0);
    }
}
