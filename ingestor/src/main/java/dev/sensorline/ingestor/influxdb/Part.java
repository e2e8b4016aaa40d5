package dev.sensorline.ingestor.influxdb;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import dev.sensorline.connections.Backoff;
import dev.sensorline.points.Storable;
import dev.sensorline.points.lineprotocol.LineProtocol;

/** Points of a batch that are sent in one request, and again until they are settled. Belongs to the store's event loop. */
final class Part {

    private static final Duration SHORTEST_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(3);
    /** No proxy has a lower limit. */
    private static final int NEVER_TOO_LONG_BYTES = 64 << 10;

    final Batch batch;
    final List<? extends Storable> points;
    final Backoff backoff = new Backoff(SHORTEST_PAUSE, LONGEST_PAUSE);
    /** How many points the store had accepted when this part, or the one it is a part of, was first sent. */
    final long acceptedBefore;
    /** Whether the store has shown that it refuses content only. */
    boolean isContentToBlame;
    /** How many points the store had accepted when this part last failed; negative if it has not. */
    long acceptedAtFailure = -1;
    /** Attempts right after the store has accepted a request without points. */
    int attemptsBesideProbe;
    /** What was tried last of a part that fails as a whole. */
    List<? extends Storable> sample;

    private byte[] lines;

    Part(Batch batch, List<? extends Storable> points, long acceptedBefore) {
        this.batch = batch;
        this.points = points;
        this.sample = points;
        this.acceptedBefore = acceptedBefore;
    }

    /** Encoded once, however often it is sent. */
    byte[] lines() {
        if (lines == null) {
            lines = LineProtocol.of(points);
        }
        return lines;
    }

    /**
     * Whether it may be its length for which there is no answer: a proxy that refuses a long request (413) may close the
     * connection before its answer is read.
     */
    boolean isPerhapsTooLong() {
        return points.size() > 1 && lines().length > NEVER_TOO_LONG_BYTES;
    }

    /** The part's own parts: its series in two halves, or one series' points. Empty for a single point. */
    List<Part> halves() {
        if (points.size() == 1) {
            return List.of();
        }
        return halves(points).stream()
                .map(half -> {
                    Part part = new Part(batch, half, acceptedBefore);
                    part.isContentToBlame = isContentToBlame;
                    return part;
                })
                .toList();
    }

    /** Two halves, which share no series unless there is only one. */
    static List<List<Storable>> halves(List<? extends Storable> points) {
        Map<String, List<Storable>> bySeries = bySeries(points);
        List<List<Storable>> halves = List.of(new ArrayList<>(), new ArrayList<>());
        if (bySeries.size() == 1) {
            int middle = points.size() / 2;
            halves.get(0).addAll(points.subList(0, middle));
            halves.get(1).addAll(points.subList(middle, points.size()));
        } else {
            int n = 0;
            for (List<Storable> series : bySeries.values()) {
                halves.get(n++ < bySeries.size() / 2 ? 0 : 1).addAll(series);
            }
        }
        return halves;
    }

    static Map<String, List<Storable>> bySeries(List<? extends Storable> points) {
        Map<String, List<Storable>> bySeries = new LinkedHashMap<>();
        for (Storable point : points) {
            bySeries.computeIfAbsent(LineText.series(point), key -> new ArrayList<>())
                    .add(point);
        }
        return bySeries;
    }
}
