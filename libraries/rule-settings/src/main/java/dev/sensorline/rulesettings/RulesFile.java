package dev.sensorline.rulesettings;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * The file that rules are in, and whether it has changed. Its content is compared: Kubernetes replaces a link in the path to it, and
 * the time of a file says little. Not thread-safe.
 */
final class RulesFile {

    private final Path path;
    /** What the rules in use, or those that were refused, have been read from. */
    private byte[] read;
    /** What was there at the last look. */
    private byte[] seen;

    RulesFile(Path path) {
        this.path = path;
        this.read = content(new byte[0]);
        this.seen = read;
    }

    /**
     * Whether the content is different from what was there when it was last true. A file is still being written as long as each look
     * finds another content; one that is not there may be about to be replaced.
     */
    boolean hasChanged() {
        byte[] now = content(read);
        boolean isStable = Arrays.equals(now, seen);
        seen = now;
        if (!isStable || Arrays.equals(now, read)) {
            return false;
        }
        read = now;
        return true;
    }

    /** The content is being read, whether it has changed or not. */
    void isRead() {
        read = content(read);
        seen = read;
    }

    private byte[] content(byte[] otherwise) {
        try {
            return Files.readAllBytes(path);
        } catch (IOException e) {
            return otherwise;
        }
    }
}
