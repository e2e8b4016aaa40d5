package dev.sensorline.fleet.waveform;

import java.util.List;

import dev.sensorline.fleet.waveform.GpsTrack.Coordinate;

/**
 * A way over the earth: straight lines of constant course between points, which are given in degrees. It is driven there and back, or round
 * and round if it ends where it begins. Distances are those on a sphere of 6,371,009 m, with a plane for each line, which is exact to
 * 0.1 % up to some 100 km. Thread-safe.
 */
public final class Track {

    private static final double RADIANS_PER_DEGREE = Math.PI / 180;
    private static final double METRES_PER_DEGREE = 6_371_009 * RADIANS_PER_DEGREE;
    private static final double HALF_TURN = 180;
    private static final double TURN = 360;

    private final double[] latitudes;
    private final double[] longitudes;
    /** How far each point is from the first one, in metres. */
    private final double[] distances;

    private final boolean isClosed;

    /** A place in degrees. */
    public record Place(double latitude, double longitude) {}

    /**
     * A way through two or more places.
     *
     * @throws IllegalArgumentException if there are fewer, or if it has no length
     */
    public Track(List<Place> places) {
        latitudes = places.stream().mapToDouble(Place::latitude).toArray();
        longitudes = places.stream().mapToDouble(Place::longitude).toArray();
        distances = new double[places.size()];
        for (int i = 1; i < distances.length; i++) {
            distances[i] = distances[i - 1] + StrictMath.hypot(north(i - 1), east(i - 1)) * METRES_PER_DEGREE;
        }
        if (length() == 0) {
            throw new IllegalArgumentException("a track must lead through two or more places that are not the same");
        }
        isClosed = places.get(0).equals(places.get(places.size() - 1));
    }

    /** In metres: after this distance a vehicle is again where it was, on the same course. */
    double roundTrip() {
        return isClosed ? length() : 2 * length();
    }

    /**
     * Where a vehicle is.
     *
     * @param driven metres from the first point, from 0 to the round trip
     */
    double at(double driven, Coordinate coordinate) {
        boolean isBack = driven > length();
        double distance = isBack ? 2 * length() - driven : driven;
        int line = 0;
        while (line < distances.length - 2 && distances[line + 1] <= distance) {
            line++;
        }
        double length = distances[line + 1] - distances[line];
        double part = length == 0 ? 0 : (distance - distances[line]) / length;
        return switch (coordinate) {
            case LATITUDE -> latitudes[line] + part * (latitudes[line + 1] - latitudes[line]);
            case LONGITUDE -> wrapped(longitudes[line] + part * turn(line));
            case COURSE -> {
                double course = StrictMath.atan2(east(line), north(line)) / RADIANS_PER_DEGREE;
                yield ((isBack ? course + HALF_TURN : course) + TURN) % TURN;
            }
        };
    }

    private double length() {
        return distances.length == 0 ? 0 : distances[distances.length - 1];
    }

    /** In degrees. */
    private double north(int line) {
        return latitudes[line + 1] - latitudes[line];
    }

    /** In degrees of latitude. */
    private double east(int line) {
        return turn(line) * StrictMath.cos((latitudes[line] + latitudes[line + 1]) / 2 * RADIANS_PER_DEGREE);
    }

    /** In degrees of longitude, by the shorter way around the earth. */
    private double turn(int line) {
        return wrapped(longitudes[line + 1] - longitudes[line]);
    }

    private static double wrapped(double degrees) {
        return degrees - TURN * Math.floor((degrees + HALF_TURN) / TURN);
    }
}
