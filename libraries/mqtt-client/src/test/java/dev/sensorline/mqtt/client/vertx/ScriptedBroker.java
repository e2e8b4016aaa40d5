package dev.sensorline.mqtt.client.vertx;

import java.util.ArrayList;
import java.util.List;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;

/** The broker's end of a connection in memory: a test reads what the client has sent and sends what the script says. */
final class ScriptedBroker {

    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final Runnable afterEach;

    /** @param afterEach lets the client handle what has been sent */
    ScriptedBroker(Runnable afterEach) {
        this.afterEach = afterEach;
        channel.freezeTime();
        channel.pipeline().addLast(Network.LAST_HANDLER, new ChannelInboundHandlerAdapter());
    }

    EmbeddedChannel channel() {
        return channel;
    }

    /** The packets since the last call, those of each write apart. */
    List<List<String>> writes() {
        return writes(4);
    }

    private List<List<String>> writes(int level) {
        List<List<String>> writes = new ArrayList<>();
        for (ByteBuf write = channel.readOutbound(); write != null; write = channel.readOutbound()) {
            writes.add(Packets.read(ByteBufUtil.getBytes(write), level));
            write.release();
        }
        return writes;
    }

    /** The packets since the last call. */
    List<String> packets() {
        return writes().stream().flatMap(List::stream).toList();
    }

    /** The packets since the last call, of a client that speaks MQTT 5. */
    List<String> packets5() {
        return writes(5).stream().flatMap(List::stream).toList();
    }

    /** Sends packets so that they arrive with one read. */
    void send(byte[]... packets) {
        channel.writeInbound(Unpooled.wrappedBuffer(packets));
        afterEach.run();
    }

    void close() {
        channel.close();
        afterEach.run();
    }

    boolean isOpen() {
        return channel.isOpen();
    }
}
