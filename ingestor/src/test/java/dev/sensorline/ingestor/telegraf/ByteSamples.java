package dev.sensorline.ingestor.telegraf;

import static dev.sensorline.ingestor.telegraf.Difference.LOST_BY_TELEGRAF;
import static dev.sensorline.ingestor.telegraf.Difference.NONE;
import static dev.sensorline.ingestor.telegraf.Difference.ONLY_TELEGRAF;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Random;

/** Random numbers at fixed places of bytes. The same seed gives the same sequence. */
final class ByteSamples {

    private static final long FIRST_TIME_MILLIS = 1_700_000_000_000L;
    private static final int LENGTH = 44;
    /** Where the time ends. */
    private static final int END_OF_TIME = 36;

    private final Random random;
    private final ByteOrder order;
    private long times;

    ByteSamples(long seed, ByteOrder order) {
        this.random = new Random(seed);
        this.order = order;
    }

    /** Numbers that both read, whatever the order of bytes is. */
    static byte[] valid() {
        return new byte[LENGTH];
    }

    private byte[] numbers(long large) {
        ByteBuffer numbers = ByteBuffer.allocate(LENGTH).order(order);
        numbers.put((byte) random.nextInt());
        numbers.put((byte) random.nextInt());
        numbers.putShort((short) random.nextInt());
        // Some of them are not finite.
        numbers.putInt(random.nextInt(10) == 0 ? Float.floatToIntBits(Float.NaN) : random.nextInt());
        numbers.putLong(random.nextLong());
        numbers.putLong(random.nextLong());
        numbers.putInt(random.nextInt());
        numbers.putLong(FIRST_TIME_MILLIS + times++);
        numbers.putLong(large);
        return numbers.array();
    }

    Sample bytes() {
        byte[] usual = numbers(random.nextLong() >>> 1);
        return switch (random.nextInt(20)) {
            case 0 -> new Sample(Arrays.copyOf(usual, END_OF_TIME), "cut", LOST_BY_TELEGRAF);
            case 1 -> new Sample(Arrays.copyOf(usual, LENGTH + 3), "more behind the numbers", NONE);
            case 2 -> new Sample(numbers(random.nextLong() | Long.MIN_VALUE), "beyond 63 bits", ONLY_TELEGRAF);
            default -> new Sample(usual, "", NONE);
        };
    }

    Sample hex() {
        HexFormat plain = random.nextBoolean() ? HexFormat.of() : HexFormat.of().withUpperCase();
        byte[] usual = numbers(random.nextLong() >>> 1);
        String text = plain.formatHex(usual);
        return switch (random.nextInt(20)) {
            case 0 -> Sample.odd(HexFormat.ofDelimiter(" ").formatHex(usual), "blanks", NONE);
            case 1 -> Sample.odd(HexFormat.ofDelimiter(":").formatHex(usual), "colons", LOST_BY_TELEGRAF);
            case 2 -> Sample.odd("0x" + text, "0x", LOST_BY_TELEGRAF);
            case 3 -> Sample.odd(text + "\n", "line feed", LOST_BY_TELEGRAF);
            case 4 -> Sample.odd("\"" + text + "\"", "JSON string", LOST_BY_TELEGRAF);
            case 5 -> Sample.odd(text.substring(1), "half a byte", NONE);
            default -> Sample.usual(text);
        };
    }

    Sample base64() {
        byte[] usual = numbers(random.nextLong() >>> 1);
        String text = Base64.getEncoder().encodeToString(usual);
        return switch (random.nextInt(20)) {
            case 0 ->
                Sample.odd(Base64.getEncoder().withoutPadding().encodeToString(usual), "no padding", LOST_BY_TELEGRAF);
            case 1 -> new Sample(urlAlphabet(usual), "the alphabet of URLs", LOST_BY_TELEGRAF);
            case 2 -> Sample.odd(text + "\n", "line feed", NONE);
            case 3 -> Sample.odd("\"" + text + "\"", "JSON string", LOST_BY_TELEGRAF);
            case 4 -> Sample.odd("!" + text, "another character", NONE);
            default -> Sample.usual(text);
        };
    }

    private static byte[] urlAlphabet(byte[] bytes) {
        bytes[1] = (byte) 0xff;
        bytes[0] = (byte) 0xff;
        return Base64.getUrlEncoder().encodeToString(bytes).getBytes(UTF_8);
    }
}
