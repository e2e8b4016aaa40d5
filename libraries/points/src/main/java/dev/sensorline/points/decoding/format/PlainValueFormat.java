package dev.sensorline.points.decoding.format;

import org.jspecify.annotations.Nullable;

import dev.sensorline.points.Rejection.Reason;
import dev.sensorline.points.decoding.extraction.CompiledRule;
import dev.sensorline.points.decoding.extraction.FieldExtractor;
import dev.sensorline.points.decoding.extraction.InvalidReadingException;

/** A payload that is the value of the rule's only field: a number, true or false, or text. Accepts every payload. */
public final class PlainValueFormat implements PayloadFormat {

    @Override
    public boolean accepts(byte firstByte, CompiledRule rule) {
        return true;
    }

    @Override
    public void extract(byte[] payload, Documents documents) throws InvalidReadingException {
        for (CompiledRule rule = documents.begin(false); rule != null; rule = documents.next()) {
            FieldExtractor field = field(rule);
            if (field != null) {
                field.extractPlain(payload);
            }
        }
        documents.end(true);
    }

    /**
     * The field whose value a payload without names is; null if the rule does not apply to it.
     *
     * @throws InvalidReadingException if the rule has more than one value
     */
    static @Nullable FieldExtractor field(CompiledRule rule) throws InvalidReadingException {
        if (!rule.isFulfilled() || rule.isIgnored()) {
            return null; // There is no value at the pointer of the condition, unless it requires that.
        }
        if (!rule.takesBareValue()) {
            throw new InvalidReadingException(
                    Reason.NO_VALUE,
                    "a value without a name, but the rule "
                            + (rule.fields().length > 1
                                    ? "has " + rule.fields().length + " fields"
                                    : "names steps of its pointers or bytes"));
        }
        return rule.bareField();
    }
}
