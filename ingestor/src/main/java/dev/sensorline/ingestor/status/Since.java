package dev.sensorline.ingestor.status;

import java.time.Instant;

/**
 * Whether a server is reached, and since when.
 *
 * @param since when that was seen to change, or the start
 */
record Since(boolean isUp, Instant since) {

    /** The same if nothing has changed. */
    Since with(boolean isUpNow, Instant now) {
        return isUpNow == isUp ? this : new Since(isUpNow, now);
    }
}
