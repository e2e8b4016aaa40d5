package dev.sensorline.rulesettings;

import java.lang.reflect.Proxy;

/**
 * SIGHUP. Java has no other way to a signal than {@code sun.misc.Signal}, which each JDK from 17 to 25 has in its module
 * {@code jdk.unsupported}. It is not named in code, because the compiler's warning cannot be switched off for it.
 */
final class HangUp {

    private HangUp() {}

    /**
     * Runs a task at each signal, on a thread of its own.
     *
     * @throws ReflectiveOperationException if this JVM has no signals
     */
    static void run(Runnable task) throws ReflectiveOperationException {
        Class<?> signal = Class.forName("sun.misc.Signal");
        Class<?> handler = Class.forName("sun.misc.SignalHandler");
        Object running = Proxy.newProxyInstance(
                HangUp.class.getClassLoader(), new Class<?>[] {handler}, (proxy, method, arguments) -> {
                    task.run();
                    return null;
                });
        signal.getMethod("handle", signal, handler)
                .invoke(null, signal.getConstructor(String.class).newInstance("HUP"), running);
    }
}
