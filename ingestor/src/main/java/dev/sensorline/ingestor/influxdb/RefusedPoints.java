package dev.sensorline.ingestor.influxdb;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import dev.sensorline.points.Point;
import dev.sensorline.points.Storable;
import dev.sensorline.points.lineprotocol.LineProtocol;

/**
 * The points of a request that a store has refused, found by its words and by how many it says it has dropped.
 *
 * @param points     refused for certain
 * @param isComplete whether these are all, so that the store has accepted the others; if not, others may have been refused too
 * @param cause      what kind of words
 */
record RefusedPoints(List<Storable> points, boolean isComplete, Cause cause) {

    /** What is refused. */
    enum Cause {
        /** These points, whatever else their series sends. */
        CONTENT,
        /** Every point of these series with these types of fields. */
        TYPE,
        /** Every point of these series. */
        SERIES,
        /** Points that are older than the retention policy keeps them, which is nobody's fault. */
        TOO_OLD
    }

    private static final Pattern TYPE_CONFLICT =
            Pattern.compile("input field \"(.*?)\" on measurement \"(.*?)\" is type (\\w+), already exists");
    private static final Pattern TAG_LIMIT = Pattern.compile(
            "max-values-per-tag limit exceeded.*?measurement=\"(.*?)\" tag=\"(.*?)\" value=\"(.*?)\" dropped=");
    private static final Duration SHORTEST_SHARD = Duration.ofHours(1);
    private static final String NOT_PARSED = "unable to parse '";

    /** @param points those of the request, in their order */
    static RefusedPoints of(Verdict verdict, List<? extends Storable> points) {
        String words = verdict.answer().words();
        if (!verdict.answer().lineNumbers().isEmpty()) {
            return byNumber(verdict, points);
        }
        if (words.contains(NOT_PARSED)) {
            return byLine(words, points);
        }
        if (words.contains("beyond retention policy")) {
            return oldest(verdict.dropped(), points);
        }
        Matcher type = TYPE_CONFLICT.matcher(words);
        if (type.find()) {
            return matching(
                    verdict,
                    points,
                    Cause.TYPE,
                    line -> line.measurement().equals(plain(type.group(2)))
                            && type.group(3).equals(line.fieldTypes().get(plain(type.group(1)))));
        }
        Matcher tag = TAG_LIMIT.matcher(words);
        if (tag.find()) {
            return matching(
                    verdict,
                    points,
                    Cause.SERIES,
                    line -> line.measurement().equals(plain(tag.group(1)))
                            && plain(tag.group(3)).equals(line.tags().get(plain(tag.group(2)))));
        }
        Cause cause = verdict.kind() == Verdict.Kind.FULL ? Cause.SERIES : Cause.CONTENT;
        return verdict.dropped() == points.size()
                ? new RefusedPoints(List.copyOf(points), true, cause)
                : new RefusedPoints(List.of(), false, cause);
    }

    /** InfluxDB 3 names one refused line where it has stored none. */
    private static RefusedPoints byNumber(Verdict verdict, List<? extends Storable> points) {
        List<Integer> numbers = verdict.answer().lineNumbers();
        List<Storable> refused = numbers.stream()
                .filter(number -> number >= 1 && number <= points.size())
                .distinct()
                .<Storable>map(number -> points.get(number - 1))
                .toList();
        return new RefusedPoints(refused, refused.size() == verdict.dropped(), Cause.CONTENT);
    }

    /** InfluxDB 1.8 repeats each line that it cannot parse, and stores the others. */
    private static RefusedPoints byLine(String words, List<? extends Storable> points) {
        Set<String> lines = new HashSet<>();
        int start = words.indexOf(NOT_PARSED);
        while (start >= 0) {
            int next = words.indexOf(NOT_PARSED, start + 1);
            String named = words.substring(start + NOT_PARSED.length(), next < 0 ? words.length() : next);
            int end = named.lastIndexOf("': ");
            lines.add(end < 0 ? named : named.substring(0, end));
            start = next;
        }
        List<Storable> refused = new ArrayList<>();
        Set<String> found = new HashSet<>();
        for (Storable point : points) {
            String line = LineProtocol.line(point);
            if (lines.contains(line)) {
                refused.add(point);
                found.add(line);
            }
        }
        boolean othersAreStored = words.contains("partial write") || refused.size() == points.size();
        return new RefusedPoints(refused, othersAreStored && found.size() == lines.size(), Cause.CONTENT);
    }

    /** Which points a retention policy does not keep is decided by their time alone. */
    private static RefusedPoints oldest(int dropped, List<? extends Storable> points) {
        List<Storable> byTime = new ArrayList<>(points);
        byTime.sort(Comparator.comparingLong(Storable::timeNanos));
        boolean isUnambiguous = dropped > 0
                && dropped <= byTime.size()
                && (dropped == byTime.size()
                        || byTime.get(dropped - 1).timeNanos()
                                < byTime.get(dropped).timeNanos());
        return isUnambiguous
                ? new RefusedPoints(List.copyOf(byTime.subList(0, dropped)), canAllBeParsed(points), Cause.TOO_OLD)
                : new RefusedPoints(List.of(), false, Cause.TOO_OLD);
    }

    /** Only one of several reasons is named, so that fewer points may match than have been dropped. */
    private static RefusedPoints matching(
            Verdict verdict, List<? extends Storable> points, Cause cause, Predicate<LineText> isMeant) {
        List<Storable> refused = new ArrayList<>();
        for (Storable point : points) {
            if (isMeant.test(LineText.of(point))) {
                refused.add(point);
            }
        }
        if (verdict.dropped() != Verdict.UNKNOWN && refused.size() > verdict.dropped()) {
            return new RefusedPoints(List.of(), false, cause);
        }
        boolean isComplete = refused.size() == verdict.dropped() && areOfOneShard(points) && canAllBeParsed(points);
        return new RefusedPoints(refused, isComplete, cause);
    }

    /**
     * InfluxDB 1.8 neither counts nor names the lines that it cannot parse if it has dropped points as well. Only a line that
     * comes from elsewhere, as a record of Kafka's, may be one.
     */
    private static boolean canAllBeParsed(List<? extends Storable> points) {
        return points.stream().allMatch(Point.class::isInstance);
    }

    /** InfluxDB 1.8 writes shards side by side, and answers what the first that fails has dropped. None is shorter than an hour. */
    private static boolean areOfOneShard(List<? extends Storable> points) {
        return points.stream()
                        .mapToLong(point -> Math.floorDiv(point.timeNanos(), SHORTEST_SHARD.toNanos()))
                        .distinct()
                        .count()
                <= 1;
    }

    /** Without Go's escapes. */
    private static String plain(String quoted) {
        return quoted.replaceAll("\\\\([\"\\\\])", "$1");
    }

    /** The points of a request without these. */
    List<Storable> others(List<? extends Storable> all) {
        Set<Storable> refused = Collections.newSetFromMap(new IdentityHashMap<>());
        refused.addAll(points);
        return all.stream()
                .filter(point -> !refused.contains(point))
                .<Storable>map(point -> point)
                .toList();
    }
}
