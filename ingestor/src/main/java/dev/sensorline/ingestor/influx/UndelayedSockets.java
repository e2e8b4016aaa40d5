package dev.sensorline.ingestor.influx;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.StandardSocketOptions;

import javax.net.SocketFactory;

/**
 * Sockets that send at once what they are given (TCP_NODELAY). OkHttp writes a request in several parts, and without it
 * the last of them waits for the acknowledgement of the one before, which the other side delays by 40 ms.
 */
final class UndelayedSockets extends SocketFactory {

    @Override
    public Socket createSocket() throws IOException {
        Socket socket = new Socket();
        socket.setOption(StandardSocketOptions.TCP_NODELAY, true);
        return socket;
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
        return createSocket(InetAddress.getByName(host), port);
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress from, int fromPort) throws IOException {
        return createSocket(InetAddress.getByName(host), port, from, fromPort);
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
        return createSocket(host, port, null, 0);
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress from, int fromPort) throws IOException {
        Socket socket = new Socket(host, port, from, fromPort);
        socket.setOption(StandardSocketOptions.TCP_NODELAY, true);
        return socket;
    }
}
