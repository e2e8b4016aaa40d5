package dev.sensorline.console.page;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.zip.GZIPOutputStream;

import dev.sensorline.points.Hash64;
import io.vertx.core.buffer.Buffer;

/**
 * A file of the page, as it is sent.
 *
 * @param tag of the content, for ETag
 */
record StaticFile(String mediaType, String tag, Buffer content, Buffer zipped) {

    static StaticFile of(String mediaType, byte[] content) {
        String tag = "W/\"" + Long.toHexString(Hash64.of(content)) + "\"";
        return new StaticFile(mediaType, tag, Buffer.buffer(content), Buffer.buffer(zipped(content)));
    }

    private static byte[] zipped(byte[] content) {
        ByteArrayOutputStream zipped = new ByteArrayOutputStream(content.length / 2);
        try (GZIPOutputStream output = new GZIPOutputStream(zipped)) {
            output.write(content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return zipped.toByteArray();
    }
}
