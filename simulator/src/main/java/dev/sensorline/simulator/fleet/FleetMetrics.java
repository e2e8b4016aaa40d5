package dev.sensorline.simulator.fleet;

import org.HdrHistogram.Histogram;

import dev.sensorline.fleet.fault.FaultKind;

/** The metrics of a run in the format of Prometheus. Counters count from the start of the run, over all steps of a sweep. */
final class FleetMetrics {

    private static final String PREFIX = "sensorline_fleet_";
    private static final double MICROS_PER_SECOND = 1e6;
    private static final double[] QUANTILES = {0.5, 0.99, 0.999, 1};

    private FleetMetrics() {}

    /**
     * The text.
     *
     * @param sensors     how many there are
     * @param connections how many are to be open
     * @param asked       readings a second that are asked for now
     */
    static String text(long sensors, int connections, double asked, Statistics counted) {
        Exposition text = new Exposition();
        text.gauge(PREFIX + "sensors", "Sensors of the fleet.", sensors);
        text.gauge(PREFIX + "connections", "Connections that the fleet keeps open.", connections);
        text.gauge(PREFIX + "connections_up", "Connections that are open.", counted.connected);
        text.counter(
                PREFIX + "connections_failed_total",
                "Connections that were lost or not accepted.",
                counted.allFailedConnections);
        text.counter(
                PREFIX + "reconnects_total", "Connections that were opened again after a loss.", counted.reconnects);
        text.gauge(PREFIX + "asked_readings_per_second", "Readings a second that are asked for.", asked);
        text.counter(PREFIX + "readings_due_total", "Readings that were due.", counted.due);
        text.counter(PREFIX + "readings_sent_total", "Readings that were sent.", counted.sent);
        text.counter(
                PREFIX + "readings_acknowledged_total",
                "Readings of QoS 1 and 2 that the broker has answered.",
                counted.acknowledged);
        text.counter(
                PREFIX + "readings_refused_total", "Readings that the broker has refused (MQTT 5).", counted.refused);
        text.gauge(
                PREFIX + "readings_in_flight",
                "Messages of QoS 1 and 2 that the broker has not answered yet.",
                counted.unacknowledged);
        dropped(text, counted);
        faults(text, counted);
        text.counter(PREFIX + "sent_bytes_total", "Bytes of the packets that were sent.", counted.bytes);
        latency(text, "send_latency_seconds", "From due to the socket.", counted.lateness);
        latency(
                text,
                "acknowledge_latency_seconds",
                "From due to the broker's acknowledgement.",
                counted.acknowledgement);
        return text.toString();
    }

    private static void dropped(Exposition text, Statistics counted) {
        String name = PREFIX + "readings_dropped_total";
        text.family(name, "counter", "Readings that were due and not sent, by what was in the way.");
        text.sample(Exposition.labelled(name, "reason", "fault"), counted.dropped);
        for (Limit limit : Limit.values()) {
            if (limit != Limit.REFUSAL) { // Those were sent.
                text.sample(Exposition.labelled(name, "reason", limit.key()), counted.skippedBy[limit.ordinal()]);
            }
        }
    }

    private static void faults(Exposition text, Statistics counted) {
        String name = PREFIX + "faults_total";
        text.family(name, "counter", "Faults that happened to readings, by kind.");
        for (FaultKind kind : FaultKind.values()) {
            text.sample(Exposition.labelled(name, "kind", kind.key()), counted.faultsBy[kind.ordinal()]);
        }
    }

    /** A summary. The greatest latency is the quantile 1. */
    private static void latency(Exposition text, String latency, String help, Histogram histogram) {
        String name = PREFIX + latency;
        text.family(name, "summary", help);
        long count = histogram.getTotalCount();
        for (double quantile : QUANTILES) {
            text.sample(
                    Exposition.labelled(name, "quantile", quantile == 1 ? "1" : String.valueOf(quantile)),
                    count == 0 ? Double.NaN : histogram.getValueAtPercentile(100 * quantile) / MICROS_PER_SECOND);
        }
        text.sample(name + "_sum", count == 0 ? 0.0 : histogram.getMean() * count / MICROS_PER_SECOND);
        text.sample(name + "_count", count);
    }
}
