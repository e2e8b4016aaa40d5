package dev.sensorline.mqtt.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import java.util.Locale;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
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
import io.netty.handler.codec.mqtt.MqttSubscribeMessage;
import io.netty.handler.codec.mqtt.MqttVersion;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.net.impl.NetSocketInternal;
import io.vertx.mqtt.MqttClientOptions;

/**
 * MQTT 3.1.1 on one connection, from CONNECT to DISCONNECT. Packets are Netty's; numbers in parentheses are sections of
 * <a href="https://docs.oasis-open.org/mqtt/mqtt/v3.1.1/os/mqtt-v3.1.1-os.html">MQTT 3.1.1</a>.
 * <p>
 * Vert.x's own client, which could do the same, cannot stop reading, so that at a broker's full speed it must hold or drop
 * whatever comes; and it acknowledges one message with one write.
 * <p>
 * All of it belongs to the event loop of its channel.
 */
final class MqttConnection extends ChannelInboundHandlerAdapter {

    private static final int PUBACK_BYTES = 4;

    /** What is learned from the broker. Called on the event loop; must not block. */
    interface Events {

        /** The broker has accepted the connection (3.2). */
        void accepted(boolean sessionPresent);

        /** The broker has not accepted the connection (3.2.2.3); {@link #closed} follows. */
        void refused(String why);

        /** A message has arrived, of QoS 0 or 1; its payload is valid during the call. */
        void received(MqttPublishMessage message);

        /** What was published with this packet id has been taken over (3.4, 3.7). */
        void published(int packetId);

        /** The broker's answer to a subscription: for each filter the granted QoS, or 128 when it is refused (3.9.3). */
        void subscribed(int packetId, List<Integer> granted);

        /** It has ended; {@code cause} is null when nobody told why. */
        void closed(Throwable cause);
    }

    private final NetSocketInternal socket;
    private final MqttClientOptions options;
    private final Events events;
    /** Null where nothing is subscribed to. */
    private final PacedReads reads;

    private ChannelHandlerContext context;
    private Future<?> watchdog;
    private boolean awaitsAnswer;
    private boolean readSincePing;
    private boolean flushIsDue;
    private Throwable cause;

    /** Sends CONNECT over a socket that has just been opened. */
    MqttConnection(NetSocketInternal socket, MqttClientOptions options, PacedReads reads, Events events) {
        this.socket = socket;
        this.options = options;
        this.reads = reads;
        this.events = events;
        ChannelPipeline pipeline = socket.channelHandlerContext().pipeline();
        if (reads != null) {
            pipeline.addBefore("handler", "reads", reads);
        }
        pipeline.addBefore("handler", "encoder", MqttEncoder.INSTANCE);
        pipeline.addBefore("handler", "decoder", new MqttDecoder(options.getMaxMessageSize()));
        pipeline.addBefore("handler", "mqtt", this);
        socket.exceptionHandler(failure -> cause = failure);
        socket.closeHandler(ignored -> {
            watchdog.cancel(false);
            events.closed(cause);
        });
        context.writeAndFlush(connect());
        watchdog = context.executor().schedule(() -> close("did not answer to CONNECT"), options.getConnectTimeout(),
                TimeUnit.MILLISECONDS);
    }

    private MqttMessage connect() {
        return MqttMessageBuilders.connect()
                .protocolVersion(MqttVersion.MQTT_3_1_1)
                .clientId(options.getClientId() == null ? "" : options.getClientId())
                .cleanSession(options.isCleanSession())
                .keepAlive(options.getKeepAliveInterval())
                .hasUser(options.hasUsername())
                .username(options.getUsername())
                .hasPassword(options.hasPassword())
                .password(options.hasPassword() ? options.getPassword().getBytes(UTF_8) : null)
                .willFlag(options.isWillFlag())
                .willTopic(options.getWillTopic())
                .willMessage(options.getWillMessageBytes() == null ? null : options.getWillMessageBytes().getBytes())
                .willQoS(MqttQoS.valueOf(options.getWillQoS()))
                .willRetain(options.isWillRetain())
                .build();
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        this.context = context;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object packet) {
        try {
            readSincePing = true;
            handle((MqttMessage) packet);
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
            case PUBLISH -> events.received((MqttPublishMessage) packet);
            case PUBACK, PUBCOMP -> events.published(packetId(packet));
            case PUBREC -> write(idPacket(MqttMessageType.PUBREL, packetId(packet)));
            case SUBACK -> events.subscribed(packetId(packet), ((MqttSubAckMessage) packet).payload().grantedQoSLevels());
            case CONNACK -> answered(((MqttConnAckMessage) packet).variableHeader().connectReturnCode(),
                    ((MqttConnAckMessage) packet).variableHeader().isSessionPresent());
            case PINGRESP -> {
            }
            default -> close("sent " + packet.fixedHeader().messageType());
        }
    }

