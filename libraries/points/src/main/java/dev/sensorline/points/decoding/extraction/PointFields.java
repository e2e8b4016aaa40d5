package dev.sensorline.points.decoding.extraction;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import dev.sensorline.points.Field;
import dev.sensorline.points.Hash64;

/** The fields of a point that a payload names. Only the thread that decodes uses it. */
public final class PointFields {

    private final List<Field> fields = new ArrayList<>();
    private long[] nameHashes = new long[8];

    void clear() {
        fields.clear();
    }

    void add(Field field, long nameHash) {
        if (fields.size() == nameHashes.length) {
            nameHashes = Arrays.copyOf(nameHashes, 2 * nameHashes.length);
        }
        nameHashes[fields.size()] = nameHash;
        fields.add(field);
    }

    /** Adds a field, in place of one with the same name if there is one. Takes the longer, the more fields there are. */
    void put(Field field, long nameHash) {
        for (int i = 0; i < fields.size(); i++) {
            if (nameHashes[i] == nameHash) {
                fields.set(i, field);
                return;
            }
        }
        add(field, nameHash);
    }

    int size() {
        return fields.size();
    }

    /** All fields. Changed by the next point. */
    public List<Field> all() {
        return fields;
    }

    /** The hash of the name of each of these fields. Not to be modified. */
    public long[] nameHashes() {
        return nameHashes;
    }

    /** A hash of what the fields say. */
    public long contentHash() {
        long hash = fields.size();
        for (int i = 0; i < fields.size(); i++) {
            hash = Hash64.of(hash, Hash64.of(nameHashes[i], fields.get(i).valueHash()));
        }
        return hash;
    }
}
