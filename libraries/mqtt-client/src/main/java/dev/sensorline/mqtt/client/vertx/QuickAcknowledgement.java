package dev.sensorline.mqtt.client.vertx;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.nio.NioChannelOption;
import jdk.net.ExtendedSocketOptions;

/**
 * Lets the kernel acknowledge what has been read at once (tcp(7); without effect elsewhere than on Linux). Otherwise TCP waits up to 40 ms
 * for something to send, and until then a broker whose sockets use Nagle's algorithm, such as Mosquitto, keeps back what follows. The
 * kernel does not remember it: it is to be said after each read.
 */
final class QuickAcknowledgement {

    /** Above this, more than a few messages have come, and TCP acknowledges them soon. */
    static final int FEW_BYTES = 1 << 9;

    /** It is no static: in a native executable, that of the build would not be the one of the socket. */
    private final ChannelOption<Boolean> option = NioChannelOption.of(ExtendedSocketOptions.TCP_QUICKACK);

    /** Acknowledges what a read has brought, if that was little. */
    void afterRead(Channel channel, int bytes) {
        if (bytes < FEW_BYTES && channel.isActive()) {
            channel.config().setOption(option, true);
        }
    }
}
