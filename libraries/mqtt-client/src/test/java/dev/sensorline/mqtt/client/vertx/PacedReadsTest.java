package dev.sensorline.mqtt.client.vertx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.nio.NioChannelOption;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.ReferenceCountUtil;
import jdk.net.ExtendedSocketOptions;

class PacedReadsTest {

    private static final int LONE_MESSAGE = 100;
    private static final int SEVERAL_MESSAGES = 5_000;

    private final EmbeddedChannel channel = new EmbeddedChannel();
    private int requestedReads;
    private boolean hasRoom = true;
    private long nanos;
    private final PacedReads reads = new PacedReads(() -> hasRoom, () -> nanos);

    @BeforeEach
    void start() {
        channel.freezeTime();
        channel.pipeline().addLast(new ChannelOutboundHandlerAdapter() {
            @Override
            public void read(ChannelHandlerContext context) {
                requestedReads++;
            }
        });
        channel.pipeline().addLast(reads);
        assertEquals(1, requestedReads);
        requestedReads = 0;
    }

    @AfterEach
    void stop() {
        channel.finishAndReleaseAll();
    }

    @Test
    void a_lone_message_is_followed_by_the_next_read_at_once() {
        advance(5);
        arrives(LONE_MESSAGE);
        assertEquals(1, requestedReads);
    }

    @ParameterizedTest
    @CsvSource({"300, 15", "511, 15", "512, 35", "16383, 35", "16384, 5", "65535, 5"})
    void the_more_a_read_brings_the_longer_the_pause_until_the_socket_is_busy(int bytes, int pauseMillis) {
        arrives(bytes);
        advance(pauseMillis - 1);
        assertEquals(0, requestedReads);
        advance(1);
        assertEquals(1, requestedReads);
    }

    @Test
    void a_full_read_is_followed_by_the_next_one_at_once() {
        arrives(PacedReads.READ_BYTES);
        assertEquals(1, requestedReads);
    }

    @Test
    void a_lone_message_soon_after_another_is_followed_by_a_pause() {
        arrives(LONE_MESSAGE);
        advance(4);
        arrives(LONE_MESSAGE);
        assertEquals(1, requestedReads);
        advance(15);
        assertEquals(2, requestedReads);
    }

    @Test
    void nothing_is_read_while_the_receiver_is_full_and_again_when_it_is_not() {
        hasRoom = false;
        arrives(SEVERAL_MESSAGES);
        assertFalse(reads.isSuspended());
        advance(1_000);
        assertTrue(reads.isSuspended());
        reads.resume();
        assertEquals(0, requestedReads);

        hasRoom = true;
        reads.resume();
        assertEquals(1, requestedReads);
        assertFalse(reads.isSuspended());
        reads.resume();
        assertEquals(1, requestedReads);
    }

    @Test
    void a_pause_can_be_ended() {
        arrives(SEVERAL_MESSAGES);
        reads.readNow();
        assertEquals(1, requestedReads);
        advance(1_000);
        reads.readNow();
        assertEquals(1, requestedReads);
    }

    @Test
    void a_receiver_can_ask_for_a_pause_instead_of_the_one_that_goes_on() {
        arrives(SEVERAL_MESSAGES);
        reads.pause(TimeUnit.MILLISECONDS.toNanos(39));
        advance(38);
        assertEquals(0, requestedReads);
        advance(1);
        assertEquals(1, requestedReads);
        advance(1_000);
        assertEquals(1, requestedReads);
    }

    @Test
    void a_pause_that_a_receiver_asked_for_can_be_ended() {
        arrives(SEVERAL_MESSAGES);
        reads.pause(TimeUnit.MILLISECONDS.toNanos(39));
        reads.readNow();
        assertEquals(1, requestedReads);
        advance(1_000);
        assertEquals(1, requestedReads);
    }

    @Test
    void a_full_receiver_stays_the_reason_not_to_read() {
        hasRoom = false;
        arrives(PacedReads.READ_BYTES);
        assertTrue(reads.isSuspended());
        reads.pause(TimeUnit.MILLISECONDS.toNanos(39));
        hasRoom = true;
        advance(1_000);
        assertEquals(0, requestedReads);
        reads.resume();
        assertEquals(1, requestedReads);
    }

