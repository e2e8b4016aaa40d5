package dev.sensorline.points.decoding.format;

import dev.sensorline.points.decoding.extraction.CompiledRule;
import dev.sensorline.points.decoding.extraction.InvalidReadingException;

/** A format of payloads. The thread that decodes calls it. */
public interface PayloadFormat {

    /**
     * Whether a payload is in this format.
     *
     * @param firstByte the first byte of the payload that is not blank
     * @param rule      the rule that applies to the payload's topic
     */
    boolean accepts(byte firstByte, CompiledRule rule);

    /**
     * Passes the values in a payload to the extractors of the rule, one document after the other.
     *
     * @param payload has at least one byte that is not blank
     * @throws InvalidReadingException if the payload is not valid in this format; no other exception is allowed, whatever
     *                                 the bytes are. The documents that have ended remain valid
     */
    void extract(byte[] payload, Documents documents) throws InvalidReadingException;
}
