package dev.sensorline.connections;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;

/** The addresses of a host, in the order in which to try them. */
@FunctionalInterface
public interface HostAddresses {

    /** Of the machine's resolver. Blocks while it asks a name server. */
    HostAddresses SYSTEM = host -> alternating(InetAddress.getAllByName(host));

    /**
     * All addresses of a host.
     *
     * @param host a name, or an address itself
     * @return at least one
     * @throws UnknownHostException if it has none
     */
    List<InetAddress> of(String host) throws UnknownHostException;

    /**
     * Addresses whose families alternate (RFC 8305, 4), so that a family that does not work costs one attempt, however many
     * addresses it has. The resolver's first address stays the first.
     */
    static List<InetAddress> alternating(InetAddress... addresses) {
        Queue<InetAddress> next = new ArrayDeque<>();
        Queue<InetAddress> other = new ArrayDeque<>();
        Arrays.stream(addresses)
                .forEach(address -> (isIpv6(address) == isIpv6(addresses[0]) ? next : other).add(address));
        List<InetAddress> alternating = new ArrayList<>(addresses.length);
        while (!next.isEmpty() || !other.isEmpty()) {
            if (!next.isEmpty()) {
                alternating.add(next.remove());
            }
            if (!other.isEmpty()) {
                alternating.add(other.remove());
            }
        }
        return alternating;
    }

    private static boolean isIpv6(InetAddress address) {
        return address instanceof Inet6Address;
    }
}
