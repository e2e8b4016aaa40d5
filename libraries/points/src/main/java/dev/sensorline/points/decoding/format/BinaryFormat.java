package dev.sensorline.points.decoding.format;

import java.io.IOException;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.dataformat.cbor.CBORFactory;

import dev.sensorline.points.Ignored;
import dev.sensorline.points.Rejection.Reason;
import dev.sensorline.points.decoding.extraction.CompiledRule;
import dev.sensorline.points.decoding.extraction.FieldExtractor;
import dev.sensorline.points.decoding.extraction.InvalidReadingException;
import dev.sensorline.points.decoding.tokens.MessagePackParser;

/**
 * Maps and arrays in a binary form of JSON, which the pointers of rules lead into. Several may follow one another. Keys that are
 * integers are names in decimal. A payload may also be the value of the rule's only field.
 */
public final class BinaryFormat implements PayloadFormat {

    static final int MAX_NESTING_DEPTH = 32;

    private final Structs.Parsers parsers;
    private final Structs structs;

    private BinaryFormat(Structs.Parsers parsers) {
        this.parsers = parsers;
        this.structs = new Structs(parsers, Reason.MALFORMED);
    }

    /** CBOR (RFC 8949). */
    public static BinaryFormat cbor() {
        return new BinaryFormat(cborParsers());
    }

    static Structs.Parsers cborParsers() {
        JsonFactory cbor = CBORFactory.builder()
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(MAX_NESTING_DEPTH)
                        .build())
                // Names come from outside: they are not kept.
                .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
                .build();
        return (payload, from) -> cbor.createParser(payload, from, payload.length - from);
    }

    /** MessagePack (github.com/msgpack/msgpack/blob/master/spec.md). */
    public static BinaryFormat messagePack() {
        return new BinaryFormat((payload, from) -> new MessagePackParser(payload, from, MAX_NESTING_DEPTH));
    }

    @Override
    public boolean accepts(byte firstByte, CompiledRule rule) {
        return true;
    }

    @Override
    public void extract(byte[] payload, Documents documents) throws InvalidReadingException {
        try (JsonParser parser = parsers.parser(payload, 0)) {
            JsonToken token = parser.nextToken();
            if (token != null && token.isScalarValue()) {
                extractBare(parser, token, documents);
            } else {
                structs.extract(parser, structs.requireStruct(token), payload, 0, documents);
            }
        } catch (IOException e) {
            throw malformed(e);
        }
    }

    private static void extractBare(JsonParser parser, JsonToken token, Documents documents)
            throws IOException, InvalidReadingException {
        if (token == JsonToken.VALUE_NULL) {
            requireEnd(parser);
            documents.drop(Ignored.EMPTY);
            return;
        }
        for (CompiledRule rule = documents.begin(false); rule != null; rule = documents.next()) {
            FieldExtractor field = PlainValueFormat.field(rule);
            if (field != null) {
                field.extractBare(parser, token);
            }
        }
        requireEnd(parser);
        documents.end(true);
    }

    static void requireEnd(JsonParser parser) throws IOException, InvalidReadingException {
        if (parser.nextToken() != null) {
            throw new InvalidReadingException(Reason.MALFORMED, "there is something after the value");
        }
    }

    static InvalidReadingException malformed(IOException failure) {
        return new InvalidReadingException(Reason.MALFORMED, ParserMessage.of(failure));
    }
}
