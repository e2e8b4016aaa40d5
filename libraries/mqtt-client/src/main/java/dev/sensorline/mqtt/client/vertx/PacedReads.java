package dev.sensorline.mqtt.client.vertx;

import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

import dev.sensorline.mqtt.client.MqttSession;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.FixedRecvByteBufAllocator;

/**
 * Decides when a socket is read, which otherwise happens whenever something has arrived.
 * <p>
 * A broker under load writes message by message, and waking up for each of them costs several times what the message itself
 * costs. So a read that brought several messages, or that came soon after the last one, is followed by a pause, which is
 * longer if it brought more than a few. A read that brought a single message is not, nor is one that filled its buffer. While
 * the receiver is full nothing is read: then the kernel's receive window closes, and the messages stay with the broker. What a
 * small read brought is acknowledged by TCP at once. A receiver that does nothing with messages before a certain time can ask for
 * a pause until then.
 */
final class PacedReads extends ChannelInboundHandlerAdapter {

    /** The most bytes of one read, and so of what may come after the receiver has become full. */
    static final int READ_BYTES = 1 << 16;
    /** Above this, a longer pause would save little and fill the socket. */
    private static final int BUSY_BYTES = 1 << 14;
    /** One or two readings. */
    private static final int LONE_BYTES = 1 << 8;
    /** A few readings: as many as arrive within a short pause at some hundred a second. */
    private static final int FEW_BYTES = QuickAcknowledgement.FEW_BYTES;

    private static final long SOON_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
    private static final long SHORT_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(15);
    private static final long LONG_PAUSE_NANOS = MqttSession.LONGEST_READ_PAUSE.toNanos();
    private static final long BUSY_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    private final QuickAcknowledgement quickAcknowledgement = new QuickAcknowledgement();
    private final BooleanSupplier hasRoom;
    private final LongSupplier nanoTime;

    // Belongs to the event loop.
    private ChannelHandlerContext context;
    private int bytes;
    private long lastReadNanos;
    private Future<?> pause;
    private boolean suspended;

    /**
     * @param hasRoom  whether the receiver takes more; when that becomes true again, {@link #resume} must be called
     * @param nanoTime a clock for time differences
     */
    PacedReads(BooleanSupplier hasRoom, LongSupplier nanoTime) {
        this.hasRoom = hasRoom;
        this.nanoTime = nanoTime;
        this.lastReadNanos = nanoTime.getAsLong() - SOON_NANOS;
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
        if (context.channel().config().isAutoRead()) {
            return;
        }
        quickAcknowledgement.afterRead(context.channel(), bytes);
        long now = nanoTime.getAsLong();
        boolean alone = bytes < LONE_BYTES && now - lastReadNanos >= SOON_NANOS;
        if (alone || bytes >= READ_BYTES) {
            read();
        } else {
            pause = context.executor().schedule(this::read, pauseNanos(), TimeUnit.NANOSECONDS);
        }
        lastReadNanos = now;
        bytes = 0;
    }

    private long pauseNanos() {
        if (bytes >= BUSY_BYTES) {
            return BUSY_PAUSE_NANOS;
        }
        return bytes < FEW_BYTES ? SHORT_PAUSE_NANOS : LONG_PAUSE_NANOS;
    }

    private void read() {
        pause = null;
        suspended = !hasRoom.getAsBoolean();
        if (!suspended) {
            context.read();
        }
    }

    /** From now on reads whatever arrives at once, even if the receiver is full. */
    void readEverything() {
        if (pause != null) {
            pause.cancel(false);
        }
        context.channel().config().setAutoRead(true);
    }

    /** Whether nothing is read because the receiver is full. */
    boolean isSuspended() {
        return suspended;
    }

    /** Reads again if reading had stopped because the receiver was full. */
    void resume() {
        if (suspended) {
            read();
        }
    }

    /** Reads nothing for so long, instead of the pause that goes on, unless everything is read or the receiver is full. */
    void pause(long nanos) {
        if (context.channel().config().isAutoRead() || suspended) {
            return;
        }
        if (pause != null) {
            pause.cancel(false);
        } else {
            // Takes back the read that has been asked for: Netty does so when autoRead ends.
            context.channel().config().setAutoRead(true).setAutoRead(false);
        }
        pause = context.executor().schedule(this::read, nanos, TimeUnit.NANOSECONDS);
    }

    /** Ends a pause. */
    void readNow() {
        if (pause != null && pause.cancel(false)) {
            read();
        }
    }
}
