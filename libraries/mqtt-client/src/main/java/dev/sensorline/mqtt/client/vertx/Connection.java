package dev.sensorline.mqtt.client.vertx;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.LongSupplier;

import dev.sensorline.mqtt.client.InboundPublish;
import dev.sensorline.mqtt.client.ProtocolVersion;
import dev.sensorline.mqtt.client.PublishProperties;
import dev.sensorline.mqtt.client.PublishRefusedException;
import dev.sensorline.mqtt.client.QoS;
import dev.sensorline.mqtt.client.SessionOptions;
import dev.sensorline.mqtt.client.Will;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.mqtt.MqttConnAckMessage;
import io.netty.handler.codec.mqtt.MqttConnAckVariableHeader;
import io.netty.handler.codec.mqtt.MqttDecoder;
import io.netty.handler.codec.mqtt.MqttEncoder;
import io.netty.handler.codec.mqtt.MqttFixedHeader;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageBuilders;
import io.netty.handler.codec.mqtt.MqttMessageIdVariableHeader;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttProperties.IntegerProperty;
import io.netty.handler.codec.mqtt.MqttProperties.MqttPropertyType;
import io.netty.handler.codec.mqtt.MqttProperties.UserProperty;
import io.netty.handler.codec.mqtt.MqttPubReplyMessageVariableHeader;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.handler.codec.mqtt.MqttPublishVariableHeader;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.codec.mqtt.MqttReasonCodeAndPropertiesVariableHeader;
import io.netty.handler.codec.mqtt.MqttSubAckMessage;
import io.netty.handler.codec.mqtt.MqttSubscriptionOption;
import io.netty.handler.codec.mqtt.MqttSubscriptionOption.RetainedHandlingPolicy;
import io.netty.handler.codec.mqtt.MqttVersion;
import io.netty.util.ReferenceCountUtil;

/**
 * MQTT on one connection, from CONNECT to DISCONNECT, with the packets of Netty. Numbers in parentheses are sections of
 * <a href="https://docs.oasis-open.org/mqtt/mqtt/v3.1.1/os/mqtt-v3.1.1-os.html">MQTT 3.1.1</a>, or where it says so of
 * <a href="https://docs.oasis-open.org/mqtt/mqtt/v5.0/os/mqtt-v5.0-os.html">MQTT 5</a>.
 * <p>
 * The client of Vert.x does the same, but it cannot stop reading, so that at a broker's full speed it must hold or drop
 * whatever comes, and it sends each acknowledgement with a write of its own.
 * <p>
 * Belongs to the event loop of its channel.
 */
@SuppressWarnings("FutureReturnValueIgnored") // A write fails only at the end, which channelInactive reports.
final class Connection extends ChannelInboundHandlerAdapter implements OutboundMessages.Sender {

    /** Of PUBACK, PUBREC, PUBREL and PUBCOMP. */
    private static final int ANSWER_BYTES = 4;

    // The first byte of a packet (2.2).
    private static final int PUBACK = 0x40;
    private static final int PUBREC = 0x50;
    private static final int PUBREL = 0x62;
    private static final int PUBCOMP = 0x70;

    private static final long MOST_SECONDS = 0xffff_ffffL;

    /** How long the broker may take to close the connection after DISCONNECT. */
    private static final int CLOSE_LIMIT_MILLIS = 800;

    /** What the broker has sent. Called on the event loop; must not block. */
    interface Events {

        /** The broker has accepted the connection (3.2). */
        void accepted(boolean sessionPresent, BrokerLimits limits);

        /** The broker has refused the connection (3.2.2.3); {@link #closed} follows. */
        void refused(int code, String reason);

        /** The broker has not answered to CONNECT in time; {@link #closed} follows. */
        void unanswered();

        /** A message has arrived; it is valid during the call. */
        void received(InboundPublish message);

        /**
         * PUBACK has come (3.4).
         *
         * @param refusal why the broker does not take the message; null if it does
         */
        void acknowledged(int packetId, PublishRefusedException refusal);

        /**
         * PUBREC has come (3.5).
         *
         * @param refusal why the broker does not take the message; null if it does
         */
        void publishReceived(int packetId, PublishRefusedException refusal);

        /** PUBREL has come (3.6). */
        void released(int packetId);

        /** PUBCOMP has come (3.7). */
        void completed(int packetId);

        /** SUBACK has come: for each topic filter the granted QoS, or from 128 on why it is refused (3.9.3). */
        void subscribed(int packetId, List<Integer> reasonCodes);

        /** UNSUBACK has come (3.11). */
        void unsubscribed(int packetId);

