package dev.sensorline.mqtt.client.vertx;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.SocketAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;

import dev.sensorline.connections.RootCause;
import dev.sensorline.mqtt.client.MqttPublisher;
import dev.sensorline.mqtt.client.SessionOptions.Broker;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.ReferenceCountUtil;

/**
 * A publisher over a channel of Netty. Between two batches it holds no buffer, and no timer of its own. Belongs to the event loop.
 * Numbers in parentheses are sections of MQTT 3.1.1.
 */
@SuppressWarnings("FutureReturnValueIgnored") // A write fails only at the end, which channelInactive reports.
final class ChannelPublisher extends ChannelInboundHandlerAdapter implements MqttPublisher {

    private static final int CONNACK = 2;
    private static final int PUBLISH = 3;
    private static final int PUBACK = 4;
    private static final int PUBREC = 5;
    private static final int PUBCOMP = 7;
    private static final int SUBACK = 9;
    private static final int DISCONNECT = 14;

    /** Of what is published and not flushed. */
    private static final int FIRST_BATCH_BYTES = 256;
    /** The last packet id. Those of messages are given from 1 on, and are fewer. */
    private static final int SUBSCRIBE_ID = 65_535;

    private final PublisherSockets sockets;
    private final int number;
    private final Listener listener;

    /** Null while there is no socket. */
    private Channel channel;

    private boolean isAccepted;
    private boolean isLeaving;
    private boolean hasRead;
    private boolean hasWritten;
    private boolean pingIsUnanswered;
    /** Why the connection ends; null if that is not known. */
    private String reason;
    /** Which broker is tried next. */
    private int attempts;

    /** Of the last connection that was accepted. */
    private BrokerLimits limits = BrokerLimits.NONE;
    /** Since the last time that all that had come was read. */
    private int readBytes;
    /** Null until a message of QoS 1 or 2 is published. */
    private UnacknowledgedPackets unacknowledged;
    /** Null between two batches. */
    private ByteBuf batch;
    /** The beginning of a packet; null between two. */
    private ByteBuf partial;

    private long bytes;

    ChannelPublisher(PublisherSockets sockets, int number, Listener listener) {
        this.sockets = sockets;
        this.number = number;
        this.listener = listener;
    }

    @Override
    public boolean isSharable() {
        return true; // Not in several pipelines at once, but in one after the other.
    }

    @Override
    public int number() {
        return number;
    }

    @Override
    public void connect() {
        if (channel != null) {
            return;
        }
        Broker broker = sockets.broker(number + attempts);
        SocketAddress address = sockets.address(broker, attempts);
        if (address == null) {
            attempts++;
            listener.disconnected(this, "%s has no address".formatted(broker.host()));
            return;
        }
        NioSocketChannel socket;
        try {
            socket = sockets.open();
        } catch (ChannelException e) {
            Throwable cause = RootCause.of(e);
            listener.disconnected(this, "no socket can be opened: " + cause.getMessage());
            return;
        }
        channel = socket;
        reason = null;
        sockets.handlers(broker).forEach(socket.pipeline()::addLast);
        socket.pipeline().addLast(Network.LAST_HANDLER, this);
        sockets.register(socket);
        socket.connect(address, sockets.source(number)).addListener(connected -> {
            if (!connected.isSuccess()) {
                fail(connected.cause());
                socket.close();
                closed();
            }
        });
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        if (!sockets.hasTls()) {
            upgrade(context.pipeline());
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof SslHandshakeCompletionEvent handshake && handshake.isSuccess()) {
            upgrade(context.pipeline());
        }
    }

    private void upgrade(ChannelPipeline socket) {
        sockets.webSocketPath()
                .ifPresentOrElse(
                        path -> new WebSocketUpgrade(
                                        sockets.broker(number + attempts),
                                        path,
                                        sockets.limit(),
                                        this::login,
                                        this::fail)
                                .start(socket),
                        () -> login(socket));
    }

    private void login(ChannelPipeline socket) {
        ByteBuf connect = socket.channel().alloc().directBuffer();
        sockets.packets()
                .connect(connect, sockets.clientId(number), listener.will(this).or(() -> sockets.will(number)));
        socket.writeAndFlush(connect, socket.voidPromise());
        hasWritten = true;
        Channel asked = channel;
        sockets.schedule(sockets.limit().toNanos(), () -> {
            if (channel == asked && !isAccepted) {
                drop("the broker did not answer to CONNECT");
            }
        });
    }

