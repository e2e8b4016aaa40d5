package dev.sensorline.mqtt.client.vertx;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;

/** Sends each buffer in a binary frame, answers pings, and ends a WebSocket (RFC 6455, 5.5). Belongs to the event loop. */
@SuppressWarnings("FutureReturnValueIgnored") // A write fails only if the connection ends.
final class WebSocketFrames extends ChannelDuplexHandler {

    private boolean hasSentClose;

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        context.write(message instanceof ByteBuf bytes ? new BinaryWebSocketFrame(bytes) : message, promise);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof PingWebSocketFrame ping) {
            context.writeAndFlush(new PongWebSocketFrame(ping.content()));
        } else if (message instanceof CloseWebSocketFrame close) {
            ended(context, close);
        } else {
            context.fireChannelRead(message);
        }
    }

    private void ended(ChannelHandlerContext context, CloseWebSocketFrame close) {
        int status = close.statusCode();
        String reason = close.reasonText();
        if (status > WebSocketCloseStatus.NORMAL_CLOSURE.code()) {
            context.fireExceptionCaught(new IllegalStateException(
                    "the broker closes the WebSocket: " + status + (reason.isEmpty() ? "" : " (" + reason + ")")));
        } else {
            close(context, context.newPromise());
        }
        close.release();
    }

    /** Without waiting until the frame is written, which may never happen. */
    @Override
    public void close(ChannelHandlerContext context, ChannelPromise promise) {
        if (!hasSentClose) {
            hasSentClose = true;
            context.writeAndFlush(new CloseWebSocketFrame(WebSocketCloseStatus.NORMAL_CLOSURE.code(), ""));
        }
        context.close(promise);
    }
}
