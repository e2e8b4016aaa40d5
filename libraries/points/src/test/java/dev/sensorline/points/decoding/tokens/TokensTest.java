package dev.sensorline.points.decoding.tokens;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;

import org.junit.jupiter.api.Test;

import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonParser.NumberType;
import com.fasterxml.jackson.core.JsonToken;

class TokensTest {

    private static final BigInteger LARGE = BigInteger.ONE.shiftLeft(70);

    private final Tokens tokens = new Tokens();

    @Test
    void a_document_is_read_again_as_it_was_written() throws IOException {
        tokens.startObject().name("a").startArray().number(1).number(2.5).number(LARGE);
        tokens.number(new BigDecimal("1e3")).bool(true).bool(false).endArray();
        tokens.name("b").text("x").name("c").bytes(new byte[] {7}).endObject();
        for (int i = 0; i < 2; i++) {
            try (JsonParser parser = tokens.parser()) {
                assertEquals(JsonToken.START_OBJECT, parser.nextToken());
                assertEquals(JsonToken.FIELD_NAME, parser.nextToken());
                assertEquals("a", parser.currentName());
                assertEquals("a", parser.getText());
                assertEquals(JsonToken.START_ARRAY, parser.nextToken());
                assertEquals(JsonToken.VALUE_NUMBER_INT, parser.nextToken());
                assertEquals(1, parser.getLongValue());
                assertEquals(1.0, parser.getDoubleValue());
                assertEquals("1", parser.getText());
                assertEquals(JsonToken.VALUE_NUMBER_FLOAT, parser.nextToken());
                assertEquals(2.5, parser.getDoubleValue());
                assertEquals(2, parser.getLongValue());
                assertEquals(JsonToken.VALUE_NUMBER_INT, parser.nextToken());
                assertEquals(NumberType.BIG_INTEGER, parser.getNumberType());
                assertEquals(LARGE, parser.getBigIntegerValue());
                assertEquals(JsonToken.VALUE_NUMBER_FLOAT, parser.nextToken());
                assertEquals(1000.0, parser.getDoubleValue());
                assertEquals(new BigDecimal("1e3"), parser.getDecimalValue());
                assertEquals(JsonToken.VALUE_TRUE, parser.nextToken());
                assertEquals("true", parser.getText());
                assertEquals(JsonToken.VALUE_FALSE, parser.nextToken());
                assertEquals(JsonToken.END_ARRAY, parser.nextToken());
                assertEquals("b", parser.nextFieldName());
                assertEquals("x", parser.nextTextValue());
                assertThrows(JsonParseException.class, parser::getBinaryValue);
                assertEquals("c", parser.nextFieldName());
                assertEquals(JsonToken.VALUE_EMBEDDED_OBJECT, parser.nextToken());
                assertArrayEquals(new byte[] {7}, parser.getBinaryValue());
                assertNull(parser.getText());
                assertEquals(JsonToken.END_OBJECT, parser.nextToken());
                assertNull(parser.nextToken());
            }
        }
    }

    @Test
    void a_large_integer_that_is_none_is_one_of_64_bits() throws IOException {
        try (JsonParser parser =
                tokens.number(BigInteger.valueOf(Long.MIN_VALUE)).parser()) {
            parser.nextToken();
            assertEquals(NumberType.LONG, parser.getNumberType());
            assertEquals(Long.MIN_VALUE, parser.getLongValue());
        }
    }

    @Test
    void children_are_skipped() throws IOException {
        tokens.startArray()
                .startObject()
                .name("a")
                .startArray()
                .endArray()
                .endObject()
                .number(1)
                .endArray();
        try (JsonParser parser = tokens.parser()) {
            parser.nextToken();
            parser.nextToken();
            parser.skipChildren();
            assertEquals(1, parser.nextIntValue(0));
        }
    }

    @Test
    void a_large_document_is_forgotten() throws IOException {
        for (int i = 0; i < 10_000; i++) {
            tokens.number(i);
        }
        tokens.clear();
        try (JsonParser parser = tokens.parser()) {
            assertNull(parser.nextToken());
        }
    }
}
