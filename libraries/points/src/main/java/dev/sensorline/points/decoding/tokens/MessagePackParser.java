package dev.sensorline.points.decoding.tokens;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.CharsetDecoder;
import java.util.Arrays;

import org.jspecify.annotations.Nullable;

import com.fasterxml.jackson.core.JsonToken;

/**
 * Reads MessagePack (github.com/msgpack/msgpack/blob/master/spec.md). Keys of maps are texts, integers (names in decimal) or bytes that
 * are texts. A timestamp is a number of seconds since 1970, any other extension its bytes. A length never allocates more than the payload
 * has. Not thread-safe.
 */
public final class MessagePackParser extends ValueParser {

    private static final int TIMESTAMP = -1;
    private static final int NANO_DIGITS = 9;

    private final ByteBuffer payload;
    private final CharsetDecoder utf8 = UTF_8.newDecoder();
    /** How many values are left in each map and array that has not ended. A key of a map is one too. */
    private final long[] left;

    private final boolean[] isMap;
    private int depth;
    private int tokenStart;

    /** @param from where the first document begins */
    public MessagePackParser(byte[] payload, int from, int maxDepth) {
        this.payload = ByteBuffer.wrap(payload);
        this.payload.position(from);
        this.left = new long[maxDepth];
        this.isMap = new boolean[maxDepth];
    }

    @Override
    protected @Nullable JsonToken advance() throws IOException {
        tokenStart = payload.position();
        if (depth == 0) {
            return payload.hasRemaining() ? value() : null;
        }
        int level = depth - 1;
        if (left[level] == 0) {
            depth--;
            return only(isMap[level] ? JsonToken.END_OBJECT : JsonToken.END_ARRAY);
        }
        left[level]--;
        return isMap[level] && left[level] % 2 == 1 ? key() : value();
    }

    private JsonToken key() throws IOException {
        JsonToken token = value();
        return switch (token) {
            case VALUE_STRING, VALUE_NUMBER_INT -> name(textOf(token));
            case VALUE_EMBEDDED_OBJECT -> name(decode(ByteBuffer.wrap(bytes())));
            default -> throw malformed("the key of a map is neither a text nor an integer");
        };
    }

    private JsonToken value() throws IOException {
        int type = payload(1).get() & 0xff;
        if (type < 0x80) {
            return number(type);
        }
        if (type >= 0xe0) {
            return number((byte) type);
        }
        if (type < 0x90) {
            return start(true, type & 0xf);
        }
        if (type < 0xa0) {
            return start(false, type & 0xf);
        }
        if (type < 0xc0) {
            return text(type & 0x1f);
        }
        return switch (type) {
            case 0xc0 -> only(JsonToken.VALUE_NULL);
            case 0xc2 -> only(JsonToken.VALUE_FALSE);
            case 0xc3 -> only(JsonToken.VALUE_TRUE);
            case 0xc4, 0xc5, 0xc6 -> bytes(take(unsigned(1 << type - 0xc4)));
            case 0xc7, 0xc8, 0xc9 -> extension(unsigned(1 << type - 0xc7));
            case 0xca -> number(payload(Float.BYTES).getFloat());
            case 0xcb -> number(payload(Double.BYTES).getDouble());
            case 0xcc, 0xcd, 0xce -> number(unsigned(1 << type - 0xcc));
            case 0xcf ->
                number(new BigInteger(Long.toUnsignedString(payload(Long.BYTES).getLong())));
            case 0xd0 -> number(payload(Byte.BYTES).get());
            case 0xd1 -> number(payload(Short.BYTES).getShort());
            case 0xd2 -> number(payload(Integer.BYTES).getInt());
            case 0xd3 -> number(payload(Long.BYTES).getLong());
            case 0xd4, 0xd5, 0xd6, 0xd7, 0xd8 -> extension(1 << type - 0xd4);
            case 0xd9, 0xda, 0xdb -> text(unsigned(1 << type - 0xd9));
            case 0xdc, 0xdd -> start(false, unsigned(2 << type - 0xdc));
            case 0xde, 0xdf -> start(true, unsigned(2 << type - 0xde));
            default -> throw malformed("a type 0x%x is not used".formatted(type));
        };
    }

    private JsonToken start(boolean ofMap, long size) throws IOException {
        if (depth == left.length) {
            throw malformed("more than %d maps and arrays in one another".formatted(depth));
        }
        left[depth] = ofMap ? 2 * size : size;
        isMap[depth] = ofMap;
        depth++;
        return only(ofMap ? JsonToken.START_OBJECT : JsonToken.START_ARRAY);
    }

    private JsonToken text(long length) throws IOException {
        ByteBuffer bytes = payload(length);
        ByteBuffer text = bytes.slice(bytes.position(), (int) length);
        bytes.position(bytes.position() + (int) length);
        return text(decode(text));
    }

    private String decode(ByteBuffer bytes) throws IOException {
        return utf8.decode(bytes).toString();
    }

    private JsonToken extension(long length) throws IOException {
        int type = payload(1).get();
        byte[] data = take(length);
        ByteBuffer buffer = ByteBuffer.wrap(data);
        if (type == TIMESTAMP && length == Integer.BYTES) {
            return number(Integer.toUnsignedLong(buffer.getInt()));
        }
        if (type == TIMESTAMP && length == Long.BYTES) {
            long both = buffer.getLong();
            return timestamp(both & 0x3_ffff_ffffL, both >>> 34);
        }
        if (type == TIMESTAMP && length == Integer.BYTES + Long.BYTES) {
            long nanos = Integer.toUnsignedLong(buffer.getInt());
            return timestamp(buffer.getLong(), nanos);
        }
        return bytes(data);
    }

    private JsonToken timestamp(long seconds, long nanos) {
        return number(BigDecimal.valueOf(seconds).add(BigDecimal.valueOf(nanos, NANO_DIGITS)));
    }

    private byte[] take(long length) throws IOException {
        int from = payload(length).position();
        payload.position(from + (int) length);
        return Arrays.copyOfRange(payload.array(), from, from + (int) length);
    }

    private long unsigned(int width) throws IOException {
        payload(width);
        return switch (width) {
            case Byte.BYTES -> Byte.toUnsignedLong(payload.get());
            case Short.BYTES -> Short.toUnsignedLong(payload.getShort());
            default -> Integer.toUnsignedLong(payload.getInt());
        };
    }

    /** The payload, if so many bytes are left. */
    private ByteBuffer payload(long length) throws IOException {
        if (payload.remaining() < length) {
            throw malformed("it ends within a value");
        }
        return payload;
    }

    @Override
    protected long byteOffset() {
        return tokenStart;
    }
}
