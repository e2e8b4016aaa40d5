package dev.sensorline.points.decoding.format;

import org.jspecify.annotations.Nullable;

import dev.sensorline.points.Ignored;
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

    /**
     * The time of arrival of the first element of the next document in nanoseconds since 1970-01-01T00:00Z, to which its times are
     * relative. The points then do not carry their time.
     */
    long arrivalNanos();

    /** Counts what becomes nothing: the message, or something in it that is not passed on. */
    void drop(Ignored reason);

    /**
     * The document that was begun last is complete.
     *
     * @param isLast whether nothing follows it
     * @throws InvalidReadingException if the message has to be set aside as a whole; an invalid document is not a reason
     */
    void end(boolean isLast) throws InvalidReadingException;

    /**
     * The document that was begun last is complete. It is a line of the payload, or several of them.
     *
     * @param number of its first line, counted from 1
     * @throws InvalidReadingException if the message has to be set aside as a whole
     */
    void endLine(int number) throws InvalidReadingException;

    /**
     * A line is invalid.
     *
     * @throws InvalidReadingException if the message has to be set aside as a whole
     */
    void rejectLine(int number, InvalidReadingException problem) throws InvalidReadingException;

    /** Nothing in the message is a point or invalid. */
    void foundNothing();
}
