package dev.sensorline.ingestor;

import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

import org.jboss.logmanager.ExtLogRecord;

/** The lines that a class logs during a test, with their levels. */
public final class LogLines implements AutoCloseable {

    private final Logger logger;
    private final List<String> lines = new ArrayList<>();
    private final Handler handler = new Handler() {

        @Override
        public void publish(LogRecord record) {
            lines.add(record.getLevel() + " "
                    + (record instanceof ExtLogRecord formatted
                            ? formatted.getFormattedMessage()
                            : record.getMessage()));
        }

        @Override
        public void flush() {
            // There is nothing to do.
        }

        @Override
        public void close() {
            // There is nothing to do.
        }
    };

    private LogLines(String name) {
        this.logger = Logger.getLogger(name);
        logger.addHandler(handler);
    }

    public static LogLines of(Class<?> logs) {
        return new LogLines(logs.getName());
    }

    /** Those of all classes of a package and the packages below it. */
    public static LogLines of(String packageName) {
        return new LogLines(packageName);
    }

    /** The lines so far, in their order, each as {@code LEVEL message}. */
    public List<String> all() {
        return List.copyOf(lines);
    }

    @Override
    public void close() {
        logger.removeHandler(handler);
    }
}