        /**
         * The connection has ended.
         *
         * @param cause null if it is unknown, as when the broker has closed the connection
         */
        void closed(Throwable cause);
    }

    /** How to connect. */
    record Login(
            SessionOptions options,
            ProtocolVersion version,
            Optional<Will> will,
            String clientId,
            boolean isCleanStart) {}

    private final SessionOptions options;
    private final Login login;
    private final boolean isVersion5;
    private final int receiveMaximum;
    private final InboundPackets packets;
    /** Null where nothing is subscribed to. */
    private final PacedReads reads;

    private final LongSupplier nanoTime;
    private final Events events;
    /** One object for all writes. */
    private final ChannelFutureListener written = this::written;

    private final ReceivedPublish received;
    private final TopicAliases aliases;

    private ChannelHandlerContext context;
    /** Waits for CONNACK, later sends PINGREQ. */
    private Future<?> timer;

    private BrokerLimits limits = BrokerLimits.NONE;
    private long keepAliveNanos;
    private long keepAliveDueNanos;
    private boolean pingIsUnanswered;
    private boolean flushIsDue;
    /** Whether CONNACK has come. */
    private boolean isAccepted;
    /** Whether DISCONNECT has been sent: nothing may follow it (3.14.4), and nothing that still arrives is handled. */
    private boolean hasDisconnected;
    /** Whether the broker has ended the connection, or done what it must not: nothing more of it is handled. */
    private boolean hasEnded;

    private Throwable cause;

    /**
     * @param receiveMaximum  how many messages may be unacknowledged
     * @param mostPayloadBytes how many bytes of a payload are kept at least
     */
    Connection(
            Login login,
            int receiveMaximum,
            int mostPayloadBytes,
            PacedReads reads,
            LongSupplier nanoTime,
            Events events) {
        this.login = login;
        this.options = login.options();
        this.isVersion5 = login.version() == ProtocolVersion.V5;
        this.receiveMaximum = receiveMaximum;
        this.aliases = new TopicAliases(options.topicAliases());
        this.packets = new InboundPackets(mostPayloadBytes, options.maxPacketSize(), isVersion5, this::receivedPlain);
        this.received = new ReceivedPublish(packets);
        this.reads = reads;
        this.nanoTime = nanoTime;
        this.events = events;
    }

    /** Sends CONNECT over a socket that has just been opened. */
    void open(ChannelPipeline socket) {
        if (reads != null) {
            socket.addBefore(Network.LAST_HANDLER, "reads", reads);
        }
        socket.addBefore(Network.LAST_HANDLER, "encoder", MqttEncoder.INSTANCE);
        socket.addBefore(Network.LAST_HANDLER, "packets", packets);
        socket.addBefore(Network.LAST_HANDLER, "decoder", new MqttDecoder(options.maxPacketSize()));
        socket.addBefore(Network.LAST_HANDLER, "mqtt", this);
        context.writeAndFlush(connect());
        timer = context.executor()
                .schedule(
                        () -> {
                            events.unanswered();
                            close("did not answer to CONNECT");
                        },
                        options.connectTimeout().toMillis(),
                        TimeUnit.MILLISECONDS);
    }

    private MqttMessage connect() {
        MqttMessageBuilders.ConnectBuilder connect = MqttMessageBuilders.connect()
                .protocolVersion(isVersion5 ? MqttVersion.MQTT_5 : MqttVersion.MQTT_3_1_1)
                .clientId(login.clientId())
                .cleanSession(login.isCleanStart())
                .properties(isVersion5 ? connectProperties() : MqttProperties.NO_PROPERTIES)
                .keepAlive((int) options.keepAlive().toSeconds());
        options.credentials().username().ifPresent(name -> connect.hasUser(true).username(name));
        options.credentials()
                .password()
                .ifPresent(secret -> connect.hasPassword(true).password(secret.getBytes(UTF_8)));
        login.will()
                .ifPresent(will -> connect.willFlag(true)
                        .willTopic(will.topic())
                        .willMessage(will.payload())
                        .willQoS(netty(will.qos()))
                        .willRetain(will.retain())
                        .willProperties(isVersion5 ? willProperties(will) : MqttProperties.NO_PROPERTIES));
        return connect.build();
    }