    private void answered(MqttConnectReturnCode code, boolean sessionPresent) {
        watchdog.cancel(false);
        if (code != MqttConnectReturnCode.CONNECTION_ACCEPTED) {
            String reason = code.name().replace("CONNECTION_REFUSED_", "").replace('_', ' ').toLowerCase(Locale.ROOT);
            events.refused("the broker refuses: " + reason);
            close("refused");
            return;
        }
        int keepAlive = options.isAutoKeepAlive() ? options.getKeepAliveInterval() : 0;
        if (keepAlive > 0) {
            watchdog = context.executor().scheduleAtFixedRate(this::keepAlive, keepAlive, keepAlive, TimeUnit.SECONDS);
        }
        events.accepted(sessionPresent);
    }

    /** Sends PINGREQ (3.12), unless the last one has been answered by nothing at all: then there is no connection. */
    private void keepAlive() {
        boolean listens = reads == null || !reads.isSuspended();
        if (awaitsAnswer && !readSincePing && listens) {
            close("does not answer");
            return;
        }
        // Who does not listen cannot know; the broker is to know that somebody is there.
        awaitsAnswer = listens;
        readSincePing = false;
        write(new MqttMessage(header(MqttMessageType.PINGREQ, MqttQoS.AT_MOST_ONCE)));
    }

    /** Sends SUBSCRIBE (3.8). */
    void subscribe(int packetId, List<String> topicFilters, MqttQoS qos) {
        MqttMessageBuilders.SubscribeBuilder builder = MqttMessageBuilders.subscribe().messageId(packetId);
        topicFilters.forEach(filter -> builder.addSubscription(qos, filter));
        MqttSubscribeMessage subscribe = builder.build();
        write(subscribe);
    }

    /** Sends PUBLISH (3.3); the packet id counts at QoS 1 and 2. */
    ChannelFuture publish(String topic, byte[] payload, MqttQoS qos, boolean retain, int packetId) {
        return write(MqttMessageBuilders.publish().topicName(topic).payload(Unpooled.wrappedBuffer(payload)).qos(qos)
                .retained(retain).messageId(packetId).build());
    }

    /** Sends PUBACK (3.4) for the first {@code count} of these packet ids, all with one write. */
    void acknowledge(int[] packetIds, int count) {
        ByteBuf packets = context.alloc().buffer(PUBACK_BYTES * count);
        for (int i = 0; i < count; i++) {
            packets.writeByte(MqttMessageType.PUBACK.value() << 4).writeByte(PUBACK_BYTES - 2).writeShort(packetIds[i]);
        }
        write(packets);
    }

    /** Reads on if that had stopped for want of room. */
    void resume() {
        if (reads != null) {
            reads.resume();
        }
    }

    /** Reads what has come without waiting for more. */
    void hurry() {
        if (reads != null) {
            reads.hurry();
        }
    }

    /** Sends DISCONNECT (3.14) after what has been sent, and closes. */
    void disconnect() {
        write(new MqttMessage(header(MqttMessageType.DISCONNECT, MqttQoS.AT_MOST_ONCE)))
                .addListener(ChannelFutureListener.CLOSE);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable failure) {
        close(failure);
    }

    private void close(String why) {
        close(new IllegalStateException("the broker " + why));
    }

    private void close(Throwable why) {
        if (cause == null) {
            cause = why;
        }
        socket.close();
    }

    /** What is written in one turn of the event loop leaves together. */
    private ChannelFuture write(Object packet) {
        if (!flushIsDue) {
            flushIsDue = true;
            context.executor().execute(() -> {
                flushIsDue = false;
                context.flush();
            });
        }
        return context.write(packet);
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
