package dev.sensorline.application;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.util.logging.Handler;

import org.jboss.logging.Logger;
import org.jboss.logmanager.ExtHandler;
import org.jboss.logmanager.handlers.ConsoleHandler;
import org.jspecify.annotations.Nullable;

import io.quarkus.bootstrap.logging.InitialConfigurator;
import io.quarkus.runtime.Application;
import io.quarkus.runtime.LaunchMode;

/**
 * The log on standard output, which never holds up a service: neither its data nor its shutdown waits for somebody to read the
 * log. Quarkus's own asynchronous console drops records, too, but does not count them, and waits at the shutdown for a write that
 * never ends.
 */
public final class ConsoleLog {

    private static final Logger LOG = Logger.getLogger(ConsoleLog.class);

    /** About 2,000 lines. */
    private static final int CAPACITY_BYTES = 256 << 10;

    /** None in dev mode, whose console is Quarkus's own. */
    private final @Nullable LogOutput output;

    private ConsoleLog(@Nullable LogOutput output) {
        this.output = output;
    }

    /** Number of lines that were dropped so far because standard output did not take them. */
    public long dropped() {
        return output == null ? 0 : output.dropped();
    }

    /** Takes over what Quarkus has set up for the console, from its start event on. */
    public static ConsoleLog configure(LogFormat format) {
        boolean isOwn = LaunchMode.current() == LaunchMode.NORMAL;
        @Nullable
        LogOutput output = isOwn
                ? new LogOutput(new FileOutputStream(FileDescriptor.out), CAPACITY_BYTES, ConsoleLog::reportDropped)
                : null;
        configure(InitialConfigurator.DELAYED_HANDLER, format, output);
        if (output != null) {
            output.start();
            Application application = Application.currentApplication();
            Runtime.getRuntime()
                    .addShutdownHook(new Thread(() -> writeLastLines(application, output), "last log lines"));
        }
        return new ConsoleLog(output);
    }

    private static void configure(ExtHandler parent, LogFormat format, @Nullable LogOutput output) {
        for (Handler handler : parent.getHandlers()) {
            if (handler instanceof ConsoleHandler console) {
                format.formatter().ifPresent(console::setFormatter);
                if (output != null) {
                    console.setOutputStream(output);
                }
            } else if (handler instanceof ExtHandler group) {
                configure(group, format, output);
            }
        }
    }

    private static void reportDropped(long number) {
        LOG.warnf("%s log lines were dropped, because standard output was not read", number);
    }

    private static void writeLastLines(Application application, LogOutput output) {
        application.awaitShutdown();
        try {
            output.drain(ShutdownLimits.LAST_LINES);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
