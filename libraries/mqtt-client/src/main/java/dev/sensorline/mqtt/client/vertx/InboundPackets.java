package dev.sensorline.mqtt.client.vertx;

import java.util.function.Consumer;

import dev.sensorline.mqtt.client.InboundPublish;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

/**
 * Looks at the fixed header of each packet (2.2) before it is decoded. Of a PUBLISH beyond a bound it keeps the beginning only and
 * reads past the rest, so that no message needs more memory than the bound. If its properties (MQTT 5, 3.3.2.3) are so long that
 * they are not whole, it has neither properties nor payload. What it lets through it does not copy. A {@link PlainPublish} that
 * lies whole in what has been read is handled at once, in its turn, and does not reach the decoder.
 */
final class InboundPackets extends ChannelInboundHandlerAdapter {

    /** Fired where a broker answers to CONNECT of MQTT 5 in an older version, which the decoder would wait for more of. */
    static final Object OLDER_CONNACK = new Object();

    /** The most bytes that topic, packet id and properties of a long message may have. */
    private static final int MOST_HEADER_BYTES = 1 << 17;

    private static final int MOST_FIXED_HEADER_BYTES = 5;
    private static final int PUBLISH = 3;
    private static final int CONNACK = 0x20;
    private static final int OLDER_CONNACK_BYTES = 2;

    private final int mostKept;
    private final int maxPacketSize;
    private final boolean isVersion5;
    private final PlainPublish plain;
    private final Consumer<InboundPublish> received;
    private boolean expectsConnack;

    // Belongs to the event loop.
    private final byte[] fixedHeader = new byte[MOST_FIXED_HEADER_BYTES];
    private int fixedHeaderBytes;
    /** Bytes of the current packet that are still to be let through. */
    private int passing;
    /** The beginning of a long message, as a packet of its own; null while there is none. */
    private ByteBuf kept;

    private int keeping;
    /** Bytes of the long message that are still to be read past, and all of them. */
    private int skipping;

    private int longBytes;
    /** Not zero while a long message is being handled. */
    private int skipped;

    private boolean hasRead;

    /**
     * @param mostPayloadBytes how many bytes of a payload are kept at least
     * @param maxPacketSize    what is longer is left to the decoder
     * @param isVersion5       whether packets, and so CONNACK, are those of MQTT 5
     * @param received         is given each plain message; it is valid during the call
     */
    InboundPackets(int mostPayloadBytes, int maxPacketSize, boolean isVersion5, Consumer<InboundPublish> received) {
        this.mostKept = (int) Math.min(Integer.MAX_VALUE, (long) mostPayloadBytes + MOST_HEADER_BYTES);
        this.maxPacketSize = maxPacketSize;
        this.isVersion5 = isVersion5;
        this.plain = new PlainPublish(isVersion5);
        this.received = received;
        this.expectsConnack = isVersion5;
    }

    /** How many bytes of the message that is being handled have been read past. */
    int skippedBytes() {
        return skipped;
    }

    /** Whether anything has been read since the last call. */
    boolean takeHasRead() {
        boolean read = hasRead;
        hasRead = false;
        return read;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        hasRead = true;
        ByteBuf in = (ByteBuf) message;
        try {
            while (in.isReadable()) {
                if (kept != null) {
                    keep(context, in);
                } else if (!pass(context, in)) {
                    return;
                }
            }
        } finally {
            in.release();
        }
    }

    /** Lets through what comes before the next long message; returns false if nothing more is to be handled. */
    private boolean pass(ChannelHandlerContext context, ByteBuf in) {
        int start = in.readerIndex();
        int heldBack = fixedHeaderBytes;
        int end = start;
        while (in.isReadable() && kept == null) {
            if (passing > 0) {
                int bytes = Math.min(passing, in.readableBytes());
                in.skipBytes(bytes);
                passing -= bytes;
                end = in.readerIndex();
            } else if (readFixedHeader(in)) {
                int length = remainingLength();
                if (expectsConnack && fixedHeader[0] == CONNACK && length == OLDER_CONNACK_BYTES) {
                    context.fireUserEventTriggered(OLDER_CONNACK);
                    in.skipBytes(in.readableBytes());
                    return false;
                }
                expectsConnack = false;
                boolean isPublish = (fixedHeader[0] & 0xff) >> 4 == PUBLISH;
                if (isPublish && length > mostKept) {
                    startKeeping(context, length);
                } else if (isPublish && heldBack == 0 && isPlain(in, length)) {
                    letThrough(context, in, start, end);
                    in.skipBytes(length);
                    start = in.readerIndex();
                    end = start;
                    received.accept(plain);
                } else {
                    passing = length;
                    end = in.readerIndex();
                    if (heldBack > 0) {
                        context.fireChannelRead(context.alloc().buffer().writeBytes(fixedHeader, 0, heldBack));
                        heldBack = 0;
                    }
                }
                fixedHeaderBytes = 0;
            }
        }
        letThrough(context, in, start, end);
        return true;
    }

