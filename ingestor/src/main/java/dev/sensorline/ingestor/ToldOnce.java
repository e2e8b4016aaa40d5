package dev.sensorline.ingestor;

import java.util.Arrays;
import java.util.logging.Filter;
import java.util.logging.LogRecord;

import io.quarkus.logging.LoggingFilter;

/** Without the stack traces of what is told in one line: a channel that could not be made, and the end of a writer. */
@LoggingFilter(name = "told-once")
public final class ToldOnce implements Filter {

    private static final String CHANNEL_NOT_MADE = "SRMSG00230";
    private static final String METHOD_FAILED = "SRMSG00201";

    @Override
    public boolean isLoggable(LogRecord record) {
        String message = record.getMessage() == null ? "" : record.getMessage();
        return !message.startsWith(CHANNEL_NOT_MADE) && !(message.startsWith(METHOD_FAILED)
                && Arrays.toString(record.getParameters()).contains(Writer.class.getName()));
    }
}
