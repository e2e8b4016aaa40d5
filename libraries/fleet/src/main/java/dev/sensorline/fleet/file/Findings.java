package dev.sensorline.fleet.file;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Supplier;
import java.util.regex.Pattern;

import dev.sensorline.fleet.NamePattern;

/** What is found out while a file is read: its problems, and the names that it gives to sensors. For one thread. */
final class Findings {

    /** Deeper than anybody nests waveforms, and not so deep that the stack ends. */
    static final int DEEPEST = 32;
    /** Waveforms, counted again at each alias: a few aliases of aliases could stand for more than there is memory. */
    static final int MOST_SHARED = 10_000;
    /** A file that is something else than a fleet has one problem for each line. */
    static final int MOST_PROBLEMS = 1_000;

    private static final Pattern CONTROL = Pattern.compile("[\\u0000-\\u001f\\u007f-\\u009f]");

    private final String file;
    private final Recordings recordings;
    private final List<Problem> problems = new ArrayList<>();
    private final List<Claim> claims = new ArrayList<>();
    private int count;
    private int depth;
    private int shared;

    /** The names that a group gives to something. */
    private record Claim(Place place, NamePattern names, String what) {}

    Findings(String file) {
        this(file, References.NONE);
    }

    Findings(String file, References references) {
        this.file = file;
        this.recordings = new Recordings(references);
    }

    /** The tables that the file names. */
    Recordings recordings() {
        return recordings;
    }

    void add(Place place, String message) {
        add(place.line(), place.column(), place.key(), message);
    }

    void add(int line, int column, String key, String message) {
        count++;
        if (problems.size() < MOST_PROBLEMS) {
            problems.add(new Problem(file, line, column, onOneLine(key), onOneLine(message)));
        }
    }

    /** Texts of the file may have line ends and other control characters, which are written as in JSON. */
    private static String onOneLine(String text) {
        return CONTROL.matcher(text)
                .replaceAll(
                        control -> "\\\\u%04x".formatted((int) control.group().charAt(0)));
    }

    /** Reports a value that is not allowed. */
    void refuse(Place place, String allowed) {
        add(place, "must be %s, not %s".formatted(allowed, place.excerpt()));
    }

    /** How many problems there are so far, also those that are too many to keep. */
    int count() {
        return count;
    }

    /** In the order of the file. */
    List<Problem> problems() {
        return problems.stream()
                .distinct()
                .sorted(Comparator.comparingInt(Problem::line).thenComparingInt(Problem::column))
                .toList();
    }

    /** Reads what may contain itself, within bounds; otherwise gives the other value. */
    <T> T bounded(Place place, Supplier<T> read, T otherwise) {
        if (depth == DEEPEST) {
            add(place, "is nested more deeply than %d levels".formatted(DEEPEST));
            return otherwise;
        }
        if (shared == MOST_SHARED) {
            add(
                    place,
                    "is one waveform more than the %d that a file may have, counted again at each alias"
                            .formatted(MOST_SHARED));
            return otherwise;
        }
        depth++;
        shared++;
        try {
            return read.get();
        } finally {
            depth--;
        }
    }

    /**
     * Things get these names; reports those that others of the same kind have.
     *
     * @param what for people, such as "a sensor"
     */
    void claim(Place place, NamePattern names, String what) {
        for (Claim other : claims) {
            if (other.what.equals(what)) {
                names.common(other.names)
                        .ifPresent(name -> add(
                                place,
                                "gives the name '%s' to %s, as %s in line %d does: names must differ"
                                        .formatted(name, what, other.place.key(), other.place.line())));
            }
        }
        claims.add(new Claim(place, names, what));
    }
}