    /** MQTT 5, 3.1.2.11. */
    private MqttProperties connectProperties() {
        MqttProperties properties = new MqttProperties();
        properties.add(number(MqttPropertyType.SESSION_EXPIRY_INTERVAL, options.sessionExpirySeconds()));
        properties.add(number(MqttPropertyType.RECEIVE_MAXIMUM, receiveMaximum));
        if (options.topicAliases() > 0) {
            properties.add(number(MqttPropertyType.TOPIC_ALIAS_MAXIMUM, options.topicAliases()));
        }
        if (options.maxPacketSize() < SessionOptions.LARGEST_PACKET) {
            // The broker drops what is larger. Otherwise it is received and read past, so that its user learns of it.
            properties.add(number(MqttPropertyType.MAXIMUM_PACKET_SIZE, options.maxPacketSize()));
        }
        return properties;
    }

    private static MqttProperties willProperties(Will will) {
        MqttProperties properties = new MqttProperties();
        properties.add(number(MqttPropertyType.WILL_DELAY_INTERVAL, wholeSeconds(will.delay())));
        return properties;
    }

    /** Rounded up, and no more than four bytes can say. */
    private static long wholeSeconds(Duration duration) {
        return Math.min(duration.plusNanos(999_999_999).toSeconds(), MOST_SECONDS);
    }

    private static IntegerProperty number(MqttPropertyType type, long value) {
        return new IntegerProperty(type.value(), (int) value);
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        this.context = context;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object packet) {
        try {
            handle((MqttMessage) packet);
        } finally {
            ReferenceCountUtil.release(packet);
        }
    }

    private void handle(MqttMessage packet) {
        if (hasEnded || hasDisconnected) {
            return;
        }
        if (packet.decoderResult().isFailure()) {
            Throwable failure = packet.decoderResult().cause();
            violated(
                    failure instanceof TooLongFrameException ? Reasons.PACKET_TOO_LARGE : Reasons.MALFORMED_PACKET,
                    failure);
            return;
        }
        MqttMessageType type = packet.fixedHeader().messageType();
        if (isAccepted == (type == MqttMessageType.CONNACK) && type != MqttMessageType.DISCONNECT) {
            if (isAccepted) {
                violated(Reasons.PROTOCOL_ERROR, "sent a second CONNACK");
            } else {
                violatedBeforeConnack(type);
            }
            return;
        }
        switch (type) {
            case PUBLISH -> received((MqttPublishMessage) packet);
            case PUBACK -> events.acknowledged(packetId(packet), refusal(packet));
            case PUBREC -> events.publishReceived(packetId(packet), refusal(packet));
            case PUBREL -> events.released(packetId(packet));
            case PUBCOMP -> events.completed(packetId(packet));
            case SUBACK ->
                events.subscribed(
                        packetId(packet), ((MqttSubAckMessage) packet).payload().reasonCodes());
            case UNSUBACK -> events.unsubscribed(packetId(packet));
            case CONNACK -> connectAnswered(((MqttConnAckMessage) packet).variableHeader());
            case PINGRESP -> {}
            case DISCONNECT -> disconnected(packet);
            default -> violated(Reasons.PROTOCOL_ERROR, "sent " + type);
        }
    }

    private void receivedPlain(InboundPublish message) {
        if (hasEnded || hasDisconnected) {
            return;
        }
        if (isAccepted) {
            events.received(message);
        } else {
            violatedBeforeConnack(MqttMessageType.PUBLISH);
        }
    }

    private void received(MqttPublishMessage message) {
        if (!aliases.isAllowed(message.variableHeader())) {
            violated(Reasons.TOPIC_ALIAS_INVALID, "sent a topic alias that is not allowed");
            return;
        }
        String topic = aliases.topicOf(message.variableHeader());
        if (topic.isEmpty()) {
            violated(Reasons.PROTOCOL_ERROR, "sent a message without a topic");
        } else if (topic.indexOf(0) >= 0) {
            violated(Reasons.MALFORMED_PACKET, "sent a topic with U+0000");
        } else {
            events.received(received.of(message, topic));
        }
    }

    private void violatedBeforeConnack(MqttMessageType type) {
        violated(Reasons.PROTOCOL_ERROR, "sent %s before CONNACK".formatted(type));
    }

    private void violated(int reasonCode, String what) {
        violated(reasonCode, new IllegalStateException("the broker " + what));
    }

    /** Closes the connection because the broker has violated the protocol (4.8); with MQTT 5 tells it why (4.13). */
    private void violated(int reasonCode, Throwable failure) {
        hasEnded = true;
        if (isVersion5 && isAccepted) {
            write(new MqttMessage(
                    header(MqttMessageType.DISCONNECT, MqttQoS.AT_MOST_ONCE),
                    new MqttReasonCodeAndPropertiesVariableHeader((byte) reasonCode, MqttProperties.NO_PROPERTIES)));
            hasDisconnected = true;
        }
        close(failure);
    }

