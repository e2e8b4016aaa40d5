package dev.sensorline.fleet.payload;

import dev.sensorline.fleet.Group;

/**
 * A pack of SenML in JSON (RFC 8428) with a record for each metric, the number of the reading and the time of sending:
 * {@code [{"bn":"press-1","bt":1767225600,"n":":temperature","v":21.5},{"n":":seq","v":0},{"n":":sent","u":"ms","v":1767225600000}]}.
 * Times are in seconds, that of sending in milliseconds (RFC 8798, 3). The sole metric of a sensor has the sensor's name.
 */
final class SenmlForm {

    private SenmlForm() {}

    static Encoder of(Group group) {
        // Names have only characters that JSON need not escape (RFC 8428, 4.5.1).
        Pieces pieces = new Pieces(group)
                .text("[{\"bn\":\"")
                .name(name -> name)
                .text("\",\"bt\":")
                .seconds()
                .text(",");
        for (int i = 0; i < group.metrics().size(); i++) {
            String name = group.metrics().get(i).name();
            pieces.text(i == 0 ? "" : "{")
                    .text(name.equals("value") ? "" : "\"n\":\":" + name + "\",")
                    .text("\"v\":")
                    .value(i)
                    .text("},");
        }
        return pieces.text("{\"n\":\":seq\",\"v\":")
                .sequence()
                .text("},{\"n\":\":sent\",\"u\":\"ms\",\"v\":")
                .sent()
                .text("}]")
                .toEncoder();
    }
}
