package dev.sensorline.points.decoding.tokens;

import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;

import org.jspecify.annotations.Nullable;

import com.fasterxml.jackson.core.Base64Variant;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonStreamContext;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.ObjectCodec;
import com.fasterxml.jackson.core.Version;
import com.fasterxml.jackson.core.base.ParserMinimalBase;
import com.fasterxml.jackson.core.io.ContentReference;
import com.fasterxml.jackson.core.json.JsonReadContext;

/**
 * A parser that holds the value of its current token: a subclass sets it in {@link #nextToken}. Bytes are the token
 * {@link JsonToken#VALUE_EMBEDDED_OBJECT}. Not thread-safe.
 */
public abstract class ValueParser extends ParserMinimalBase {

    private static final byte[] NO_BYTES = {};

    private NumberType numberType = NumberType.LONG;
    private long integer;
    private double floating;
    /** A number of another type. */
    private Number number = 0;
    /** A text, or the name of a member; null if the current token is a number. */
    private @Nullable String text;

    private String name = "";
    private byte[] bytes = NO_BYTES;
    private boolean isClosed;

    protected ValueParser() {
        super(0);
    }

    /** Moves to the next token; null if there is none. */
    @Override
    @SuppressWarnings("NullAway") // Jackson's parsers return null at the end.
    public final JsonToken nextToken() throws IOException {
        _currToken = advance();
        return _currToken;
    }

    /** Sets the value of the next token, and returns the token; null if there is none. */
    protected abstract @Nullable JsonToken advance() throws IOException;

    /** A token without a value. */
    protected final JsonToken only(JsonToken token) {
        text = token.asString();
        return token;
    }

    protected final JsonToken name(String ofMember) {
        name = ofMember;
        text = ofMember;
        return JsonToken.FIELD_NAME;
    }

    protected final JsonToken text(String value) {
        text = value;
        return JsonToken.VALUE_STRING;
    }

    protected final JsonToken bytes(byte[] value) {
        bytes = value;
        text = null;
        return JsonToken.VALUE_EMBEDDED_OBJECT;
    }

    protected final JsonToken number(long value) {
        integer = value;
        numberType = NumberType.LONG;
        text = null;
        return JsonToken.VALUE_NUMBER_INT;
    }

    protected final JsonToken number(double value) {
        floating = value;
        numberType = NumberType.DOUBLE;
        text = null;
        return JsonToken.VALUE_NUMBER_FLOAT;
    }

    /** @param value a long integer if it has not more than 64 bits */
    protected final JsonToken number(BigInteger value) {
        if (value.bitLength() < Long.SIZE) {
            return number(value.longValue());
        }
        number = value;
        numberType = NumberType.BIG_INTEGER;
        text = null;
        return JsonToken.VALUE_NUMBER_INT;
    }

    protected final JsonToken number(BigDecimal value) {
        number = value;
        numberType = NumberType.BIG_DECIMAL;
        text = null;
        return JsonToken.VALUE_NUMBER_FLOAT;
    }

    /** The source is malformed. */
    protected final JsonParseException malformed(String why) {
        return new JsonParseException(this, why);
    }

    @Override
    protected final void _handleEOF() throws JsonParseException {
        throw malformed("the end is missing");
    }

    @Override
    public final String currentName() {
        return name;
    }

    @Deprecated
    @Override
    public final String getCurrentName() {
        return name;
    }

    @Deprecated
    @Override
    public final void overrideCurrentName(String other) {
        name = other;
    }

    @Override
    public final String getText() {
        return textOf(_currToken);
    }

    /** The text of the value that has been set last. */
    @SuppressWarnings("NullAway") // As Jackson's parsers do where there is no token.
    protected final String textOf(JsonToken token) {
        return text == null && token != null && token.isNumeric()
                ? getNumberValue().toString()
                : text;
    }

    /** The bytes that have been set last. */
    protected final byte[] bytes() {
        return bytes;
    }

    @Override
    public final char[] getTextCharacters() {
        return getText().toCharArray();
    }

    @Override
    public final boolean hasTextCharacters() {
        return false;
    }

    @Override
    public final int getTextLength() {
        return getText().length();
    }

    @Override
    public final int getTextOffset() {
        return 0;
    }

    @Override
    public final byte[] getBinaryValue(Base64Variant variant) throws IOException {
        if (_currToken != JsonToken.VALUE_EMBEDDED_OBJECT) {
            throw malformed("no bytes");
        }
        return bytes;
    }

    @Override
    public final NumberType getNumberType() {
        return numberType;
    }

    @Override
    public final Number getNumberValue() {
        return switch (numberType) {
            case LONG -> integer;
            case DOUBLE -> floating;
            default -> number;
        };
    }

    @Override
    public final int getIntValue() {
        return getNumberValue().intValue();
    }

    @Override
    public final long getLongValue() {
        return numberType == NumberType.LONG ? integer : getNumberValue().longValue();
    }

    @Override
    public final float getFloatValue() {
        return getNumberValue().floatValue();
    }

    @Override
    public final double getDoubleValue() {
        return numberType == NumberType.DOUBLE ? floating : getNumberValue().doubleValue();
    }

    @Override
    public final BigInteger getBigIntegerValue() {
        return getDecimalValue().toBigInteger();
    }

    @Override
    public final BigDecimal getDecimalValue() {
        return new BigDecimal(getNumberValue().toString());
    }

    @Override
    public final void close() {
        isClosed = true;
    }

    @Override
    public final boolean isClosed() {
        return isClosed;
    }

    @Override
    public final JsonStreamContext getParsingContext() {
        return JsonReadContext.createRootContext(null);
    }

    /** Where the current token begins, in bytes; 0 if the source has no bytes. */
    protected long byteOffset() {
        return 0;
    }

    @Override
    public final JsonLocation currentTokenLocation() {
        return new JsonLocation(ContentReference.unknown(), byteOffset(), -1, -1, -1);
    }

    @Override
    public final JsonLocation currentLocation() {
        return currentTokenLocation();
    }

    @Deprecated
    @Override
    public final JsonLocation getTokenLocation() {
        return currentTokenLocation();
    }

    @Deprecated
    @Override
    public final JsonLocation getCurrentLocation() {
        return currentTokenLocation();
    }

    @Override
    public final ObjectCodec getCodec() {
        throw new UnsupportedOperationException("tokens only");
    }

    @Override
    public final void setCodec(ObjectCodec codec) {
        throw new UnsupportedOperationException("tokens only");
    }

    @Override
    public final Version version() {
        return Version.unknownVersion();
    }
}
