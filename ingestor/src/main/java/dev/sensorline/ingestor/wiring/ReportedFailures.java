package dev.sensorline.ingestor.wiring;

import java.util.Arrays;
import java.util.logging.Filter;
import java.util.logging.LogRecord;

import dev.sensorline.ingestor.kafka.KafkaSource;
import io.quarkus.logging.LoggingFilter;

/**
 * Drops SmallRye's log records, with their stack traces, of failures that the ingestor reports in one line itself: a channel
 * that could not be made, and a Kafka client that has given up.
 */
@LoggingFilter(name = "reported-failures")
public final class ReportedFailures implements Filter {

    private static final String CHANNEL_NOT_MADE = "SRMSG00230";
    private static final String METHOD_FAILED = "SRMSG00201";

    @Override
    public boolean isLoggable(LogRecord record) {
        String message = record.getMessage() == null ? "" : record.getMessage();
        return !message.startsWith(CHANNEL_NOT_MADE)
                && !(message.startsWith(METHOD_FAILED)
                        && Arrays.toString(record.getParameters()).contains(KafkaSource.class.getName()));
    }
}
