package dev.sensorline.fleet.verify;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Many 64-bit numbers, in buffers that may be files, so that they take no heap. For one thread. */
public final class Cells {

    private static final int CELLS_SHIFT = 24;
    private static final int CELLS_MASK = (1 << CELLS_SHIFT) - 1;

    /** Where cells are. */
    @FunctionalInterface
    public interface Memory {

        /** Bytes that are 0, from an offset on, a buffer for each call. */
        ByteBuffer map(long offset, int bytes) throws IOException;
    }

    private final ByteBuffer[] segments;

    /** A number of cells, all of them 0. */
    public Cells(long count, Memory memory) throws IOException {
        segments = new ByteBuffer[(int) ((count + CELLS_MASK) >> CELLS_SHIFT)];
        for (int i = 0; i < segments.length; i++) {
            long first = (long) i << CELLS_SHIFT;
            int cells = (int) Math.min(1L << CELLS_SHIFT, count - first);
            segments[i] = memory.map(first * Long.BYTES, cells * Long.BYTES);
        }
    }

    long get(long cell) {
        return segments[(int) (cell >> CELLS_SHIFT)].getLong(((int) cell & CELLS_MASK) * Long.BYTES);
    }

    void put(long cell, long value) {
        segments[(int) (cell >> CELLS_SHIFT)].putLong(((int) cell & CELLS_MASK) * Long.BYTES, value);
    }

    void add(long cell, long value) {
        put(cell, get(cell) + value);
    }
}
