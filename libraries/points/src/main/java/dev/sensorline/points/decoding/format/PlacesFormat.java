package dev.sensorline.points.decoding.format;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;

import com.fasterxml.jackson.core.JsonParser;

import dev.sensorline.points.Rejection.Reason;
import dev.sensorline.points.decoding.extraction.CompiledRule;
import dev.sensorline.points.decoding.extraction.EncodedBytes;
import dev.sensorline.points.decoding.extraction.InvalidReadingException;
import dev.sensorline.points.decoding.tokens.Tokens;
import dev.sensorline.points.rules.BinaryNumber.Encoding;

/** A payload of numbers at fixed places: the bytes themselves, or written as text. It is one value, in which the rule finds the numbers. */
public final class PlacesFormat implements PayloadFormat {

    private final Encoding encoding;
    private final Tokens tokens = new Tokens();

    public PlacesFormat(Encoding encoding) {
        this.encoding = encoding;
    }

    @Override
    public boolean accepts(byte firstByte, CompiledRule rule) {
        return true;
    }

    @Override
    public void extract(byte[] payload, Documents documents) throws InvalidReadingException {
        byte[] bytes = encoding == Encoding.BYTES ? payload : EncodedBytes.decode(encoding, unquoted(payload));
        if (bytes == null) {
            throw new InvalidReadingException(
                    Reason.MALFORMED, encoding == Encoding.HEX ? "not pairs of hexadecimal digits" : "not Base64");
        }
        tokens.clear();
        tokens.bytes(bytes);
        try {
            for (CompiledRule rule = documents.begin(false); rule != null; rule = documents.next()) {
                try (JsonParser parser = tokens.parser()) {
                    rule.paths().extract(parser, parser.nextToken());
                }
            }
        } catch (IOException e) {
            throw BinaryFormat.malformed(e);
        }
        documents.end(true);
    }

    /** The text of a payload, which may be a JSON string. */
    private static String unquoted(byte[] payload) {
        String text = new String(payload, ISO_8859_1).strip();
        boolean isQuoted = text.length() > 1 && text.startsWith("\"") && text.endsWith("\"");
        return isQuoted ? text.substring(1, text.length() - 1) : text;
    }
}
