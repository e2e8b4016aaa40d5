package dev.sensorline.points.decoding;

import dev.sensorline.points.Rejection.Reason;

/** A payload that is the value of the rule's only field: a number, true or false, or text. */
final class BareFormat implements PayloadFormat {

    @Override
    public boolean accepts(byte firstByte, Form form) {
        return true;
    }

    @Override
    public void fill(Form form, byte[] payload) throws NotAReading {
        if (form.fields().length > 1) {
            throw new NotAReading(Reason.NO_VALUE, "no JSON, which " + form.fields().length + " fields are wanted of");
        }
        form.fields()[0].takeBare(payload);
    }
}
