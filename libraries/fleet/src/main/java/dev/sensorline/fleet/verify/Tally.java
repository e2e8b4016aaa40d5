package dev.sensorline.fleet.verify;

/** What is counted of a sensor. For one thread. */
final class Tally {

    /** Cells of a sensor. */
    static final int CELLS = 6;

    private static final int POINTS = 0;
    private static final int UNEXPLAINED = 1;
    private static final int REPEATED = 2;
    private static final int REORDERED = 3;
    private static final int LATENESS_SUM = 4;
    private static final int LATENESS_MAX = 5;

    private static final long NANOS_PER_MICRO = 1_000;

    private final Cells cells;
    private final long first;

    Tally(Cells cells, long first) {
        this.cells = cells;
        this.first = first;
    }

    /** A reading has its first point. */
    void point(long latenessNanos) {
        long micros = latenessNanos / NANOS_PER_MICRO;
        cells.add(first + POINTS, 1);
        cells.add(first + LATENESS_SUM, micros);
        cells.put(first + LATENESS_MAX, Math.max(cells.get(first + LATENESS_MAX), micros));
    }

    void unexplained() {
        cells.add(first + UNEXPLAINED, 1);
    }

    void repeated() {
        cells.add(first + REPEATED, 1);
    }

    void reordered() {
        cells.add(first + REORDERED, 1);
    }

    SensorReport report(String group, String name, long missing) {
        long points = cells.get(first + POINTS);
        return new SensorReport(
                group,
                name,
                points,
                missing,
                cells.get(first + UNEXPLAINED),
                cells.get(first + REPEATED),
                cells.get(first + REORDERED),
                points == 0 ? 0 : cells.get(first + LATENESS_SUM) / points,
                cells.get(first + LATENESS_MAX));
    }
}
