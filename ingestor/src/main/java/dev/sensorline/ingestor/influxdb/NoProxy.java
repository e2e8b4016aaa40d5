package dev.sensorline.ingestor.influxdb;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Locale;

import io.netty.handler.ipfilter.IpFilterRuleType;
import io.netty.handler.ipfilter.IpSubnetFilterRule;
import io.netty.util.NetUtil;

/**
 * Which hosts are reached without a proxy, as most programs read {@code NO_PROXY}: by name, by the end of a name, all, or addresses
 * of a network such as {@code 10.0.0.0/8}. Names are not resolved.
 */
final class NoProxy {

    private NoProxy() {}

    /** Loopback addresses never need a proxy. */
    static boolean covers(String host, List<String> listed) {
        String name = host.toLowerCase(Locale.ROOT);
        return name.equals("localhost")
                || name.startsWith("127.")
                || name.equals("::1")
                || listed.stream().anyMatch(each -> covers(name, each.strip().toLowerCase(Locale.ROOT)));
    }

    private static boolean covers(String name, String listed) {
        String end = listed.startsWith("*.") ? listed.substring(1) : listed;
        if (end.startsWith(".")) {
            return name.endsWith(end);
        }
        if (end.indexOf('/') >= 0) {
            InetAddress address = NetUtil.createInetAddressFromIpAddressString(name);
            return address != null && isIn(end, address);
        }
        return !end.isEmpty() && (end.equals("*") || name.equals(end) || name.endsWith("." + end));
    }

    /** What is no network covers nothing: other programs may read more in it. */
    private static boolean isIn(String network, InetAddress address) {
        int slash = network.indexOf('/');
        try {
            int bits = Integer.parseInt(network.substring(slash + 1));
            return new IpSubnetFilterRule(network.substring(0, slash), bits, IpFilterRuleType.ACCEPT)
                    .matches(new InetSocketAddress(address, 0));
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
