package dev.sensorline.ingestor.influxdb;

import java.util.List;
import java.util.Locale;

/** Which hosts are reached without a proxy, as most programs read {@code NO_PROXY}: by name, by the end of a name, or all. */
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
        return !end.isEmpty() && (end.equals("*") || name.equals(end) || name.endsWith("." + end));
    }
}