    private void fail(Throwable failure) {
        if (reason == null) {
            Throwable first = RootCause.of(failure);
            reason = first.getMessage() == null ? first.toString() : first.getMessage();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        closed();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable failure) {
        fail(failure);
        context.close();
    }

    private void closed() {
        if (channel == null) {
            return;
        }
        channel = null;
        if (!isAccepted) {
            attempts++;
        }
        isAccepted = false;
        isLeaving = false;
        pingIsUnanswered = false;
        if (batch != null) {
            batch.release();
            batch = null;
        }
        if (partial != null) {
            partial.release();
            partial = null;
        }
        listener.disconnected(this, reason == null ? "closed by the broker" : reason);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf in = (ByteBuf) message;
        hasRead = true;
        readBytes += in.readableBytes();
        pingIsUnanswered = false;
        if (partial != null) {
            partial.writeBytes(in);
            in.release();
            in = partial;
            partial = null;
        }
        try {
            while (channel != null && readPacket(in)) {}
            if (channel != null && in.isReadable()) {
                partial = context.alloc().directBuffer(in.readableBytes()).writeBytes(in);
            }
        } finally {
            ReferenceCountUtil.release(in);
        }
        flush();
    }

    /** What the broker holds back until TCP has acknowledged are answers to what is unacknowledged. */
    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        if (unacknowledged() > 0) {
            sockets.quickAcknowledgement().afterRead(context.channel(), readBytes);
        }
        readBytes = 0;
        context.fireChannelReadComplete();
    }

    /** Returns false if no whole packet is there. */
    private boolean readPacket(ByteBuf in) {
        int start = in.readerIndex();
        int length = 0;
        int at = start + 1;
        for (int shift = 0; ; shift += 7) {
            if (at >= in.writerIndex()) {
                return false;
            }
            int octet = in.getByte(at++);
            length |= (octet & 0x7f) << shift;
            if (octet >= 0) {
                break;
            }
            if (shift == 21) {
                drop("the broker has sent a malformed packet");
                return false;
            }
        }
        if (length > PublisherPackets.MOST_INBOUND_BYTES) {
            drop("the broker has sent a packet of %d bytes".formatted(length));
            return false;
        }
        if (in.writerIndex() - at < length) {
            return false;
        }
        int first = in.getUnsignedByte(start);
        in.readerIndex(at + length);
        try {
            handle(first, in.slice(at, length));
        } catch (IndexOutOfBoundsException | DecoderException e) {
            drop("the broker has sent a malformed packet");
        }
        return true;
    }

    private void handle(int first, ByteBuf packet) {
        int type = first >> 4;
        if (!isAccepted && type != CONNACK) {
            drop("the broker has sent a packet before CONNACK");
            return;
        }
        switch (type) {
            case CONNACK -> answered(packet);
            case PUBACK, PUBCOMP -> settle(packet.readUnsignedShort(), packet);
            case PUBREC -> received(packet.readUnsignedShort(), packet);
            case PUBLISH -> arrived(first, packet);
            case SUBACK -> subscribed(packet);
            case DISCONNECT ->
                drop("the broker ends the connection: "
                        + Reasons.of(
                                packet.isReadable() ? packet.readUnsignedByte() : 0, PacketProperties.read(packet)));
            default -> {}
        }
    }

    private void answered(ByteBuf packet) {
        if (isAccepted) {
            drop("the broker has sent a second CONNACK");
            return;
        }
        packet.skipBytes(1);
        int code = packet.readUnsignedByte();
        MqttProperties properties = sockets.isVersion5() ? PacketProperties.read(packet) : MqttProperties.NO_PROPERTIES;
        if (code != 0) {
            drop("the broker refuses: " + Reasons.ofConnack(code, properties));
            return;
        }
        try {
            limits = sockets.shared(BrokerLimits.of(properties));
        } catch (IllegalArgumentException e) {
            drop(e.getMessage());
            return;
        }
        isAccepted = true;
        if (unacknowledged != null) {
            unacknowledged.startAgain();
            publishAgain();
        }
        listener.connected(this);
    }

    /** Publishes what was not acknowledged on an earlier connection, as far as the broker allows now. */
    private void publishAgain() {
        if (unacknowledged.hasUnwritten()) {
            int before = batch().writerIndex();
            unacknowledged.writeTo(
                    batch, limits, tag -> listener.refused(this, tag, "its QoS or size is not supported any more"));
            bytes += batch.writerIndex() - before;
        }
    }

    private void received(int packetId, ByteBuf answer) {
        if (isSuccess(answer)) {
            sockets.packets().release(batch(), packetId);
        } else {
            settle(packetId, answer);
        }
    }

    /** @param answer of the broker, from behind the packet id on */
    private void settle(int packetId, ByteBuf answer) {
        if (unacknowledged == null || !unacknowledged.has(packetId)) {
            return;
        }
        long tag = unacknowledged.remove(packetId);
        if (isSuccess(answer)) {
            listener.acknowledged(this, tag);
        } else {
            listener.refused(this, tag, Reasons.of(answer.readUnsignedByte(), PacketProperties.read(answer)));
        }
        publishAgain();
    }

    /** Whether there is no reason code (MQTT 3.1.1, or MQTT 5 for success), or one of success. */
    private static boolean isSuccess(ByteBuf answer) {
        return !answer.isReadable() || answer.getUnsignedByte(answer.readerIndex()) < Reasons.FIRST_FAILURE;
    }

