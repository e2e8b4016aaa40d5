package dev.sensorline.console.status;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/** The figures of the last five minutes, second by second, for the small curves above the sensors. Belongs to the live thread. */
public final class Vitals {

    private static final int SECONDS = 300;
    private static final List<String> NAMES =
            List.of("readingsPerSecond", "pointsPerSecond", "latency99", "inFlight", "rejectedPerSecond");

    private final long[] times = new long[SECONDS];
    /** Not a number where there is no figure. */
    private final double[][] figures = new double[NAMES.size()][SECONDS];

    private int next;
    private int size;

    /** Adds what there is now. To be called each second. */
    public void add(Summary summary, long nowMillis) {
        double[] now = {
            summary.in().readingsPerSecond(),
            summary.ingestors().stream()
                    .mapToDouble(IngestorView::pointsPerSecond)
                    .sum(),
            orNaN(summary.ingestors().stream()
                    .filter(ingestor -> ingestor.latency99() != null)
                    .mapToDouble(ingestor -> ingestor.latency99() == null ? 0 : ingestor.latency99())
                    .max()),
            summary.ingestors().stream()
                    .mapToDouble(ingestor -> ingestor.inFlight() == null ? 0 : ingestor.inFlight())
                    .sum(),
            summary.in().rejectedPerSecond()
        };
        times[next] = nowMillis;
        for (int i = 0; i < now.length; i++) {
            figures[i][next] = now[i];
        }
        next = (next + 1) % SECONDS;
        size = Math.min(size + 1, SECONDS);
    }

    private static double orNaN(OptionalDouble figure) {
        return figure.orElse(Double.NaN);
    }

    /** Each figure by its name, as pairs of milliseconds since 1970 and value, the oldest first. */
    public Map<String, List<List<Number>>> history() {
        Map<String, List<List<Number>>> history = new LinkedHashMap<>();
        for (int figure = 0; figure < NAMES.size(); figure++) {
            List<List<Number>> curve = new ArrayList<>(size);
            for (int i = 0; i < size; i++) {
                int index = Math.floorMod(next - size + i, SECONDS);
                if (!Double.isNaN(figures[figure][index])) {
                    curve.add(List.of(times[index], rounded(figures[figure][index])));
                }
            }
            history.put(NAMES.get(figure), curve);
        }
        return history;
    }

    private static double rounded(double figure) {
        return Math.round(figure * 1e3) / 1e3;
    }
}
