package dev.sensorline.simulator.verify;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Map;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;

import dev.sensorline.fleet.verify.Finding;
import dev.sensorline.fleet.verify.Finding.Subject;
import dev.sensorline.fleet.verify.GroupReport;
import dev.sensorline.fleet.verify.Report;
import dev.sensorline.fleet.verify.SensorReport;
import dev.sensorline.fleet.verify.Verification;

/** A report for machines, with all sensors: a JSON object, written while sensors are looked at. */
final class JsonReport {

    private final PrintStream out;

    JsonReport(PrintStream out) {
        this.out = out;
    }

    Report write(Verification verification) throws IOException {
        try (JsonGenerator json =
                new JsonFactory().createGenerator(out).disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET)) {
            json.writeStartObject();
            json.writeArrayFieldStart("sensors");
            Report report = verification.finish(sensor -> write(json, sensor));
            json.writeEndArray();
            json.writeArrayFieldStart("groups");
            for (GroupReport group : report.groups()) {
                write(json, group);
            }
            json.writeEndArray();
            json.writeObjectFieldStart("ledger");
            json.writeNumberField("seed", report.header().seed());
            json.writeStringField("fleet_sha256", report.header().hash());
            json.writeStringField(
                    "start", Instant.EPOCH.plusNanos(report.header().start()).toString());
            json.writeBooleanField("complete", report.isComplete());
            json.writeNumberField("readings", report.readings());
            json.writeEndObject();
            json.writeNumberField("other_points", report.otherPoints());
            json.writeArrayFieldStart("examples");
            for (String example : report.examples()) {
                json.writeString(example);
            }
            json.writeEndArray();
            json.writeObjectFieldStart("unexplained");
            json.writeNumberField("points", report.unexplained(Subject.POINT));
            json.writeNumberField("gaps", report.unexplained(Subject.GAP));
            json.writeEndObject();
            json.writeEndObject();
            json.writeRaw('\n');
            return report;
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private static void write(JsonGenerator json, GroupReport group) throws IOException {
        json.writeStartObject();
        json.writeStringField("name", group.name());
        json.writeStringField("joined_by", group.joinedBy().text());
        json.writeStringField("time", group.isArrival() ? "arrival" : "payload");
        json.writeNumberField("readings", group.readings());
        json.writeObjectFieldStart("findings");
        for (Map.Entry<Finding, Long> found : group.findings().entrySet()) {
            json.writeNumberField(found.getKey().key(), found.getValue());
        }
        json.writeEndObject();
        json.writeNumberField("ambiguous", group.ambiguous());
        json.writeNumberField("reordered", group.reordered());
        json.writeNumberField("lateness_mean_us", group.meanLatenessMicros());
        json.writeNumberField("lateness_max_us", group.mostLatenessMicros());
        json.writeEndObject();
    }

    private static void write(JsonGenerator json, SensorReport sensor) {
        try {
            json.writeStartObject();
            json.writeStringField("name", sensor.name());
            json.writeStringField("group", sensor.group());
            json.writeNumberField("stored", sensor.points());
            json.writeNumberField("missing", sensor.missing());
            json.writeNumberField("unexplained", sensor.unexplained());
            json.writeNumberField("repeated", sensor.repeated());
            json.writeNumberField("reordered", sensor.reordered());
            json.writeNumberField("lateness_mean_us", sensor.meanLatenessMicros());
            json.writeNumberField("lateness_max_us", sensor.mostLatenessMicros());
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
