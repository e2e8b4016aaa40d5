package dev.sensorline.points.decoding.format;

import dev.sensorline.points.Rejection.Reason;
import dev.sensorline.points.decoding.extraction.CompiledRule;
import dev.sensorline.points.decoding.extraction.InvalidReadingException;

/** A payload that is the value of the rule's only field: a number, true or false, or text. Accepts every payload. */
public final class PlainValueFormat implements PayloadFormat {

    @Override
    public boolean accepts(byte firstByte, CompiledRule rule) {
        return true;
    }

    @Override
    public void extract(byte[] payload, CompiledRule rule) throws InvalidReadingException {
        if (rule.isConditional()) {
            return; // There is no value at the pointer of its condition.
        }
        if (!rule.takesBareValue()) {
            throw new InvalidReadingException(
                    Reason.NO_VALUE, "not JSON, but the rule has " + rule.fields().length + " fields");
        }
        rule.fields()[0].extractPlain(payload);
    }
}
