package dev.sensorline.points.decoding.extraction;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;

import org.jspecify.annotations.Nullable;

import dev.sensorline.points.Hash64;

/**
 * The names of fields in lines, cached by their bytes. The cache has a fixed number of slots; a new name replaces the one that is
 * there. Only the thread that decodes uses it.
 */
final class LineNames {

    private static final int SLOTS = 1 << 11;
    /** Bytes. Longer names are no names of fields. */
    private static final int LONGEST = 3 * FieldNames.LONGEST;

    /**
     * A name.
     *
     * @param text as line protocol has it; null if it cannot be the name of a field
     * @param hash of the text
     */
    record Name(byte[] bytes, @Nullable String text, long hash) {}

    private final @Nullable Name[] slots = new Name[SLOTS];

    /** @param hash of the bytes, which selects the slot */
    Name of(byte[] payload, int from, int to, int hash) {
        int slot = (hash ^ hash >>> 11) & SLOTS - 1;
        Name name = slots[slot];
        if (name == null || !Arrays.equals(name.bytes, 0, name.bytes.length, payload, from, to)) {
            name = create(payload, from, to);
            slots[slot] = name;
        }
        return name;
    }

    private static Name create(byte[] payload, int from, int to) {
        if (to - from > LONGEST) {
            return new Name(new byte[0], null, 0);
        }
        byte[] bytes = Arrays.copyOfRange(payload, from, to);
        String text = new String(bytes, UTF_8).replaceAll("\\\\([,= ])", "$1");
        if (!FieldNames.isValid(text)) {
            return new Name(bytes, null, 0);
        }
        String escaped = FieldNames.escaped(text);
        return new Name(bytes, escaped, Hash64.of(escaped));
    }
}
