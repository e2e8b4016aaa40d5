package dev.sensorline.mqtt.client.vertx;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.CorruptedFrameException;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrameDecoder;

/**
 * Takes the frames of a WebSocket off (RFC 6455, 5.2): the content of binary messages goes on as it arrives, whatever the length of
 * its frame, without a copy; pings and the end as Netty's frames. Belongs to the event loop.
 */
final class InboundFrames extends ChannelInboundHandlerAdapter implements WebSocketFrameDecoder {

    private static final int CONTINUATION = 0;
    private static final int BINARY = 2;
    private static final int FIRST_CONTROL = 8;
    private static final int CLOSE = 8;
    private static final int PING = 9;
    private static final int PONG = 10;

    private static final int FINAL = 0x80;
    private static final int RESERVED = 0x70;
    private static final int OPCODE = 0x0f;
    private static final int MASKED = 0x80;
    private static final int MOST_CONTROL_BYTES = 125;
    private static final int LENGTH_OF_16_BITS = 126;
    private static final int LENGTH_OF_64_BITS = 127;
    private static final int MOST_HEADER_BYTES = 10;

    private final ByteBuf header = Unpooled.buffer(MOST_HEADER_BYTES, MOST_HEADER_BYTES);
    private int opcode;
    /** Bytes of the current frame's content that are still to come. */
    private long left;
    /** The content of a control frame, which is gathered; null while there is none. */
    private ByteBuf control;
    /** Whether the current message goes on in another frame. */
    private boolean isContinued;

    private boolean hasEnded;

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf in = (ByteBuf) message;
        try {
            while (in.isReadable() && !hasEnded) {
                read(context, in);
            }
        } catch (CorruptedFrameException e) {
            hasEnded = true;
            context.fireExceptionCaught(e);
        } finally {
            in.release();
        }
    }

    private void read(ChannelHandlerContext context, ByteBuf in) {
        if (left == 0) {
            if (readHeader(in)) {
                begin();
                header.clear();
                endIfComplete(context);
            }
            return;
        }
        int bytes = (int) Math.min(left, in.readableBytes());
        left -= bytes;
        if (control == null) {
            context.fireChannelRead(in.readRetainedSlice(bytes));
        } else {
            control.writeBytes(in, bytes);
            endIfComplete(context);
        }
    }

    /** Reads on in a header; returns whether it is complete. */
    private boolean readHeader(ByteBuf in) {
        while (in.isReadable()) {
            header.writeByte(in.readByte());
            if (header.writerIndex() > 1 && header.writerIndex() == headerBytes()) {
                return true;
            }
        }
        return false;
    }

    private int headerBytes() {
        return switch (header.getByte(1) & ~MASKED & 0xff) {
            case LENGTH_OF_16_BITS -> 2 + Short.BYTES;
            case LENGTH_OF_64_BITS -> 2 + Long.BYTES;
            default -> 2;
        };
    }

    private void begin() {
        int first = header.readUnsignedByte();
        int second = header.readUnsignedByte();
        opcode = first & OPCODE;
        boolean isFinal = (first & FINAL) != 0;
        int length = second & ~MASKED;
        require((first & RESERVED) == 0, "has sent a frame with reserved bits");
        require((second & MASKED) == 0, "has sent a masked frame");
        if (opcode >= FIRST_CONTROL) {
            require(opcode <= PONG && isFinal && length <= MOST_CONTROL_BYTES, "has sent an invalid control frame");
            left = length;
            control = Unpooled.buffer(length, MOST_CONTROL_BYTES);
            return;
        }
        require(
                opcode == (isContinued ? CONTINUATION : BINARY),
                opcode == 1 ? "has sent text, not binary frames" : "has sent a frame out of order");
        isContinued = !isFinal;
        left = switch (length) {
            case LENGTH_OF_16_BITS -> header.readUnsignedShort();
            case LENGTH_OF_64_BITS -> header.readLong();
            default -> length;
        };
        require(left >= 0, "has sent a frame with an invalid length");
    }

    private static void require(boolean condition, String violation) {
        if (!condition) {
            throw new CorruptedFrameException("the broker " + violation);
        }
    }

    private void endIfComplete(ChannelHandlerContext context) {
        if (control == null || left > 0) {
            return;
        }
        ByteBuf content = control;
        control = null;
        if (opcode == PING) {
            context.fireChannelRead(new PingWebSocketFrame(content));
        } else if (opcode == CLOSE) {
            hasEnded = true;
            context.fireChannelRead(new CloseWebSocketFrame(true, 0, content));
        }
    }
}
