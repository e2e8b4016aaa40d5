package dev.sensorline.ingestor.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.eclipse.microprofile.config.spi.ConfigSource;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import dev.sensorline.application.StartFailure;
import dev.sensorline.rulesettings.Environment;
import dev.sensorline.settings.GivenVariables;
import io.smallrye.config.EnvConfigSource;
import io.smallrye.config.PropertiesConfigSource;

/** The one line for invalid rules, whether they come from variables or from a file. */
class ConfiguredRulesTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "A_TOPIC=x/{a}|A_TIME=at|A_TIME=at: must be a JSON pointer",
                "A_TOPIC=$share/g/spBv1.0/#|A_FORMAT=sparkplug|A_FORMAT=sparkplug: must not be the format of the shared "
                        + "subscription $share/g/spBv1.0/#, which would split the sequence of an edge node",
                "A_TOPIC=x/{a}|A_TIME_UNIT=h|A_TIME_UNIT=h: must be s, ms, us, ns or iso8601",
                "A_TOPIC=x/{a}|A_TIME_UNIT=s|A_TIME_UNIT=s: must not be set without the time",
                "A_TIME=/t|A_TIME_ZONE=Europe/Berlin|A_TIME_ZONE=Europe/Berlin: must not be set where the time is no text",
                "A_TIME_ZONE=Europe/Berlin|A_TOPIC=x/{a}|A_TIME_ZONE=Europe/Berlin: must not be set without the time",
                "A_TOPIC=x/{a}|A_TIME={a}|A_TIME={a}: must be a JSON pointer such as /time or a {property:name}",
                "A_TOPIC=x/{a}|A_TIME={property:}|A_TIME={property:}: must name tags and fields",
                "A_TOPIC=x/{a}|A_TAGS=b={property:}|A_TAGS=b={property:}: must name tags and fields",
                "A_TIME=/t|A_TIME_ZONE=Berlin|A_TIME_ZONE=Berlin: must be a time zone such as Europe/Berlin",
                "A_TIME=/t|A_TIME_FORMAT=HH:mm|A_TIME_FORMAT=HH:mm: must be a pattern with a whole date",
                "A_TIME=/t|A_TIME_FORMAT=dd.MM.yyyy|A_TIME_FORMAT=dd.MM.yyyy: must have an offset (such as XXX)",
                "A_TIME=/t|A_TIME_EARLIEST=now|A_TIME_EARLIEST=now: must be a date such as 2000-01-01",
                "A_TIME=/t|A_TIME_EARLIEST=9999-01-01|A_TIME_EARLIEST=9999-01-01: must be from 1677-09-22 to 2262-04-11",
                "A_TIME=/t|A_TIME_INVALID=drop|A_TIME_INVALID=drop: must be arrival or reject",
                "A_FIELDS=v|A_TIME_INVALID=reject|A_TIME_INVALID=reject: must not be set without the time",
                "A_FIELDS=v|A_DECIMAL=.|A_DECIMAL=.: must be point or comma",
                "A_FORMAT=line|A_FIELDS=v|A_FIELDS=v: must not be set together with format=line, whose lines have fields",
                "A_FORMAT=line|A_TIME=/t|A_TIME=/t: must not be set together with format=line",
                "A_FORMAT=line|A_TIME_UNIT=iso8601|A_TIME_UNIT=iso8601: must not be set together with format=line",
                "A_FORMAT=line|A_WHEN=/t:1|A_WHEN=/t:1: must not be set together with format=line",
                "A_FORMAT=line|A_TAGS=b=/b|A_TAGS=b=/b: must take each tag from text, {level} or {property:name}",
                "A_FORMAT=line|A_TIME_EARLIEST=9999-01-01|A_TIME_EARLIEST=9999-01-01: must be from 1677-09-22",
                "A_FORMAT=line|A_DECIMAL=comma|A_DECIMAL=comma: must not be set together with format=line",
                "A_FORMAT=lines|A_FIELDS=v|A_FORMAT=lines: must be auto, json, value, line",
                "A_COLUMNS=v|A_FIELDS=v|A_COLUMNS=v: must not be set without format=csv",
                "A_FORMAT=json|A_DELIMITER=tab|A_DELIMITER=tab: must not be set without format=csv",
                "A_FORMAT=csv|A_DELIMITER=;|A_DELIMITER=;: must be comma, semicolon, tab or pipe",
                "A_FORMAT=csv|A_FIELDS=v=/v/w|A_FIELDS=v=/v/w: must have pointers to columns such as /temp",
                "A_IGNORE=true|A_COLUMNS=v|A_COLUMNS=v: must not be set without format=csv",
                "A_FIELDS=v|A_WHEN=type:up|A_WHEN=type:up: must be a JSON pointer and the value that it must have",
                "A_FIELDS=v|A_WHEN=/type:|A_WHEN=/type:: must be a JSON pointer and the value that it must have",
                "A_FIELDS=v|A_WHEN=/a~:x|A_WHEN=/a~:x: must be a JSON pointer",
                "A_FIELDS=v|A_WHEN=/v/{i}/k:x|A_WHEN=/v/{i}/k:x: must not have a step in braces",
                "A_FIELDS=v|A_IGNORE=yes|A_IGNORE=yes: must be true or false",
                "A_FIELDS=v|A_IGNORE=true|A_FIELDS=v: must not be set together with ignore",
                "A_FIELDS=v|A_TOPIC=sensor/{a}|A_TOPIC=sensor/{a}: must not match the same topics as MQTT_TOPICS=sensor/+",
                "A_TOPIC=x/{a}/#/b|A_TIME=/t|A_TOPIC=x/{a}/#/b: must be a topic filter",
                "A_TOPIC=x/{a}|A_FIELDS=b=/b, c:number=/c|A_FIELDS=b=/b, c:number=/c: must have fields of type float",
                "A_TOPIC=x/{a}|A_FIELDS=b, b=/c|A_FIELDS=b, b=/c: must not define the field 'b' twice",
                "A_TOPIC=x/{a}|A_TAGS=b=1, b=2|A_TAGS=b=1, b=2: must not define the tag 'b' twice",
                "A_TOPIC=x/{a}|A_TAGS=a=1|A_TAGS=a=1: must not define the tag 'a', which is a level of x/{a}",
                "A_TOPIC=x/{a}|A_MEASUREMENT={b}|A_MEASUREMENT={b}: must name a level of the topic filter, but x/{a} has no level {b}",
                "A_TOPIC=sensor/{a}|A_TIME=/t|A_TOPIC=sensor/{a}: must not match the same topics as MQTT_TOPICS=sensor/+",
                "A_TOPIC=x/+/{b}|B_TOPIC=+/{a}/y|B_TOPIC=+/{a}/y: must not match what INGESTOR_RULES_A_TOPIC=x/+/{b} matches, such as "
                        + "x/…/y",
                "A_TOPIC=$share/g/x/{b}|B_TOPIC=x/#|B_TOPIC=x/#: must not match what INGESTOR_RULES_A_TOPIC=$share/g/x/{b} matches",
                "A_TOPIC=x/{b}|A_FIELDS=value:integer|A_FIELDS=value:integer: must not make 'value' a field, integer, which "
                        + "MQTT_TOPICS=sensor/+ makes a field, float",
                "A_TOPIC=x/{b}|A_FIELD=value|A_FIELD: must be INGESTOR_RULES_<NAME>_TOPIC",
                "A_TOPIC=x/{a}|A_FIELDS=b=/v/{a}|A_FIELDS=b=/v/{a}: must not name a step {a}, which is a level of x/{a}",
                "A_TOPIC=x/{a}|A_FIELDS=b=/v/{i}, c=/w/{j}|A_FIELDS=b=/v/{i}, c=/w/{j}: must have steps in braces of which each",
                "A_FIELDS=b=/v/{i}|A_TIME=/w/{j}|A_FIELDS=b=/v/{i}: must have steps in braces of which each",
                "A_FIELDS=b=/v/{i}|A_TIME={i}|A_TIME={i}: must be a JSON pointer such as /time or a {property:name}",
                "A_TOPIC=x/{a}|A_FIELDS=b=/v/i}|A_FIELDS=b=/v/i}: must have braces around a whole step",
                "A_FIELDS=v=int16@0|A_TIME=/t|A_FIELDS=v=int16@0: must have format=bytes, hex or base64 for int16@0",
                "A_FORMAT=hex|A_FIELDS=v=hex:/data|A_FIELDS=v=hex:/data: must take a number of bytes as int16@0",
                "A_FORMAT=hex|A_FIELDS=v|A_FIELDS=v: must take /v from a place in the bytes such as int16@0",
                "A_FORMAT=bytes|A_TIME=uint32@0|A_FORMAT=bytes: must have fields, such as temp=int16@0*0.1",
                "A_B_TOPIC=x/{b}|A_TOPIC=x/y|A_B_TOPIC: must be INGESTOR_RULES_<NAME>_TOPIC"
            })
    void invalid_rules_are_one_line_that_names_their_variable(String one, String other, String line) {
        Map<String, String> variables = new HashMap<>(Map.of("INGESTOR_RULES_A_TOPIC", "x/{a}"));
        for (String setting : List.of(one, other)) {
            String[] parts = setting.split("=", 2);
            variables.put("INGESTOR_RULES_" + parts[0], parts[1]);
        }
        assertRefused(
                new EnvConfigSource(variables, EnvConfigSource.ORDINAL),
                new Environment(variables.keySet(), Variables::of),
                "INGESTOR_RULES_" + line);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ingestor.rules.a.fields=b:number|ingestor.rules.a.fields=b:number: must have fields of type",
                "ingestor.rules.a.topics=b|ingestor.rules.a.topics: must not be set",
                "ingestor.rules.c=x|ingestor.rules.c.topic=: must not be empty",
                "ingestor.rules.a-b.topic=y|ingestor.rules.a-b.topic: must have a rule's name of",
                "ingestor.rules.b.topic=sensor/{x}|ingestor.rules.b.topic=sensor/{x}: must not match the same topics as MQTT_TOPICS=sensor/+"
            })
    void invalid_rules_of_a_file_are_one_line_that_names_their_property(String setting, String line) {
        String[] parts = setting.split("=", 2);
        assertRefused(
                new PropertiesConfigSource(
                        Map.of("ingestor.rules.a.topic", "x/y", parts[0], parts[1]), "application.properties", 260),
                new Environment(Set.of(), Variables::of),
                line);
    }

    private static void assertRefused(ConfigSource settings, Environment environment, String line) {
        List<String> lines = new GivenVariables(IngestorConfig.class, new StartFailure("ingestor", environment::nameOf))
                .refusal(settings, config -> Configured.rules(config, environment));
        assertEquals(1, lines.size(), lines::toString);
        assertTrue(lines.get(0).startsWith(line), lines::toString);
    }
}
