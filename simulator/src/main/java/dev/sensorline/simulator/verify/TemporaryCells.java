package dev.sensorline.simulator.verify;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

import dev.sensorline.fleet.verify.Cells;

/** A temporary file as memory: the executable's heap is for the readings of one sensor. */
final class TemporaryCells implements Cells.Memory, AutoCloseable {

    private final FileStore directory;
    private final FileChannel channel;

    TemporaryCells() throws IOException {
        Path file = Files.createTempFile("sensorline-verify", null).toAbsolutePath();
        // An open file of this kind has no name any more.
        directory = Files.getFileStore(file.getParent());
        channel = FileChannel.open(
                file, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.DELETE_ON_CLOSE);
    }

    @Override
    public ByteBuffer map(long offset, int bytes) throws IOException {
        // A file system that is full would end the process when a mapped page is written.
        if (directory.getUsableSpace() < offset + bytes) {
            throw new IOException("the directory of temporary files, on %s, must have room for more than %d MB"
                    .formatted(directory, (offset + bytes) >> 20));
        }
        return channel.map(MapMode.READ_WRITE, offset, bytes);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
