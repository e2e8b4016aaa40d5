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
    /** A packet of the broker that is longer ends the connection: nothing that long is asked for. */
    private static final int MOST_INBOUND_BYTES = 1 << 16;
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

    /** What the broker has asked for. */
    private int receiveMaximum;

    private int keepAliveSeconds;
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
        this.keepAliveSeconds = sockets.keepAliveSeconds();
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
        if (length > MOST_INBOUND_BYTES) {
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
        } catch (IndexOutOfBoundsException e) {
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
            case PUBACK, PUBCOMP -> settle(packet.readUnsignedShort(), isSuccess(packet));
            case PUBREC -> received(packet.readUnsignedShort(), isSuccess(packet));
            case PUBLISH -> arrived(first, packet);
            case SUBACK -> subscribed(packet);
            case DISCONNECT ->
                drop("the broker ends the connection: "
                        + Reasons.of(packet.isReadable() ? packet.readByte() & 0xff : 0));
            default -> {}
        }
    }

    /** Whether there is no reason code (MQTT 3.1.1, or MQTT 5 for success), or one of success. */
    private static boolean isSuccess(ByteBuf packet) {
        return !packet.isReadable() || packet.readUnsignedByte() < Reasons.FIRST_FAILURE;
    }

    private void answered(ByteBuf packet) {
        if (isAccepted) {
            drop("the broker has sent a second CONNACK");
            return;
        }
        packet.skipBytes(1);
        int code = packet.readUnsignedByte();
        if (code != 0) {
            drop("the broker refuses: " + Reasons.of(code));
            return;
        }
        receiveMaximum = SUBSCRIBE_ID;
        keepAliveSeconds = sockets.keepAliveSeconds();
        if (sockets.isVersion5()) {
            readProperties(packet);
        }
        isAccepted = true;
        if (unacknowledged != null && unacknowledged.count() > 0) {
            int before = batch().writerIndex();
            unacknowledged.writeTo(batch);
            bytes += batch.writerIndex() - before;
        }
        listener.connected(this);
    }

    /** Of CONNACK (MQTT 5, 3.2.2.3). */
    private void readProperties(ByteBuf packet) {
        int end = PublisherSockets.readLength(packet) + packet.readerIndex();
        while (packet.readerIndex() < end) {
            switch (packet.readUnsignedByte()) {
                case 0x21 -> receiveMaximum = packet.readUnsignedShort();
                case 0x13 -> keepAliveSeconds = packet.readUnsignedShort();
                case 0x24, 0x25, 0x28, 0x29, 0x2a -> packet.skipBytes(1);
                case 0x22 -> packet.skipBytes(Short.BYTES);
                case 0x11, 0x27 -> packet.skipBytes(Integer.BYTES);
                case 0x26 -> {
                    packet.skipBytes(packet.readUnsignedShort());
                    packet.skipBytes(packet.readUnsignedShort());
                }
                default -> packet.skipBytes(packet.readUnsignedShort());
            }
        }
    }

    private void received(int packetId, boolean isSuccess) {
        if (isSuccess) {
            sockets.packets().release(batch(), packetId);
        } else {
            settle(packetId, false);
        }
    }

    private void settle(int packetId, boolean isTaken) {
        if (unacknowledged != null && unacknowledged.has(packetId)) {
            listener.acknowledged(this, unacknowledged.remove(packetId), isTaken);
        }
    }

    private void subscribed(ByteBuf packet) {
        packet.skipBytes(Short.BYTES);
        if (sockets.isVersion5()) {
            packet.skipBytes(PublisherSockets.readLength(packet));
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
            packet.skipBytes(PublisherSockets.readLength(packet));
        }
        listener.received(this, topic, ByteBufUtil.getBytes(packet));
    }

    @Override
    public Room room(int qos) {
        if (!isAccepted || isLeaving) {
            return Room.NO_CONNECTION;
        }
        if (qos > 0
                && !(unacknowledged == null || unacknowledged.hasRoom(Math.min(sockets.window(), receiveMaximum)))) {
            return Room.WINDOW_FULL;
        }
        return channel.isWritable() && (batch == null || batch.readableBytes() < sockets.unsentBytes())
                ? Room.READY
                : Room.SOCKET_FULL;
    }

    @Override
    public void publish(
            byte[] topic, int topicSize, byte[] payload, int payloadSize, int qos, boolean retain, long tag) {
        ByteBuf out = batch();
        int start = out.writerIndex();
        if (qos == 0) {
            sockets.packets().publish(out, topic, topicSize, payload, payloadSize, 0, retain, 0);
        } else {
            if (unacknowledged == null) {
                unacknowledged = new UnacknowledgedPackets(Math.min(sockets.window(), SUBSCRIBE_ID - 1));
            }
            int packetId = unacknowledged.nextId();
            sockets.packets().publish(out, topic, topicSize, payload, payloadSize, qos, retain, packetId);
            unacknowledged.add(out, start, out.writerIndex() - start, tag);
        }
        bytes += out.writerIndex() - start;
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
        sockets.packets().subscribe(batch(), topicFilters, SUBSCRIBE_ID);
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
        return keepAliveSeconds;
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