    private void subscribed(ByteBuf packet) {
        packet.skipBytes(Short.BYTES);
        if (sockets.isVersion5()) {
            packet.skipBytes(PacketProperties.readLength(packet));
        }
        while (packet.isReadable()) {
            int code = packet.readUnsignedByte();
            if (code >= Reasons.FIRST_FAILURE) {
                listener.unsubscribed(this, Reasons.of(code));
            }
        }
    }

    private void arrived(int first, ByteBuf packet) {
        String topic =
                packet.readCharSequence(packet.readUnsignedShort(), UTF_8).toString();
        int qos = first >> 1 & 3;
        if (qos > 0) {
            sockets.packets().acknowledge(batch(), packet.readUnsignedShort());
        }
        if (sockets.isVersion5()) {
            packet.skipBytes(PacketProperties.readLength(packet));
        }
        listener.received(this, topic, ByteBufUtil.getBytes(packet));
    }

    @Override
    public Room room(int qos) {
        if (!isAccepted || isLeaving) {
            return Room.NO_CONNECTION;
        }
        if (Math.min(qos, maximumQoS()) > 0
                && unacknowledged != null
                && !unacknowledged.hasRoom(Math.min(sockets.window(), limits.receiveMaximum()))) {
            return Room.WINDOW_FULL;
        }
        return channel.isWritable() && (batch == null || batch.readableBytes() < sockets.unsentBytes())
                ? Room.READY
                : Room.SOCKET_FULL;
    }

    @Override
    public int maximumQoS() {
        return limits.maximumQoS().level();
    }

    @Override
    public boolean isRetainAvailable() {
        return limits.isRetainAvailable();
    }

    @Override
    public boolean fits(int topicSize, int payloadSize, int qos) {
        return sockets.packets().publishSize(topicSize, payloadSize, Math.min(qos, maximumQoS()))
                <= limits.maximumPacketSize();
    }

    @Override
    public boolean publish(
            byte[] topic, int topicSize, byte[] payload, int payloadSize, int qos, boolean retain, long tag) {
        if (!fits(topicSize, payloadSize, qos)) {
            return false;
        }
        ByteBuf out = batch();
        int start = out.writerIndex();
        int level = Math.min(qos, maximumQoS());
        boolean isRetained = retain && isRetainAvailable();
        if (level == 0) {
            sockets.packets().publish(out, topic, topicSize, payload, payloadSize, 0, isRetained, 0);
        } else {
            if (unacknowledged == null) {
                unacknowledged = new UnacknowledgedPackets(Math.min(sockets.window(), SUBSCRIBE_ID - 1));
            }
            int packetId = unacknowledged.nextId();
            sockets.packets().publish(out, topic, topicSize, payload, payloadSize, level, isRetained, packetId);
            unacknowledged.add(out, start, out.writerIndex() - start, tag);
        }
        bytes += out.writerIndex() - start;
        return true;
    }

    private ByteBuf batch() {
        if (batch == null) {
            batch = channel.alloc().directBuffer(FIRST_BATCH_BYTES);
        }
        return batch;
    }

    @Override
    public void flush() {
        if (batch != null) {
            channel.writeAndFlush(batch, channel.voidPromise());
            batch = null;
            hasWritten = true;
        }
    }

    @Override
    public void subscribe(List<String> topicFilters) {
        ByteBuf out = batch();
        int start = out.writerIndex();
        sockets.packets().subscribe(out, topicFilters, SUBSCRIBE_ID);
        if (out.writerIndex() - start > limits.maximumPacketSize()) {
            out.writerIndex(start);
            listener.unsubscribed(this, Reasons.of(Reasons.PACKET_TOO_LARGE));
        }
    }

    @Override
    public int unacknowledged() {
        return unacknowledged == null ? 0 : unacknowledged.count();
    }

    @Override
    public long bytes() {
        return bytes;
    }

    @Override
    public int keepAliveSeconds() {
        return (int) limits.keepAliveSeconds().orElse(sockets.keepAliveSeconds());
    }

    @Override
    public void keepAlive() {
        if (!isAccepted) {
            return;
        }
        boolean isQuiet = !hasRead || !hasWritten;
        hasRead = false;
        hasWritten = false;
        if (pingIsUnanswered) {
            drop("the broker does not answer");
        } else if (isQuiet) {
            pingIsUnanswered = true;
            sockets.packets().ping(batch());
            flush();
        }
    }

    @Override
    public void drop(String why) {
        if (channel != null) {
            reason = reason == null ? why : reason;
            channel.close();
        }
    }

    @Override
    public void disconnect() {
        if (isAccepted && !isLeaving) {
            sockets.packets().disconnect(batch());
            flush();
            isLeaving = true;
            reason = "disconnected";
            Channel leaving = channel;
            // The broker closes the connection; it is not waited for without end.
            leaving.eventLoop().schedule(() -> leaving.close(), sockets.leaveMillis(), TimeUnit.MILLISECONDS);
        } else {
            drop("disconnected");
        }
    }
}
