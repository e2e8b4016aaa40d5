package dev.sensorline.simulator;

/**
 * The heap of the native executable. Its maximum is set at build time, for fleets (see application.properties); it cannot be changed later. One
 * sensor should not take as much, however many readings it queues.
 */
final class NativeHeap {

    private static final long OF_ONE_SENSOR = 32L << 20;
    /** As set at build time. Another value is the user's own, by -Xmx. */
    private static final long OF_A_FLEET = 512L << 20;

    private NativeHeap() {}

    /** How many bytes of the heap one sensor may have. On the JVM, the heap's maximum is a part of the machine's memory. */
    static long ofOneSensor() {
        long most = Runtime.getRuntime().maxMemory();
        boolean isNative = "runtime".equals(System.getProperty("org.graalvm.nativeimage.imagecode"));
        return isNative && most == OF_A_FLEET ? OF_ONE_SENSOR : most;
    }
}
