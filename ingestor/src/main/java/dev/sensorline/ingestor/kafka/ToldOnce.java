package dev.sensorline.ingestor.kafka;

import java.util.logging.Filter;
import java.util.logging.LogRecord;

import io.quarkus.logging.LoggingFilter;

/** Without the stack trace of a channel that could not be made: what ends the start for that is told in one line. */
@LoggingFilter(name = "told-once")
public final class ToldOnce implements Filter {

    private static final String CHANNEL_NOT_MADE = "SRMSG00230";

    @Override
    public boolean isLoggable(LogRecord record) {
        return record.getMessage() == null || !record.getMessage().startsWith(CHANNEL_NOT_MADE);
    }
}