    private static PublishRefusedException refusal(MqttMessage packet) {
        MqttPubReplyMessageVariableHeader header = (MqttPubReplyMessageVariableHeader) packet.variableHeader();
        int code = Byte.toUnsignedInt(header.reasonCode());
        return code < Reasons.FIRST_FAILURE
                ? null
                : new PublishRefusedException(code, Reasons.of(code, header.properties()));
    }

    /** MQTT 5, 3.14. With MQTT 3.1.1 a broker must not send it. */
    private void disconnected(MqttMessage packet) {
        hasEnded = true;
        if (isVersion5 && packet.variableHeader() instanceof MqttReasonCodeAndPropertiesVariableHeader header) {
            close("ends the connection: " + Reasons.of(Byte.toUnsignedInt(header.reasonCode()), header.properties()));
        } else {
            close("sent DISCONNECT");
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event == InboundPackets.OLDER_CONNACK) {
            events.refused(Reasons.UNSUPPORTED_VERSION, "the broker answers in an older version of MQTT");
            close("refused");
        } else {
            context.fireUserEventTriggered(event);
        }
    }

    private void connectAnswered(MqttConnAckVariableHeader answer) {
        timer.cancel(false);
        int code = Byte.toUnsignedInt(answer.connectReturnCode().byteValue());
        if (code != 0) {
            events.refused(code, "the broker refuses: " + Reasons.ofConnack(code, answer.properties()));
            close("refused");
            return;
        }
        isAccepted = true;
        // A broker that accepts a new session must not have an earlier one (3.2.2.2).
        if (answer.isSessionPresent() && login.isCleanStart() && isVersion5) {
            violated(Reasons.PROTOCOL_ERROR, "goes on with a session where a new one was asked for");
            return;
        }
        try {
            limits = isVersion5 ? BrokerLimits.of(answer.properties()) : BrokerLimits.NONE;
        } catch (IllegalArgumentException e) {
            violated(Reasons.PROTOCOL_ERROR, e);
            return;
        }
        keepAliveNanos = TimeUnit.SECONDS.toNanos(
                limits.keepAliveSeconds().orElse(options.keepAlive().toSeconds()));
        if (keepAliveNanos > 0) {
            awaitKeepAlive();
        }
        events.accepted(answer.isSessionPresent() && !login.isCleanStart(), limits);
    }

    private void awaitKeepAlive() {
        keepAliveDueNanos = nanoTime.getAsLong() + keepAliveNanos;
        timer = context.executor().schedule(this::keepAlive, keepAliveNanos, TimeUnit.NANOSECONDS);
    }

    /** Sends PINGREQ (3.12). Closes the connection if nothing at all has come since the last one. */
    private void keepAlive() {
        // The process has stood still: what the broker has sent meanwhile has not been read yet.
        boolean stoodStill = nanoTime.getAsLong() - keepAliveDueNanos > keepAliveNanos / 2;
        awaitKeepAlive();
        boolean hasRead = packets.takeHasRead();
        if (pingIsUnanswered && !hasRead && isReading() && !stoodStill) {
            close("does not answer");
            return;
        }
        // While nothing is read no answer can be seen. PINGREQ is sent all the same, for the broker's sake.
        pingIsUnanswered = isReading();
        write(new MqttMessage(header(MqttMessageType.PINGREQ, MqttQoS.AT_MOST_ONCE)));
    }

    /** Whether what the broker sends is read, and not left in the socket because the receiver is full. */
    boolean isReading() {
        return reads == null || !reads.isSuspended();
    }

    /** Sends SUBSCRIBE (3.8). */
    void subscribe(int packetId, List<String> topicFilters, Function<String, QoS> qos) {
        MqttMessageBuilders.SubscribeBuilder subscribe =
                MqttMessageBuilders.subscribe().messageId(packetId);
        topicFilters.forEach(filter -> subscribe.addSubscription(
                filter,
                new MqttSubscriptionOption(
                        netty(qos.apply(filter)),
                        // With a shared subscription it would be a protocol error (MQTT 5, 3.8.3.1).
                        options.noLocal() && !filter.startsWith("$share/"),
                        false,
                        // To subscribe again does not bring retained messages again.
                        RetainedHandlingPolicy.SEND_AT_SUBSCRIBE_IF_NOT_YET_EXISTS)));
        write(subscribe.build());
    }

    /** Sends SUBSCRIBE (3.8) that brings the retained message of a topic, however often it is sent. */
    void subscribeToRetained(int packetId, String topic) {
        write(MqttMessageBuilders.subscribe()
                .messageId(packetId)
                .addSubscription(
                        topic,
                        new MqttSubscriptionOption(
                                MqttQoS.AT_MOST_ONCE, false, false, RetainedHandlingPolicy.SEND_AT_SUBSCRIBE))
                .build());
    }

