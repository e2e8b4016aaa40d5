package dev.sensorline.points.decoding.format;

import java.io.IOException;

import org.jspecify.annotations.Nullable;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;

import dev.sensorline.points.Rejection.Reason;
import dev.sensorline.points.decoding.extraction.CompiledRule;
import dev.sensorline.points.decoding.extraction.InvalidReadingException;

/** The objects and arrays in a payload, one after the other, each of which is a document. Not thread-safe. */
final class Structs {

    private final Parsers parsers;
    private final Reason malformed;
    private int start;

    /** Makes parsers of a format. */
    interface Parsers {

        /** @param from where the first document begins */
        JsonParser parser(byte[] payload, int from) throws IOException;
    }

    /** @param malformed the reason for which a payload is set aside that is not in the format */
    Structs(Parsers parsers, Reason malformed) {
        this.parsers = parsers;
        this.malformed = malformed;
    }

    /** Where the document begins that was read last, in the payload. */
    int start() {
        return start;
    }

    /**
     * Passes the values in each document to the extractors of the rule.
     *
     * @param first the first token of the parser, which is read already
     * @param from  where the parser began in the payload
     * @throws IOException             if a document is malformed
     * @throws InvalidReadingException if there is something else than a document. The documents that have ended remain valid
     */
    void extract(JsonParser parser, @Nullable JsonToken first, byte[] payload, int from, Documents documents)
            throws IOException, InvalidReadingException {
        start = from;
        JsonToken token = first;
        while (token != null) {
            documents
                    .begin(requireStruct(token) == JsonToken.START_ARRAY)
                    .paths()
                    .extract(parser, token);
            for (CompiledRule rule = documents.next(); rule != null; rule = documents.next()) {
                extractAgain(payload, rule);
            }
            token = next(parser, documents);
            if (token != null) {
                start = from + (int) parser.currentTokenLocation().getByteOffset();
            }
        }
    }

    /** Extracts the values of a document that another rule has been tried for. */
    private void extractAgain(byte[] payload, CompiledRule rule) throws IOException {
        try (JsonParser parser = parsers.parser(payload, start)) {
            rule.paths().extract(parser, parser.nextToken());
        }
    }

    /** Ends a document, and returns the first token of the next; null if there is none. */
    @Nullable
    JsonToken next(JsonParser parser, Documents documents) throws InvalidReadingException {
        JsonToken next;
        try {
            next = parser.nextToken();
        } catch (IOException e) {
            documents.end(false);
            throw new InvalidReadingException(malformed, ParserMessage.of(e));
        }
        documents.end(next == null);
        return next == null ? null : requireStruct(next);
    }

    JsonToken requireStruct(@Nullable JsonToken token) throws InvalidReadingException {
        if (token == null || !token.isStructStart()) {
            throw new InvalidReadingException(malformed, "neither an object nor an array");
        }
        return token;
    }
}
