package dev.sensorline.ingestor.telegraf;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;

/** A JSON document in a binary format, with numbers of 64 bits. */
abstract class BinaryDocument {

    private static final JsonFactory JSON = new JsonFactory();

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    final DataOutputStream out = new DataOutputStream(bytes);

    static byte[] cbor(byte[] json) {
        return new Cbor().written(json);
    }

    static byte[] messagePack(byte[] json) {
        return new MessagePack().written(json);
    }

    final byte[] written(byte[] json) {
        try (JsonParser parser = JSON.createParser(json)) {
            write(value(parser, parser.nextToken()));
            return bytes.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Object value(JsonParser parser, JsonToken token) throws IOException {
        return switch (token) {
            case START_OBJECT -> {
                Map<String, Object> members = new LinkedHashMap<>();
                while (parser.nextToken() != JsonToken.END_OBJECT) {
                    String name = parser.currentName();
                    members.put(name, value(parser, parser.nextToken()));
                }
                yield members;
            }
            case START_ARRAY -> {
                List<Object> elements = new ArrayList<>();
                for (JsonToken next = parser.nextToken(); next != JsonToken.END_ARRAY; next = parser.nextToken()) {
                    elements.add(value(parser, next));
                }
                yield elements;
            }
            case VALUE_STRING -> parser.getText();
            case VALUE_NUMBER_INT ->
                parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER
                        ? (Object) parser.getDoubleValue()
                        : (Object) parser.getLongValue();
            case VALUE_NUMBER_FLOAT -> parser.getDoubleValue();
            default -> token == JsonToken.VALUE_TRUE;
        };
    }

    private void write(Object value) throws IOException {
        if (value instanceof Map<?, ?> members) {
            map(members.size());
            for (Map.Entry<?, ?> member : members.entrySet()) {
                write(member.getKey());
                write(member.getValue());
            }
        } else if (value instanceof List<?> elements) {
            array(elements.size());
            for (Object element : elements) {
                write(element);
            }
        } else if (value instanceof String text) {
            byte[] utf8 = text.getBytes(UTF_8);
            text(utf8.length);
            out.write(utf8);
        } else if (value instanceof Long whole) {
            whole(whole);
        } else if (value instanceof Double real) {
            real(real);
        } else {
            truth((Boolean) value);
        }
    }

    abstract void map(int size) throws IOException;

    abstract void array(int size) throws IOException;

    abstract void text(int size) throws IOException;

    abstract void whole(long value) throws IOException;

    abstract void real(double value) throws IOException;

    abstract void truth(boolean value) throws IOException;

    /** RFC 8949, with a size of 16 bits. */
    private static final class Cbor extends BinaryDocument {

        @Override
        void map(int size) throws IOException {
            out.write(0xb9);
            out.writeShort(size);
        }

        @Override
        void array(int size) throws IOException {
            out.write(0x99);
            out.writeShort(size);
        }

        @Override
        void text(int size) throws IOException {
            out.write(0x79);
            out.writeShort(size);
        }

        @Override
        void whole(long value) throws IOException {
            out.write(value < 0 ? 0x3b : 0x1b);
            out.writeLong(value < 0 ? -1 - value : value);
        }

        @Override
        void real(double value) throws IOException {
            out.write(0xfb);
            out.writeDouble(value);
        }

        @Override
        void truth(boolean value) throws IOException {
            out.write(value ? 0xf5 : 0xf4);
        }
    }

    private static final class MessagePack extends BinaryDocument {

        @Override
        void map(int size) throws IOException {
            out.write(0xde);
            out.writeShort(size);
        }

        @Override
        void array(int size) throws IOException {
            out.write(0xdc);
            out.writeShort(size);
        }

        @Override
        void text(int size) throws IOException {
            out.write(0xda);
            out.writeShort(size);
        }

        @Override
        void whole(long value) throws IOException {
            out.write(0xd3);
            out.writeLong(value);
        }

        @Override
        void real(double value) throws IOException {
            out.write(0xcb);
            out.writeDouble(value);
        }

        @Override
        void truth(boolean value) throws IOException {
            out.write(value ? 0xc3 : 0xc2);
        }
    }
}