    /** Sends UNSUBSCRIBE (3.10). */
    void unsubscribe(int packetId, List<String> topicFilters) {
        MqttMessageBuilders.UnsubscribeBuilder unsubscribe =
                MqttMessageBuilders.unsubscribe().messageId(packetId);
        topicFilters.forEach(unsubscribe::addTopicFilter);
        write(unsubscribe.build());
    }

    /** Without the retain flag where the broker does not support it (MQTT 5, 3.2.2.3.5). */
    @Override
    public ChannelFuture publish(Publication message, boolean isDuplicate) {
        return write(new MqttPublishMessage(
                new MqttFixedHeader(
                        MqttMessageType.PUBLISH,
                        isDuplicate,
                        netty(message.qos),
                        message.retain && limits.isRetainAvailable(),
                        0),
                new MqttPublishVariableHeader(message.topic, message.packetId, publishProperties(message.properties)),
                Unpooled.wrappedBuffer(message.payload)));
    }

    /** MQTT 5, 3.3.2.3. */
    private MqttProperties publishProperties(PublishProperties given) {
        if (!isVersion5 || given.isEmpty()) {
            return MqttProperties.NO_PROPERTIES;
        }
        MqttProperties properties = new MqttProperties();
        given.messageExpiry()
                .ifPresent(expiry ->
                        properties.add(number(MqttPropertyType.PUBLICATION_EXPIRY_INTERVAL, wholeSeconds(expiry))));
        given.userProperties()
                .forEach(property -> properties.add(new UserProperty(property.getKey(), property.getValue())));
        return properties;
    }

    @Override
    public void release(int packetId) {
        writeAnswer(PUBREL, packetId);
    }

    /** Sends PUBREC (3.5). */
    void answerReceived(int packetId) {
        writeAnswer(PUBREC, packetId);
    }

    /** Sends PUBCOMP (3.7). */
    void answerReleased(int packetId) {
        writeAnswer(PUBCOMP, packetId);
    }

    private void writeAnswer(int firstByte, int packetId) {
        write(answer(context.alloc().buffer(ANSWER_BYTES), firstByte, packetId));
    }

    private static ByteBuf answer(ByteBuf packets, int firstByte, int packetId) {
        return packets.writeByte(firstByte).writeByte(ANSWER_BYTES - 2).writeShort(packetId);
    }

    /**
     * Answers with one write the messages with the first {@code count} of these packet ids: with PUBREC (3.5) those that came at
     * QoS 2, with PUBACK (3.4) the others.
     */
    void acknowledge(int[] packetIds, int count, InboundExactlyOnce exactlyOnce) {
        ByteBuf packets = context.alloc().buffer(ANSWER_BYTES * count);
        boolean allAtLeastOnce = exactlyOnce.isEmpty();
        for (int i = 0; i < count; i++) {
            int packetId = packetIds[i];
            if (allAtLeastOnce || !exactlyOnce.contains(packetId)) {
                answer(packets, PUBACK, packetId);
            } else if (exactlyOnce.acknowledge(packetId)) {
                answer(packets, PUBREC, packetId);
            }
        }
        write(packets);
    }

    /** Reads again if reading had stopped because there was no room. */
    void resumeReading() {
        if (reads != null) {
            reads.resume();
        }
    }

    /** Reads nothing for so long. */
    void pauseReading(long nanos) {
        if (reads != null) {
            reads.pause(nanos);
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
        hasDisconnected = true;
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

    /** Closes the connection because of what the broker does. */
    void close(String reason) {
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
        if (hasDisconnected) {
            ReferenceCountUtil.release(packet);
            return context.newFailedFuture(new IllegalStateException("the client has disconnected"));
        }
        if (!flushIsDue) {
            flushIsDue = true;
            context.executor().execute(() -> {
                flushIsDue = false;
                context.flush();
            });
        }
        return context.write(packet).addListener(written);
    }

    private void written(ChannelFuture write) {
        // Of a connection that has ended, the end is reported already.
        if (!write.isSuccess() && context.channel().isActive()) {
            close(write.cause());
        }
    }

    private static MqttQoS netty(QoS qos) {
        return MqttQoS.valueOf(qos.level());
    }

    private static int packetId(MqttMessage packet) {
        return ((MqttMessageIdVariableHeader) packet.variableHeader()).messageId();
    }

    private static MqttFixedHeader header(MqttMessageType type, MqttQoS qos) {
        return new MqttFixedHeader(type, false, qos, false, 0);
    }
}