    private static void letThrough(ChannelHandlerContext context, ByteBuf in, int start, int end) {
        if (end > start) {
            context.fireChannelRead(in.retainedSlice(start, end - start));
        }
    }

    private boolean isPlain(ByteBuf in, int length) {
        return length <= Math.min(maxPacketSize, in.readableBytes())
                && plain.read(fixedHeader[0], in, in.readerIndex(), length);
    }

    /** Reads on in a fixed header; returns whether it is complete. One that is split over two reads is held back. */
    private boolean readFixedHeader(ByteBuf in) {
        while (in.isReadable()) {
            byte next = in.readByte();
            fixedHeader[fixedHeaderBytes++] = next;
            if (fixedHeaderBytes > 1 && (next >= 0 || fixedHeaderBytes == MOST_FIXED_HEADER_BYTES)) {
                return true;
            }
        }
        return false;
    }

    private int remainingLength() {
        int length = 0;
        for (int i = fixedHeaderBytes - 1; i > 0; i--) {
            length = length << 7 | fixedHeader[i] & 0x7f;
        }
        return length;
    }

    private void startKeeping(ChannelHandlerContext context, int length) {
        keeping = mostKept;
        skipping = length - mostKept;
        kept = publish(context, fixedHeader[0], keeping);
        longBytes = skipping;
    }

    /** The fixed header of PUBLISH, with room for what follows. */
    private static ByteBuf publish(ChannelHandlerContext context, int firstByte, int length) {
        ByteBuf packet =
                context.alloc().buffer(MOST_FIXED_HEADER_BYTES + length).writeByte(firstByte);
        for (int rest = length; rest > 0 || packet.readableBytes() == 1; rest >>= 7) {
            packet.writeByte(rest & 0x7f | (rest > 0x7f ? 0x80 : 0));
        }
        return packet;
    }

    private void keep(ChannelHandlerContext context, ByteBuf in) {
        int bytes = Math.min(keeping, in.readableBytes());
        kept.writeBytes(in, bytes);
        keeping -= bytes;
        int past = Math.min(skipping, in.readableBytes());
        in.skipBytes(past);
        skipping -= past;
        if (keeping == 0 && skipping == 0) {
            ByteBuf packet = isVersion5 ? withWholeProperties(context, kept) : kept;
            kept = null;
            skipped = longBytes;
            context.fireChannelRead(packet);
            skipped = 0;
        }
    }

    /** The packet, or if its properties go on in what has been read past, topic and packet id alone. */
    private ByteBuf withWholeProperties(ChannelHandlerContext context, ByteBuf packet) {
        int start = packet.writerIndex() - mostKept;
        int end = start + Short.BYTES + packet.getUnsignedShort(start);
        boolean hasPacketId = (packet.getByte(0) >> 1 & 3) > 0;
        end += hasPacketId ? Short.BYTES : 0;
        int properties = 0;
        int shift = 0;
        int next = end;
        do {
            properties |= (packet.getByte(next) & 0x7f) << shift;
            shift += 7;
        } while (packet.getByte(next++) < 0 && shift < Integer.SIZE - 4);
        if (next + properties <= packet.writerIndex()) {
            return packet;
        }
        ByteBuf shortened = publish(context, packet.getByte(0), end - start + 1);
        shortened.writeBytes(packet, start, end - start).writeByte(0);
        longBytes = Math.max(0, mostKept + longBytes - (next - start) - properties);
        packet.release();
        return shortened;
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        if (kept != null) {
            kept.release();
            kept = null;
        }
    }
}
