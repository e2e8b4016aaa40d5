package dev.sensorline.ingestor.setaside;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;

import dev.sensorline.points.Reading;
import dev.sensorline.points.Rejection;

/**
 * A rejected reading as JSON: {@code topic}, {@code reason}, {@code detail} if there is one, {@code size} in bytes and the
 * {@code payload} or its start; {@code payloadBase64} as well where the payload is not UTF-8. Thread-safe.
 */
final class RejectionJson {

    private final JsonFactory factory = new JsonFactory();
    private final int payloadBytes;

    /** @param payloadBytes how much of a payload a copy has at most */
    RejectionJson(int payloadBytes) {
        this.payloadBytes = payloadBytes;
    }

    byte[] of(Rejection rejection) {
        Reading reading = rejection.reading();
        byte[] excerpt = Arrays.copyOf(reading.payload(), Math.min(reading.payload().length, payloadBytes));
        String text = new String(excerpt, StandardCharsets.UTF_8);
        StringWriter written = new StringWriter();
        try (JsonGenerator generator = factory.createGenerator(written)) {
            generator.writeStartObject();
            generator.writeStringField("topic", reading.topic());
            generator.writeStringField("reason", rejection.reason().key());
            if (rejection.detail() != null) {
                generator.writeStringField("detail", rejection.detail());
            }
            generator.writeNumberField("size", reading.size());
            generator.writeStringField("payload", text);
            if (!Arrays.equals(excerpt, text.getBytes(StandardCharsets.UTF_8))) {
                generator.writeStringField("payloadBase64", Base64.getEncoder().encodeToString(excerpt));
            }
            generator.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return written.toString().getBytes(StandardCharsets.UTF_8);
    }
}
