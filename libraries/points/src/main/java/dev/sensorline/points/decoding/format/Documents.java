package dev.sensorline.points.decoding.format;

import org.jspecify.annotations.Nullable;

import dev.sensorline.points.decoding.extraction.CompiledRule;
import dev.sensorline.points.decoding.extraction.InvalidReadingException;

/** Makes points of the documents in a payload: a payload format passes it one after the other. */
public interface Documents {

    /**
     * Begins a document. The format then passes the values in it to the extractors of the rule.
     *
     * @param isArray whether the document is an array
     * @return the rule that applies to the document
     */
    CompiledRule begin(boolean isArray);

    /**
     * Begins the same document again, if the values that were passed do not fulfil the condition of the rule.
     *
     * @return the rule to be tried instead; null if there is none, or the condition is fulfilled
     */
    @Nullable
    CompiledRule next();

    /** The arrival in nanoseconds since 1970-01-01T00:00Z, to which times are relative. The points then do not carry their time. */
    long arrivalNanos();

    /**
     * The document that was begun last is complete.
     *
     * @param isLast whether nothing follows it
     * @throws InvalidReadingException if the message has to be set aside as a whole; an invalid document is not a reason
     */
    void end(boolean isLast) throws InvalidReadingException;
}
