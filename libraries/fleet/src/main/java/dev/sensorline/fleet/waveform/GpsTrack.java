package dev.sensorline.fleet.waveform;

/**
 * One coordinate of a vehicle that drives along a track at a constant speed. The seed decides where on the track it is at first, so that all
 * coordinates of a sensor belong to the same place.
 *
 * @param speed in m/s
 */
public record GpsTrack(Track track, double speed, Coordinate coordinate) implements Waveform {

    private static final double NANOS_PER_SECOND = 1e9;

    /** What is measured. */
    public enum Coordinate {
        /** In degrees, north positive. */
        LATITUDE,
        /** In degrees, east positive. */
        LONGITUDE,
        /** In degrees from north over east, from 0 to less than 360. */
        COURSE
    }

    @Override
    public double at(long seed, long step, long nanos) {
        double driven = UniformNoise.at(seed, 0) * track.roundTrip() + speed * (nanos / NANOS_PER_SECOND);
        return track.at(driven % track.roundTrip(), coordinate);
    }
}
