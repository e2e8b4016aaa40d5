package dev.sensorline.simulator;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

import dev.sensorline.fleet.file.References;

/** The files that a fleet file names, which are in UTF-8. Thread-safe. */
final class ReferencedFiles implements References {

    private static final int MEBIBYTE = 1024 * 1024;

    private final Path fleetFile;

    /** Files whose paths are relative to the directory of a fleet file. */
    ReferencedFiles(Path fleetFile) {
        this.fleetFile = fleetFile;
    }

    @Override
    public String read(String path) throws IOException {
        try (InputStream in = Files.newInputStream(fleetFile.resolveSibling(path))) {
            // A file may grow, and a device has no size.
            byte[] content = in.readNBytes(MOST_BYTES + 1);
            if (content.length > MOST_BYTES) {
                throw new IOException("it has more than %d MiB".formatted(MOST_BYTES / MEBIBYTE));
            }
            return UTF_8.newDecoder().decode(ByteBuffer.wrap(content)).toString();
        } catch (CharacterCodingException e) {
            throw new IOException("it is not UTF-8", e);
        } catch (NoSuchFileException e) {
            throw new IOException("there is no such file", e);
        } catch (AccessDeniedException e) {
            throw new IOException("access is denied", e);
        } catch (InvalidPathException e) {
            throw new IOException("it is no path", e);
        }
    }
}
