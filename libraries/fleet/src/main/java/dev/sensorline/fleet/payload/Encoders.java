package dev.sensorline.fleet.payload;

import dev.sensorline.fleet.Format;
import dev.sensorline.fleet.Group;

/** Makes encoders. Thread-safe. */
public final class Encoders {

    private Encoders() {}

    /**
     * An encoder of the format of a group.
     *
     * @throws IllegalArgumentException for Sparkplug B, whose payloads depend on those before them
     */
    public static Encoder of(Group group) {
        if (group.format() instanceof Format.Template template) {
            return TemplateForm.of(group, template.text());
        }
        return switch ((Format.Known) group.format()) {
            case VALUE -> new Pieces(group).value(0).toEncoder();
            case JSON -> JsonForm.of(group);
            case LINE -> LineForm.of(group);
            case CSV -> CsvForm.of(group);
            case SENML -> SenmlForm.of(group);
            case CBOR -> BinaryForm.of(group, new Cbor());
            case MSGPACK -> BinaryForm.of(group, new MessagePack());
            case SPARKPLUG -> throw new IllegalArgumentException("Sparkplug B has no payload by itself");
        };
    }
}
