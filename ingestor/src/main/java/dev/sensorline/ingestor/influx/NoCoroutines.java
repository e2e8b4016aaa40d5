package dev.sensorline.ingestor.influx;

import com.oracle.svm.core.annotate.Substitute;
import com.oracle.svm.core.annotate.TargetClass;

import retrofit2.Call;

/**
 * For native executables only: Retrofit, beneath the InfluxDB client, serves Kotlin's suspending functions as well, by a
 * library that is not there, and a native image is linked as a whole.
 */
final class NoCoroutines {

    private static final String REASON = "The InfluxDB client has no suspending functions";

    private NoCoroutines() {
    }

    /** Replaces a private class of Retrofit 2.11. */
    @TargetClass(className = "retrofit2.HttpServiceMethod", innerClass = "SuspendForResponse")
    static final class SuspendForResponse {

        @Substitute
        Object adapt(Call<?> call, Object[] arguments) {
            throw new UnsupportedOperationException(REASON);
        }
    }

    /** Replaces a private class of Retrofit 2.11. */
    @TargetClass(className = "retrofit2.HttpServiceMethod", innerClass = "SuspendForBody")
    static final class SuspendForBody {

        @Substitute
        Object adapt(Call<?> call, Object[] arguments) {
            throw new UnsupportedOperationException(REASON);
        }
    }
}
