package dev.sensorline.fleet.waveform;

/**
 * Recorded values, played again: at the time t since the start, the value that was recorded at speed · t, and between rows that of the row
 * before.
 *
 * @param speed 2 is twice as fast
 * @param loop  whether the recording begins again when it ends; otherwise the replay ends
 * @param start in nanoseconds since 1970-01-01T00:00Z; {@link #NOT_YET} before the run begins
 */
public record Replay(Recording recording, double speed, boolean loop, long start) implements Waveform {

    /** When a replay starts that is in no run. */
    public static final long NOT_YET = Long.MAX_VALUE;

    @Override
    public double at(long seed, long step, long nanos) {
        long played = (long) ((nanos - start) * speed);
        return recording.at(loop ? Math.floorMod(played, recording.length()) : played);
    }

    @Override
    public Waveform startingAt(long nanos) {
        return start == NOT_YET ? new Replay(recording, speed, loop, nanos) : this;
    }

    @Override
    public long end() {
        double lasting = Math.ceil(recording.length() / speed);
        return loop || start == NOT_YET || lasting >= Long.MAX_VALUE - start ? Long.MAX_VALUE : start + (long) lasting;
    }
}
