package dev.sensorline.fleet.file;

import java.io.FileNotFoundException;
import java.io.IOException;

/** Reads the files that a fleet file names. */
@FunctionalInterface
public interface References {

    /** A file may not be longer, in bytes: refuse it before it is in memory. */
    int MOST_BYTES = 32 * 1024 * 1024;

    /** There are no files. */
    References NONE = path -> {
        throw new FileNotFoundException("there are no files here");
    };

    /**
     * What is in a file.
     *
     * @param path as the fleet file has it: relative to the directory of the fleet file
     * @throws IOException with a reason for people, if it cannot be read or is too long
     */
    String read(String path) throws IOException;
}
