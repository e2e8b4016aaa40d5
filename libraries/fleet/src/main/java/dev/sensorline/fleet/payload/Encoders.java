package dev.sensorline.fleet.payload;

import dev.sensorline.fleet.Format;
import dev.sensorline.fleet.Group;

/** Makes encoders. Thread-safe. */
public final class Encoders {

    private Encoders() {}

    /**
     * An encoder of the format of a group. That of Sparkplug B, whose payloads depend on those before them, shows readings in the JSON form.
     */
    public static Encoder of(Group group) {
        if (group.format() instanceof Format.Template template) {
            return TemplateForm.of(group, template.text());
        }
        if (group.format() instanceof Format.Sparkplug) {
            return JsonForm.of(group);
        }
        return switch ((Format.Known) group.format()) {
            case VALUE -> new Pieces(group).value(0).toEncoder();
            case JSON -> JsonForm.of(group);
            case LINE -> LineForm.of(group);
            case CSV -> CsvForm.of(group);
            case SENML -> SenmlForm.of(group);
            case CBOR -> BinaryForm.of(group, new Cbor());
            case MSGPACK -> BinaryForm.of(group, new MessagePack());
        };
    }
}
