package dev.sensorline.mqtt.client;

import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.FixedRecvByteBufAllocator;

/**
 * Decides when a socket is read, which otherwise happens whenever something has arrived.
 * <p>
 * A broker under load writes message by message, and waking up for each costs several times what a message itself does.
 * So after a read that brought several messages, or came soon after the last one, there is a pause, a longer one where it
 * brought more than a few; after a lone message there is none, nor after a read that filled its buffer. Nothing at all is read while the receiver is full: then the
 * kernel's window closes, and what comes stays with the broker.
 */
final class PacedReads extends ChannelInboundHandlerAdapter {

    /** How much is read at once, and so how far a receiver can be filled beyond its bound, in bytes. */
    private static final int READ_BYTES = 1 << 16;
    /** Above this a longer pause would save little, and fill the socket. */
    private static final int BUSY_BYTES = 1 << 14;
    /** What one or two readings take. */
    private static final int LONE_BYTES = 1 << 8;
    /** And a few: as many come within a short pause at some hundred a second. */
    private static final int FEW_BYTES = 1 << 9;
    private static final long SOON_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
    private static final long SHORT_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(15);
    /** The longest pause. */
    static final Duration PAUSE = Duration.ofMillis(35);
    private static final long BUSY_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    private final BooleanSupplier hasRoom;

    // All of it belongs to the event loop.
    private ChannelHandlerContext context;
    private int bytes;
    private long lastNanos = System.nanoTime() - SOON_NANOS;
    private Future<?> pause;
    private boolean suspended;

    /** @param hasRoom whether the receiver takes more; when that becomes true again, {@link #resume} is to be called */
    PacedReads(BooleanSupplier hasRoom) {
        this.hasRoom = hasRoom;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        this.context = context;
        FixedRecvByteBufAllocator oneRead = new FixedRecvByteBufAllocator(READ_BYTES);
        oneRead.maxMessagesPerRead(1);
        context.channel().config().setRecvByteBufAllocator(oneRead).setAutoRead(false);
        context.read();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof ByteBuf buffer) {
            bytes += buffer.readableBytes();
        }
        context.fireChannelRead(message);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        context.fireChannelReadComplete();
        long now = System.nanoTime();
        boolean alone = bytes < LONE_BYTES && now - lastNanos >= SOON_NANOS;
        if (alone || bytes >= READ_BYTES) {
            read();
        } else {
            pause = context.executor().schedule(this::read, pauseNanos(), TimeUnit.NANOSECONDS);
        }
        lastNanos = now;
        bytes = 0;
    }

    private long pauseNanos() {
        if (bytes >= BUSY_BYTES) {
            return BUSY_PAUSE_NANOS;
        }
        return bytes < FEW_BYTES ? SHORT_PAUSE_NANOS : PAUSE.toNanos();
    }

    private void read() {
        pause = null;
        suspended = !hasRoom.getAsBoolean();
        if (!suspended) {
            context.read();
        }
    }

    /** Whether nothing is being read because the receiver is full. */
    boolean isSuspended() {
        return suspended;
    }

    /** Reads on if it had stopped because the receiver was full. */
    void resume() {
        if (suspended) {
            read();
        }
    }

    /** Ends a pause. */
    void hurry() {
        if (pause != null && pause.cancel(false)) {
            read();
        }
    }
}