    @Test
    void while_everything_is_read_there_is_no_pause() {
        reads.readEverything();
        reads.pause(TimeUnit.MILLISECONDS.toNanos(39));
        assertTrue(channel.config().isAutoRead());
    }

    @Test
    void ending_a_pause_does_not_read_while_the_receiver_is_full() {
        arrives(SEVERAL_MESSAGES);
        hasRoom = false;
        reads.readNow();
        assertEquals(0, requestedReads);
        assertTrue(reads.isSuspended());
    }

    @Test
    void at_the_end_everything_is_read_without_a_pause_even_if_the_receiver_is_full() {
        hasRoom = false;
        arrives(SEVERAL_MESSAGES);
        reads.readEverything();
        assertEquals(1, requestedReads);
        advance(1_000);
        assertTrue(channel.config().isAutoRead());
        assertEquals(1, requestedReads);
    }

    /** The read that has been asked for is taken back: what arrives meanwhile stays in the socket. */
    @Test
    void a_pause_holds_for_a_socket_that_waits_for_data() throws Exception {
        EventLoopGroup loop = new NioEventLoopGroup(1);
        try (ServerSocket broker = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            CompletableFuture<Long> readAfterNanos = new CompletableFuture<>();
            PacedReads paced = new PacedReads(() -> true, System::nanoTime);
            Channel socket = new Bootstrap()
                    .group(loop)
                    .channel(NioSocketChannel.class)
                    .option(ChannelOption.AUTO_READ, false)
                    .handler(new ChannelInboundHandlerAdapter() {
                        private long pausedNanos;

                        @Override
                        public void channelActive(ChannelHandlerContext context) {
                            context.pipeline().addFirst(paced);
                            pausedNanos = System.nanoTime();
                            paced.pause(TimeUnit.MILLISECONDS.toNanos(200));
                        }

                        @Override
                        public void channelRead(ChannelHandlerContext context, Object message) {
                            ReferenceCountUtil.release(message);
                            readAfterNanos.complete(System.nanoTime() - pausedNanos);
                        }
                    })
                    .connect(broker.getLocalSocketAddress())
                    .sync()
                    .channel();
            try (Socket client = broker.accept()) {
                client.getOutputStream().write(new byte[LONE_MESSAGE]);
                long millis = TimeUnit.NANOSECONDS.toMillis(readAfterNanos.get(10, TimeUnit.SECONDS));
                assertTrue(millis >= 199, () -> "read after " + millis + " ms");
            }
            socket.close().sync();
        } finally {
            loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).sync();
        }
    }

    private void arrives(int bytes) {
        channel.writeInbound(Unpooled.wrappedBuffer(new byte[bytes]));
    }

    private void advance(long millis) {
        nanos += TimeUnit.MILLISECONDS.toNanos(millis);
        channel.advanceTimeBy(millis, TimeUnit.MILLISECONDS);
        channel.runScheduledPendingTasks();
    }

    /** With the option, the kernel acknowledges a segment when it is read (tcp(7)). Sending something switches it off again. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void tcp_acknowledges_at_once_what_a_small_read_brought() throws Exception {
        ChannelOption<Boolean> quick = NioChannelOption.of(ExtendedSocketOptions.TCP_QUICKACK);
        EventLoopGroup loop = new NioEventLoopGroup(1);
        try (ServerSocket broker = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            CompletableFuture<Boolean> acknowledges = new CompletableFuture<>();
            Channel socket = new Bootstrap()
                    .group(loop)
                    .channel(NioSocketChannel.class)
                    .option(ChannelOption.AUTO_READ, false)
                    .handler(new ChannelInboundHandlerAdapter() {
                        @Override
                        public void channelActive(ChannelHandlerContext context) {
                            context.pipeline().addLast(new PacedReads(() -> true, System::nanoTime));
                        }

                        @Override
                        public void channelReadComplete(ChannelHandlerContext context) {
                            context.channel().config().setOption(quick, false);
                            context.fireChannelReadComplete();
                            acknowledges.complete(context.channel().config().getOption(quick));
                        }
                    })
                    .connect(broker.getLocalSocketAddress())
                    .sync()
                    .channel();
            try (Socket client = broker.accept()) {
                client.getOutputStream().write(new byte[LONE_MESSAGE]);
                assertTrue(acknowledges.get(10, TimeUnit.SECONDS));
            }
            socket.close().sync();
        } finally {
            loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).sync();
        }
    }
}
