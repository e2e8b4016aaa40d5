package dev.sensorline.mqtt.client.vertx;

import java.net.URI;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import dev.sensorline.mqtt.client.SessionOptions.Broker;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketClientHandshaker13;
import io.netty.handler.codec.http.websocketx.WebSocketFrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocketVersion;
import io.netty.util.ReferenceCountUtil;

/**
 * Turns a socket into a WebSocket (RFC 6455) for MQTT (MQTT 3.1.1 and 5, 6), and leaves. What is written and read after that are the
 * bytes of MQTT. Belongs to the event loop.
 */
@SuppressWarnings(
        "FutureReturnValueIgnored") // A write fails only if the connection ends, which channelInactive reports.
final class WebSocketUpgrade extends ChannelInboundHandlerAdapter {

    static final String SUBPROTOCOL = "mqtt";

    private static final String NAME = "upgrade";
    /** Of the answer. */
    private static final int MOST_ANSWER_BYTES = 8_192;

    private final Handshaker handshaker;
    private final Duration limit;
    private final Consumer<ChannelPipeline> opened;
    private final Consumer<Throwable> failed;
    private Future<?> timer;
    private boolean isOver;

    /** Netty's handshake, with frames that are passed on while they arrive: its own decoder gathers each whole. */
    private static final class Handshaker extends WebSocketClientHandshaker13 {

        private static final boolean NO_EXTENSIONS = false;

        /** @param headers with Host, for which a URI would not take every name that is one of a broker */
        Handshaker(String path, HttpHeaders headers) {
            super(
                    URI.create("ws://broker" + path),
                    WebSocketVersion.V13,
                    SUBPROTOCOL,
                    NO_EXTENSIONS,
                    headers,
                    Integer.MAX_VALUE);
        }

        /** Without Origin, which only browsers must send (RFC 6455, 4.1). */
        @Override
        protected FullHttpRequest newHandshakeRequest() {
            FullHttpRequest request = super.newHandshakeRequest();
            request.headers().remove(HttpHeaderNames.ORIGIN);
            return request;
        }

        @Override
        protected WebSocketFrameDecoder newWebsocketDecoder() {
            return new InboundFrames();
        }
    }

    /**
     * @param path  what is asked for, as {@code /mqtt}
     * @param limit how long the broker may take to answer
     */
    WebSocketUpgrade(
            Broker broker, String path, Duration limit, Consumer<ChannelPipeline> opened, Consumer<Throwable> failed) {
        this.handshaker = new Handshaker(path, new DefaultHttpHeaders().set(HttpHeaderNames.HOST, broker.address()));
        this.limit = limit;
        this.opened = opened;
        this.failed = failed;
    }

    /** Asks for the upgrade. Then calls exactly one of the two consumers. */
    void start(ChannelPipeline socket) {
        socket.addBefore(Network.LAST_HANDLER, "http", new HttpClientCodec());
        socket.addBefore(Network.LAST_HANDLER, "answer", new HttpObjectAggregator(MOST_ANSWER_BYTES));
        socket.addBefore(Network.LAST_HANDLER, NAME, this);
        timer = socket.channel()
                .eventLoop()
                .schedule(
                        () -> fail(
                                socket,
                                new IllegalStateException("the broker did not answer to the WebSocket upgrade")),
                        limit.toMillis(),
                        TimeUnit.MILLISECONDS);
        handshaker.handshake(socket.channel());
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        try {
            answered(context.pipeline(), (FullHttpResponse) message);
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    private void answered(ChannelPipeline socket, FullHttpResponse answer) {
        if (isOver) {
            return;
        }
        if (answer.decoderResult().isFailure()) {
            fail(socket, new IllegalStateException("the broker does not speak HTTP at this port"));
            return;
        }
        if (!answer.status().equals(HttpResponseStatus.SWITCHING_PROTOCOLS)) {
            fail(
                    socket,
                    new IllegalStateException("the broker answers to the WebSocket upgrade with " + answer.status()));
            return;
        }
        handshaker.finishHandshake(socket.channel(), answer);
        isOver = true;
        timer.cancel(false);
        socket.addBefore(Network.LAST_HANDLER, "frames", new WebSocketFrames());
        socket.remove(NAME);
        opened.accept(socket);
    }

    private void fail(ChannelPipeline socket, Throwable failure) {
        if (!isOver) {
            isOver = true;
            timer.cancel(false);
            socket.close();
            failed.accept(failure);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        context.fireChannelInactive();
        fail(
                context.pipeline(),
                new IllegalStateException(
                        "the broker closed the connection instead of an answer to the WebSocket upgrade"));
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable failure) {
        fail(context.pipeline(), failure);
    }
}
