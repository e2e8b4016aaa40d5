package dev.sensorline.ingestor;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Random topics and payloads, most of them nearly valid by {@link #RULES}, some of them valid. The same seed gives the same
 * sequence.
 */
public final class FuzzedReadings {

    /** Rules that use every feature together, by variable. */
    public static final Map<String, String> RULES = settings(
            "KIND_TOPIC",
            "kind/{kind}/{name}",
            "KIND_MEASUREMENT",
            "{kind}",
            "KIND_TAGS",
            "path={topic}, unit=/unit",
            "MANY_TOPIC",
            "many/{site}/#",
            "MANY_MEASUREMENT",
            "many",
            "MANY_FIELDS",
            "real=/a, whole:integer=/b/0/c, truth:boolean=/b/1, words:string=/d, odd=/~0~1, level:string={site}",
            "MANY_TAGS",
            "place=/a, deep=/b/0/d",
            "MANY_TIME",
            "/time",
            "MANY_TIME_UNIT",
            "ns",
            "TEXT_TOPIC",
            "text/+",
            "TEXT_MEASUREMENT",
            "text",
            "TEXT_FIELDS",
            "value:string",
            "WHOLE_TOPIC",
            "whole/+",
            "WHOLE_MEASUREMENT",
            "whole",
            "WHOLE_FIELDS",
            "value:integer",
            "WHOLE_TIME",
            "/time",
            "WHOLE_TIME_UNIT",
            "us",
            "TRUTH_TOPIC",
            "truth/+",
            "TRUTH_MEASUREMENT",
            "truth",
            "TRUTH_FIELDS",
            "value:boolean",
            "TRUTH_TIME",
            "/time",
            "TRUTH_TIME_UNIT",
            "rfc3339",
            "FIRST_TOPIC",
            "first/{a}/+/{b}",
            "FIRST_MEASUREMENT",
            "first",
            "FIRST_FIELDS",
            "value=/0",
            "FIRST_TIME",
            "/1",
            "FIRST_TIME_UNIT",
            "s",
            "EACH_TOPIC",
            "each/+",
            "EACH_MEASUREMENT",
            "each",
            "EACH_FIELDS",
            "real=/{m}/a, whole:integer=/{m}/b, words:string={m}, outer=/value",
            "EACH_TAGS",
            "member={m}, unit=/unit, deep=/{m}/d",
            "EACH_TIME",
            "/{m}/time",
            "NESTED_TOPIC",
            "nested/+",
            "NESTED_MEASUREMENT",
            "nested",
            "NESTED_FIELDS",
            "value=/{o}/{i}, column=/b/{i}, first=/0/a",
            "NESTED_TAGS",
            "outer={o}, inner={i}",
            "NESTED_TIME",
            "/time",
            "NAMED_TOPIC",
            "named/{channel}",
            "NAMED_MEASUREMENT",
            "named",
            "NAMED_FIELDS",
            "{key}=/{key}, {word}:string=/b/{word}, {channel}:boolean=/value",
            "DEFAULT_TOPIC",
            "default/{name}/+",
            "DEFAULT_MEASUREMENT",
            "default",
            "LOOSE_TOPIC",
            "loose/{id}",
            "LOOSE_MEASUREMENT",
            "loose",
            "LOOSE_FIELDS",
            "q:quantity?=/a, bit:bit?=/b, on:boolean?=/c, n:integer?=/d, f:float?=/value, s:string?=/x",
            "LOOSE_TIME",
            "/time",
            "LOOSE_TIME_UNIT",
            "iso8601",
            "LOOSE_TIME_ZONE",
            "Europe/Berlin",
            "COMMA_TOPIC",
            "comma/+",
            "COMMA_MEASUREMENT",
            "comma",
            "COMMA_FIELDS",
            "value:quantity",
            "COMMA_DECIMAL",
            "comma",
            "BIT_TOPIC",
            "bit/+",
            "BIT_MEASUREMENT",
            "bit",
            "BIT_FIELDS",
            "value:bit",
            "FORM_TOPIC",
            "form/{id}",
            "FORM_MEASUREMENT",
            "form",
            "FORM_FIELDS",
            "value",
            "FORM_TIME",
            "/time",
            "FORM_TIME_FORMAT",
            "dd.MM.yyyy HH:mm:ss",
            "FORM_TIME_ZONE",
            "America/New_York",
            "FORM_TIME_EARLIEST",
            "1700-01-01",
            "FORM_TIME_INVALID",
            "reject",
            "ONE_TOPIC",
            "case/{id}",
            "ONE_MEASUREMENT",
            "one",
            "ONE_FIELDS",
            "value:float?, words:string?=/d",
            "ONE_TAGS",
            "type=/type",
            "ONE_WHEN",
            "/type:t",
            "OTHER_TOPIC",
            "case/{name}",
            "OTHER_MEASUREMENT",
            "other",
            "OTHER_FIELDS",
            "value:float?, words:string?=/d",
            "OTHER_TAGS",
            "type=/type",
            "OTHER_WHEN",
            "/a:1",
            "DROP_TOPIC",
            "kind/drop/+",
            "DROP_IGNORE",
            "true",
            "MIX_TOPIC",
            "mix/{id}",
            "MIX_MEASUREMENT",
            "mix",
            "MIX_FIELDS",
            "q:quantity?=/{m}/a, bit:bit?=/{m}/b, on:boolean?=/value, step:integer?={m}, {key}:bit=/b/{m}/{key}",
            "MIX_TAGS",
            "member={m}, prop={property:p}",
            "MIX_DECIMAL",
            "comma",
            "MIX_TIME",
            "/{m}/time",
            "MIX_TIME_UNIT",
            "iso8601",
            "MIX_TIME_ZONE",
            "Europe/Berlin",
            "MIX_WHEN",
            "/type:t",
            "REST_TOPIC",
            "mix/{name}",
            "REST_MEASUREMENT",
            "mixrest",
            "REST_FIELDS",
            "{name}:quantity=/{i}/a, value:quantity?=/{i}/value",
            "REST_TAGS",
            "prop={property:p}",
            "REST_TIME",
            "{property:p}",
            "REST_TIME_EARLIEST",
            "1700-01-01",
            "CBOR_TOPIC",
            "cbor/{id}",
            "CBOR_FORMAT",
            "cbor",
            "CBOR_MEASUREMENT",
            "cbor",
            "CBOR_FIELDS",
            "real=/{m}/a, words:string?=/{m}/b, raw:integer?=bytes:/{m}/x:int16@0, outer:string?=/value",
            "CBOR_TAGS",
            "member={m}, tag=/{m}/1, unit=/unit",
            "CBOR_TIME",
            "/{m}/time",
            "PACK_TOPIC",
            "pack/{id}",
            "PACK_FORMAT",
            "msgpack",
            "PACK_MEASUREMENT",
            "pack",
            "PACK_FIELDS",
            "{key}=/{key}, words:string?=/d",
            "PACK_TAGS",
            "tag=/type",
            "PACK_TIME",
            "/time",
            "SENML_TOPIC",
            "senml/+",
            "SENML_FORMAT",
            "senml",
            "SENML_MEASUREMENT",
            "senml",
            "PLACES_TOPIC",
            "places/{id}",
            "PLACES_FORMAT",
            "bytes",
            "PLACES_MEASUREMENT",
            "places",
            "PLACES_FIELDS",
            "a=int16@0*0.1, b:string?=float64le@1, c:bit?=uint8@-1",
            "PLACES_TAGS",
            "ch=uint24@0",
            "PLACES_TIME",
            "uint64@-8",
            "HEX_TOPIC",
            "hex/{id}",
            "HEX_FORMAT",
            "hex",
            "HEX_MEASUREMENT",
            "hex",
            "HEX_FIELDS",
            "a:integer?=uint64@0, b=float16@0-3.5",
            "RADIX_TOPIC",
            "radix/{id}",
            "RADIX_FORMAT",
            "base64",
            "RADIX_MEASUREMENT",
            "radix",
            "RADIX_FIELDS",
            "a:integer?=int64le@0, b=float32@0*1e30",
            "DATA_TOPIC",
            "data/{id}",
            "DATA_MEASUREMENT",
            "data",
            "DATA_FIELDS",
            "a=base64:/{m}:uint8@0, b:integer?=hex:/{m}:int16@-2, {key}:string=hex:/a/{key}:float32@0",
            "DATA_TAGS",
            "m={m}");

    private static final List<String> TOPICS = List.of(
            "sensor/?",
            "kind/?/?",
            "many/?/?",
            "text/?",
            "whole/?",
            "truth/?",
            "first/?/?/?",
            "each/?",
            "nested/?",
            "named/?",
            "default/?/?",
            "loose/?",
            "comma/?",
            "bit/?",
            "form/?",
            "case/?",
            "kind/drop/?",
            "mix/?",
            "cbor/?",
            "pack/?",
            "senml/?",
            "places/?",
            "hex/?",
            "radix/?",
            "data/?",
            "many/?",
            "?",
            "sensor/?/?");
    private static final List<String> NAMES =
            List.of("value", "type", "time", "a", "b", "c", "d", "~/", "unit", "x", "", "\\u0076alue");
    private static final List<String> NUMBERS = List.of(
            "0",
            "-0",
            "1",
            "21.5",
            "1e3",
            "1E-3",
            "1e999",
            "-1e999",
            "1e-999",
            "9223372036854775807",
            "-9223372036854775808",
            "9223372036854775808",
            "1700000000",
            "1700000000123",
            "1700000000123456",
            "1700000000123456789",
            "1700000000.5",
            "9007199254740993.0",
            "00",
            "+1",
            ".5",
            "5.",
            "1_0",
            "0x1p3",
            "NaN",
            "Infinity",
            "1".repeat(400),
            "0." + "3".repeat(1_200),
            "1e99999999999",
            "4.9e-324");
    private static final List<String> WORDS = List.of(
            "ON",
            "closed",
            "Yes",
            "true",
            "nan",
            "-inf",
            " 412 ",
            "412.0",
            "20.6 °C",
            "-3 dBm",
            "45%",
            "20,6",
            "20,6 kWh",
            "1,234.5 W",
            "1e999 V",
            "0x1F",
            "null",
            "");
    private static final List<String> BARE_NOT_FINITE = List.of("NaN", "nan", "-nan", "inf", "-Infinity");
    private static final List<String> TIMES = List.of(
            "\"10.01.2023 22:55:31\"",
            "\"31.02.2023 22:55:31\"",
            "\"26.03.2023 02:30:00\"",
            "\"2023-01-10 22:55:31+0100\"",
            "\"2023-03-26T02:30:00\"",
            "\"0000-00-00T00:00:00\"",
            "\"\"",
            "\"1.700000000123e+12\"",
            "\"1e-999999999\"",
            "\"2023-11-14T22:13:20Z\"",
            "\"2023-11-14T22:13:20.123456789+01:00\"",
            "\"1677-01-01T00:00:00Z\"",
            "\"2262-12-31T00:00:00Z\"",
            "\"+999999999-12-31T23:59:59Z\"",
            "\"2023-13-01T00:00:00Z\"");
    private static final String SPECIAL = " ,=\"'\\\\\t\r\n/{}[]:.-+eE0123456789aüé日🌡\u007f\u00a0\u0000\ud800\udc00";

    private final Random random;

    public FuzzedReadings(long seed) {
        random = new Random(seed);
    }

    private static Map<String, String> settings(String... settings) {
        Map<String, String> map = new LinkedHashMap<>();
        for (int i = 0; i < settings.length; i += 2) {
            map.put("INGESTOR_RULES_" + settings[i], settings[i + 1]);
        }
        return map;
    }

    /** Mostly a topic that matches a rule; without wildcards, which brokers refuse. */
    public String topic() {
        StringBuilder topic = new StringBuilder();
        one(TOPICS).chars().forEach(c -> topic.append(c != '?' ? Character.toString(c) : level()));
        return topic.toString().replaceAll("[+#]", "_");
    }

    private String level() {
        // Some levels have more values than the cache of series holds.
        return random.nextInt(6) == 0 ? text() : "L" + random.nextInt(random.nextBoolean() ? 9 : 9_000);
    }

    /** User properties, of which a rule uses one. */
    public List<Map.Entry<String, String>> properties() {
        return switch (random.nextInt(4)) {
            case 0 -> List.of(Map.entry("p", one(NUMBERS)));
            case 1 -> List.of(Map.entry("p", text()));
            default -> List.of();
        };
    }

    public byte[] payload() {
        return switch (random.nextInt(24)) {
            case 0 -> ("\ufeff" + content() + "\0\0").getBytes(UTF_8);
            case 1 -> quoted(one(WORDS)).getBytes(UTF_8);
            case 2, 3 -> binary();
            default -> bare();
        };
    }

    private String content() {
        return random.nextBoolean() ? one(WORDS) : object(0);
    }

    private byte[] bare() {
        return switch (random.nextInt(15)) {
            case 0 -> bytes(random.nextInt(40));
            case 1 -> text().getBytes(UTF_8);
            case 2 -> one(NUMBERS).getBytes(UTF_8);
            case 3 -> damaged(json(0).getBytes(UTF_8));
            case 4 -> json(0).getBytes(UTF_8);
            case 5 ->
                ("{\"value\":" + json(0) + ",\"time\":" + (random.nextBoolean() ? one(TIMES) : one(NUMBERS)) + "}")
                        .getBytes(UTF_8);
            case 6 ->
                ("{\"type\":\"t\",\"value\":1," + object(0).strip().substring(1))
                        .replace(",}", "}")
                        .getBytes(UTF_8);
            case 7 -> Integer.toString(random.nextInt(2)).getBytes(UTF_8);
            case 8 -> one(WORDS).getBytes(UTF_8);
            case 9 -> array(0).getBytes(UTF_8);
            case 10 -> (object(0) + one(List.of("\n", "", " ", ",")) + json(0)).getBytes(UTF_8);
            case 11 ->
                (object(0) + one(List.of("\n", "")) + "{\"type\":\"t\",\"value\":1,"
                                + object(0).strip().substring(1))
                        .replace(",}", "}")
                        .getBytes(UTF_8);
            default -> object(0).getBytes(UTF_8);
        };
    }

    private byte[] binary() {
        return switch (random.nextInt(7)) {
            case 0 -> HexFormat.of().formatHex(bytes(random.nextInt(20))).getBytes(UTF_8);
            case 1 -> Base64.getEncoder().encode(bytes(random.nextInt(20)));
            case 2 -> ("[" + senml() + "," + senml() + "]").getBytes(UTF_8);
            default -> {
                ByteArrayOutputStream document = new ByteArrayOutputStream();
                boolean isCbor = random.nextBoolean();
                for (int i = random.nextInt(2); i >= 0; i--) {
                    structure(isCbor, 0, document);
                }
                yield random.nextInt(4) == 0 ? damaged(document.toByteArray()) : document.toByteArray();
            }
        };
    }

    private String senml() {
        StringBuilder members = new StringBuilder();
        for (int i = random.nextInt(5); i >= 0; i--) {
            members.append(
                    switch (random.nextInt(7)) {
                        case 0 -> "\"bn\":\"" + level() + "\",";
                        case 1 -> "\"bt\":" + one(NUMBERS) + ",";
                        case 2 -> "\"t\":" + one(NUMBERS) + ",";
                        case 3 -> "\"bv\":" + random.nextGaussian() + ",";
                        case 4 -> "\"u\":" + quoted(text()) + ",";
                        case 5 -> "\"vs\":" + quoted(text()) + ",";
                        default -> "\"v\":" + random.nextGaussian() + ",";
                    });
        }
        return "{" + members + "\"n\":\"a\"}";
    }

    /** A map or an array in CBOR or MessagePack. */
    private void structure(boolean isCbor, int depth, ByteArrayOutputStream to) {
        boolean isMap = random.nextInt(3) > 0;
        int size = random.nextInt(5);
        to.write((isCbor ? isMap ? 0xa0 : 0x80 : isMap ? 0x80 : 0x90) + size);
        for (int i = 0; i < size; i++) {
            if (isMap && random.nextInt(3) > 0) {
                text(isCbor, one(NAMES), to);
            } else if (isMap) {
                to.write(isCbor && random.nextBoolean() ? 0x20 + random.nextInt(6) : random.nextInt(9));
            }
            value(isCbor, depth + 1, to);
        }
    }

    private void value(boolean isCbor, int depth, ByteArrayOutputStream to) {
        switch (random.nextInt(depth > 3 ? 6 : 9)) {
            case 0 -> text(isCbor, random.nextBoolean() ? one(WORDS) : text(), to);
            case 1 -> to.writeBytes(number(isCbor ? 0xfb : 0xcb, Double.doubleToLongBits(random.nextGaussian())));
            case 2 -> to.writeBytes(number(isCbor ? 0x1b : 0xcf, random.nextLong()));
            case 3 -> to.writeBytes(number(isCbor ? 0xfb : 0xcb, random.nextLong()));
            case 4 -> to.writeBytes(number(isCbor ? 0x1b : 0xd3, 1_700_000_000_000L + random.nextInt()));
            case 5 -> {
                to.writeBytes(isCbor ? new byte[] {0x44} : new byte[] {(byte) 0xc4, 4});
                to.writeBytes(bytes(4));
            }
            default -> structure(isCbor, depth, to);
        }
    }

    private void text(boolean isCbor, String text, ByteArrayOutputStream to) {
        byte[] utf8 = text.getBytes(UTF_8);
        to.writeBytes(new byte[] {(byte) (isCbor ? 0x78 : 0xd9), (byte) utf8.length});
        to.writeBytes(utf8);
    }

    private static byte[] number(int type, long bits) {
        return ByteBuffer.allocate(1 + Long.BYTES)
                .put((byte) type)
                .putLong(bits)
                .array();
    }

    private String json(int depth) {
        if (random.nextInt(4_000) == 0) {
            return quoted("y".repeat(random.nextInt(140_000)));
        }
        return switch (random.nextInt(depth > 3 ? 5 : 8)) {
            case 0 ->
                switch (random.nextInt(4)) {
                    case 0 -> "null";
                    case 1 -> one(BARE_NOT_FINITE);
                    default -> Boolean.toString(random.nextBoolean());
                };
            case 1 -> one(NUMBERS);
            case 2 ->
                switch (random.nextInt(4)) {
                    case 0 -> one(TIMES);
                    case 1 -> quoted(one(WORDS));
                    default -> "\"" + one(NUMBERS) + "\"";
                };
            case 3 -> quoted(random.nextBoolean() ? "t" : text());
            case 4 -> random.nextInt(99) == 0 ? "[".repeat(40) + "]".repeat(40) : Integer.toString(random.nextInt(100));
            case 5 -> Double.toString(random.nextGaussian());
            case 6 -> array(depth);
            default -> object(depth);
        };
    }

    private String array(int depth) {
        StringBuilder array = new StringBuilder("[");
        for (int i = random.nextInt(4); i > 0; i--) {
            array.append(array.length() > 1 ? "," : "").append(json(depth + 1));
        }
        return array.append(']').toString();
    }

    private String object(int depth) {
        StringBuilder object = new StringBuilder(random.nextInt(9) == 0 ? " {" : "{");
        int start = object.length();
        for (int i = random.nextInt(6); i > 0; i--) {
            object.append(object.length() > start ? "," : "")
                    .append('"')
                    .append(one(NAMES))
                    .append("\":")
                    .append(json(depth + 1));
        }
        return object.append('}').toString();
    }

    /** As a string in JSON, sometimes without the escapes that it needs. */
    private String quoted(String text) {
        if (random.nextInt(10) == 0) {
            return '"' + text + '"';
        }
        StringBuilder quoted = new StringBuilder("\"");
        for (char character : text.toCharArray()) {
            boolean isPlain =
                    character >= ' ' && character != '"' && character != '\\' && !Character.isSurrogate(character);
            quoted.append(isPlain ? String.valueOf(character) : "\\u%04x".formatted((int) character));
        }
        return quoted.append('"').toString();
    }

    private byte[] damaged(byte[] bytes) {
        for (int i = random.nextInt(3); i >= 0 && bytes.length > 0; i--) {
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
        }
        return random.nextBoolean() ? bytes : Arrays.copyOf(bytes, random.nextInt(bytes.length + 1));
    }

    private byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    private String text() {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(12); i > 0; i--) {
            text.append(
                    random.nextInt(4) == 0
                            ? (char) random.nextInt(Character.MAX_VALUE + 1)
                            : SPECIAL.charAt(random.nextInt(SPECIAL.length())));
        }
        return text.toString();
    }

    private String one(List<String> of) {
        return of.get(random.nextInt(of.size()));
    }
}
