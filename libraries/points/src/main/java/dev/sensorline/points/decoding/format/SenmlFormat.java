package dev.sensorline.points.decoding.format;

import java.io.IOException;

import org.jspecify.annotations.Nullable;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;

import dev.sensorline.points.Ignored;
import dev.sensorline.points.Rejection.Reason;
import dev.sensorline.points.decoding.extraction.Blanks;
import dev.sensorline.points.decoding.extraction.CompiledRule;
import dev.sensorline.points.decoding.extraction.InvalidReadingException;
import dev.sensorline.points.decoding.tokens.Tokens;

/** SenML packs (RFC 8428) in JSON or CBOR, of which the rule gets the {@linkplain SenmlPack resolved} records as an array. */
public final class SenmlFormat implements PayloadFormat {

    private final JsonFactory json = JsonFormat.newFactory();
    private final Structs.Parsers cbor = BinaryFormat.cborParsers();
    private final Structs packs = new Structs((payload, from) -> parser(payload), Reason.MALFORMED);
    private final Tokens resolved = new Tokens();

    @Override
    public boolean accepts(byte firstByte, CompiledRule rule) {
        return true;
    }

    @Override
    public void extract(byte[] payload, Documents documents) throws InvalidReadingException {
        boolean isJson = isJson(payload);
        if (isJson && payload.length > 1 && payload[1] == 0) {
            // The parser would take the payload for UTF-16.
            throw new InvalidReadingException(Reason.MALFORMED, "a zero byte");
        }
        try (JsonParser parser = parser(payload)) {
            JsonToken token = parser.nextToken();
            if (token == JsonToken.VALUE_NULL) {
                BinaryFormat.requireEnd(parser);
                documents.drop(Ignored.EMPTY);
                return;
            }
            token = packs.requireStruct(token);
            while (token != null) {
                SenmlPack pack = new SenmlPack(!isJson, documents::arrivalNanos, resolved);
                pack.resolve(parser, token);
                token = extract(pack, parser, documents);
            }
        } catch (IOException e) {
            throw BinaryFormat.malformed(e);
        }
    }

    private JsonParser parser(byte[] payload) throws IOException {
        return isJson(payload) ? json.createParser(payload) : cbor.parser(payload, 0);
    }

    /** Ends a pack, and returns the first token of the next; null if there is none. */
    private @Nullable JsonToken extract(SenmlPack pack, JsonParser parser, Documents documents)
            throws IOException, InvalidReadingException {
        String problem = pack.problem();
        if (pack.isResolved() || problem == null) {
            for (CompiledRule rule = documents.begin(true); rule != null; rule = documents.next()) {
                try (JsonParser records = resolved.parser()) {
                    rule.paths().extract(records, records.nextToken());
                }
            }
            if (problem == null) {
                return packs.next(parser, documents);
            }
            documents.end(true);
        }
        throw new InvalidReadingException(Reason.MALFORMED, problem);
    }

    /**
     * Whether a pack is in JSON: it is an array or a single record. In CBOR these characters and blanks would begin a text, bytes or an
     * integer.
     */
    public static boolean isJson(byte[] payload) {
        int at = 0;
        while (at < payload.length && Blanks.isBlank(payload[at])) {
            at++;
        }
        return at < payload.length && (payload[at] == '[' || payload[at] == '{');
    }
}
