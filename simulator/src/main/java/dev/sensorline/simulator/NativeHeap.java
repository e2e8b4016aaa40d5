package dev.sensorline.simulator;

import org.graalvm.nativeimage.RuntimeOptions;

/**
 * The heap of the native executable, which is as small as one sensor needs. On the JVM this class cannot be loaded, and need not be: there, the
 * heap's maximum is a part of the machine's memory.
 */
final class NativeHeap {

    /** Set at build time: see application.properties. Another value is the user's own, by -Xmx. */
    private static final long OF_ONE_SENSOR = 32L << 20;

    private static final long OF_A_FLEET = 512L << 20;
    /** What a fleet keeps is old soon. A young generation that grows with the maximum would only take memory. */
    private static final long YOUNG = 16L << 20;

    private static final String MAX_HEAP_SIZE = "MaxHeapSize";

    private NativeHeap() {}

    /** Whether this process is a native executable. */
    static boolean isThere() {
        return "runtime".equals(System.getProperty("org.graalvm.nativeimage.imagecode"));
    }

    /** Raises the maximum for a fleet, unless the user has set another one. */
    static void raise() {
        if (RuntimeOptions.get(MAX_HEAP_SIZE) instanceof Long size && size == OF_ONE_SENSOR) {
            RuntimeOptions.set(MAX_HEAP_SIZE, OF_A_FLEET);
            RuntimeOptions.set("MaxNewSize", YOUNG);
        }
    }
}
