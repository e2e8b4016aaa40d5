package dev.sensorline.ingestor.telegraf;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import dev.sensorline.points.rules.TopicFilter;
import dev.sensorline.servers.ProjectTree;

/**
 * Payloads of devices: those of docs/guide/recipes.md with the rules there, and those of faults that users of such programs have
 * reported. Telegraf has no parser for SenML, and needs the definitions of Sparkplug's messages.
 */
final class RecordedCases {

    /** A message in a block, or in a row of a table. */
    private static final Pattern MESSAGE =
            Pattern.compile("```json\n(?<block>[^`]*)```\n\non `(?<blockTopic>[^`]*)` becomes\n"
                    + "|\\| `(?<topic>[^`]*)` \\| `(?<payload>[^`]*)` \\|");

    private final Map<String, Case> cases = new LinkedHashMap<>();

    private RecordedCases() {}

    static Map<String, Case> all() {
        RecordedCases recorded = new RecordedCases();
        recorded.addRecipes();
        recorded.addFaults();
        return recorded.cases;
    }

    private void addRecipes() {
        recipe("ttn", """
                data_format = 'json_v2'
                [[INPUT.json_v2]]
                timestamp_path = 'uplink_message.received_at'
                timestamp_format = '2006-01-02T15:04:05.999999999Z07:00'
                [[INPUT.json_v2.field]]
                path = 'uplink_message.f_cnt'
                type = 'int'
                [[INPUT.json_v2.field]]
                path = 'uplink_message.rx_metadata.0.rssi'
                type = 'float'
                [[INPUT.json_v2.field]]
                path = 'uplink_message.rx_metadata.0.snr'
                type = 'float'
                [[INPUT.json_v2.object]]
                path = 'uplink_message.decoded_payload'
                """, Difference.ONLY_TELEGRAF);
        recipe("chirpstack", """
                data_format = 'json_v2'
                [[INPUT.json_v2]]
                timestamp_path = 'time'
                timestamp_format = '2006-01-02T15:04:05.999999999Z07:00'
                [[INPUT.json_v2.tag]]
                path = 'deviceInfo.deviceName'
                rename = 'name'
                [[INPUT.json_v2.tag]]
                path = 'deviceInfo.applicationName'
                rename = 'application'
                [[INPUT.json_v2.field]]
                path = 'fCnt'
                rename = 'f_cnt'
                type = 'int'
                [[INPUT.json_v2.field]]
                path = 'rxInfo.0.rssi'
                type = 'float'
                [[INPUT.json_v2.field]]
                path = 'rxInfo.0.snr'
                type = 'float'
                [[INPUT.json_v2.object]]
                path = 'object'
                """, Difference.ONLY_TELEGRAF);
        recipe("chirpstackstatus", """
                data_format = 'json_v2'
                [[INPUT.json_v2]]
                timestamp_path = 'time'
                timestamp_format = '2006-01-02T15:04:05.999999999Z07:00'
                [[INPUT.json_v2.tag]]
                path = 'deviceInfo.deviceName'
                rename = 'name'
                [[INPUT.json_v2.tag]]
                path = 'deviceInfo.applicationName'
                rename = 'application'
                [[INPUT.json_v2.field]]
                path = 'batteryLevel'
                rename = 'battery_level'
                type = 'float'
                [[INPUT.json_v2.field]]
                path = 'margin'
                type = 'float'
                """, Difference.NONE);
        recipe("zigbee", """
                data_format = 'json_v2'
                [[INPUT.json_v2]]
                [[INPUT.json_v2.object]]
                path = '@this'
                excluded_keys = ['update']
                timestamp_key = 'last_seen'
                timestamp_format = '2006-01-02T15:04:05Z07:00'
                [INPUT.json_v2.object.fields]
                contact = 'int'
                battery_low = 'int'
                """, Difference.NONE, Difference.OTHER_VALUE, Difference.ONLY_TELEGRAF);
        recipe("tasmota", """
                data_format = 'xpath_json'
                xpath_native_types = true
                [[INPUT.xpath]]
                metric_selection = '/*[*]'
                timestamp = '/Time'
                timestamp_format = '2006-01-02T15:04:05'
                timezone = 'Europe/Berlin'
                field_selection = '*'
                [INPUT.xpath.tags]
                sensor = 'name()'
                """, Difference.ONLY_TELEGRAF, Difference.OTHER_TIME);
        recipe("tasmotastate", """
                data_format = 'json_v2'
                [[INPUT.json_v2]]
                timestamp_path = 'Time'
                timestamp_format = '2006-01-02T15:04:05'
                timestamp_timezone = 'Europe/Berlin'
                [[INPUT.json_v2.field]]
                path = 'Wifi.RSSI'
                rename = 'rssi'
                type = 'float'
                [[INPUT.json_v2.field]]
                path = 'Wifi.Signal'
                rename = 'signal'
                type = 'float'
                [[INPUT.json_v2.field]]
                path = 'UptimeSec'
                rename = 'uptime_s'
                type = 'float'
                [[INPUT.json_v2.field]]
                path = 'POWER'
                rename = 'power'
                type = 'string'
                """, Difference.OTHER_VALUE);
        recipe(
                "shelly",
                """
                data_format = 'xpath_json'
                xpath_native_types = true
                [[INPUT.xpath]]
                metric_selection = "/params[../method='NotifyStatus']/*[*]"
                timestamp = '/params/ts'
                timestamp_format = 'unix'
                field_selection = "*[name() != 'output' and name() != 'aenergy' and name() != 'temperature']"
                [INPUT.xpath.tags]
                component = 'name()'
                [INPUT.xpath.fields]
                energy = 'aenergy/total'
                temperature = 'temperature/tC'
                [INPUT.xpath.fields_int]
                output = 'output'
                """,
                Difference.ONLY_TELEGRAF,
                Difference.ONLY_TELEGRAF,
                Difference.NONE,
                Difference.ONLY_TELEGRAF);
        recipe("shellystatus", """
                data_format = 'json_v2'
                [[INPUT.json_v2]]
                [[INPUT.json_v2.object]]
                path = '@this'
                """, Difference.NONE);
        recipe("esphome", """
                data_format = 'value'
                data_type = 'float'
                """, Difference.NONE, Difference.NONE);
        recipe("esphomebinary", """
                data_format = 'value'
                data_type = 'string'
                value_field_name = 'on'
                """, Difference.OTHER_VALUE);
        recipe("esphomeswitch", """
                data_format = 'value'
                data_type = 'string'
                value_field_name = 'on'
                """, Difference.OTHER_VALUE);
        recipe("modbus", """
                data_format = 'json_v2'
                [[INPUT.json_v2]]
                timestamp_path = 'ts'
                timestamp_format = 'unix'
                [[INPUT.json_v2.object]]
                path = 'r_data'
                included_keys = ['name', 'slave', 'value']
                tags = ['name', 'slave']
                [INPUT.json_v2.object.renames]
                slave = 'unit_id'
                [INPUT.json_v2.object.fields]
                value = 'float'
                """, Difference.NONE);
        recipe("meter", """
                data_format = 'json_v2'
                [[INPUT.json_v2]]
                timestamp_path = 't'
                timestamp_format = 'unix'
                [[INPUT.json_v2.object]]
                path = 'data'
                [INPUT.json_v2.object.fields]
                type = 'float'
                """, Difference.ONLY_TELEGRAF, Difference.NONE);
    }

    private void addFaults() {
        faults("millis", "fields=value\ntime=/time", json("value", "float", "time", "unix_ms"), """
                NONE {"value":1,"time":1700000000123}
                NONE {"value":2,"time":1700000000124.0}
                NONE {"value":3,"time":1.700000000125e+12}
                NONE {"value":4,"time":"1700000000126.75"}
                NONE {"value":5,"time":0}
                OTHER_TIME {"value":6,"time":1700000000}
                """);
        faults("seconds", "fields=value\ntime=/time\ntime-unit=s", json("value", "float", "time", "unix"), """
                NONE {"value":1,"time":1700000000}
                NONE {"value":2,"time":1.7000000005e9}
                NONE {"value":3,"time":0}
                """);
        faults(
                "iso",
                "fields=value\ntime=/time\ntime-unit=iso8601",
                json("value", "float", "time", "2006-01-02T15:04:05Z07:00"),
                """
                NONE {"value":1,"time":"2023-01-10T22:55:31Z"}
                NONE {"value":2,"time":"2023-01-10T22:55:32.5+01:00"}
                LOST_BY_TELEGRAF {"value":3,"time":"2023-01-10T22:55:33+0100"}
                LOST_BY_TELEGRAF {"value":4,"time":"2023-01-10 22:55:34Z"}
                """);
        faults("probes", "fields=a:float?=/A/t, b:float?=/B/t", """
                data_format = 'json_v2'
                [[INPUT.json_v2]]
                [[INPUT.json_v2.field]]
                path = 'A.t'
                rename = 'a'
                type = 'float'
                optional = true
                [[INPUT.json_v2.field]]
                path = 'B.t'
                rename = 'b'
                type = 'float'
                optional = true
                """, """
                NONE {"A":{"t":20.5},"B":{"t":21.5}}
                NONE {"A":{"t":"nan"},"B":{"t":21.5}}
                LOST_BY_TELEGRAF {"A":{"t":nan},"B":{"t":21.5}}
                SEVERAL_POINTS {"A":{"t":[11,0,0]},"B":{"t":12}}
                LOST_BY_TELEGRAF {"A":{"t":"20.6 °C"},"B":{"t":21.5}}
                LOST_BY_TELEGRAF {"A":{"t":"20,6"},"B":{"t":21.5}}
                """);
        faults("counters", "fields=n:integer?=/n, ok:boolean?=/ok", """
                data_format = 'json_v2'
                [[INPUT.json_v2]]
                [[INPUT.json_v2.field]]
                path = 'n'
                type = 'int'
                optional = true
                [[INPUT.json_v2.field]]
                path = 'ok'
                type = 'bool'
                optional = true
                """, """
                NONE {"n":412,"ok":true}
                LOST_BY_TELEGRAF {"n":" 412","ok":true}
                LOST_BY_TELEGRAF {"n":"412.0","ok":true}
                NONE {"n":1.134553e8,"ok":"True"}
                LOST_BY_TELEGRAF {"n":1,"ok":"ON"}
                LOST_BY_TELEGRAF {"n":1,"ok":"open"}
                """);
        faults("batches", "fields=value=/{r}/value\ntime=/{r}/time", """
                data_format = 'json_v2'
                [[INPUT.json_v2]]
                [[INPUT.json_v2.object]]
                path = '@this'
                timestamp_key = 'time'
                timestamp_format = 'unix_ms'
                [INPUT.json_v2.object.fields]
                value = 'float'
                """, """
                NONE [{"value":1,"time":1700000000001},{"value":2,"time":1700000000002}]
                LOST_BY_TELEGRAF [{"value":3,"time":1700000000003}]↵[{"value":4,"time":1700000000004}]
                """);
    }

    /** One value with its time, each of one name. */
    private static String json(String value, String type, String time, String timeFormat) {
        return """
                data_format = 'json_v2'
                [[INPUT.json_v2]]
                timestamp_path = '%s'
                timestamp_format = '%s'
                [[INPUT.json_v2.field]]
                path = '%s'
                type = '%s'
                """.formatted(time, timeFormat, value, type);
    }

    /** @param samples one a line, behind the difference that there is; ↵ is a line feed */
    private void faults(String name, String rule, String parser, String samples) {
        cases.put(
                name,
                new Case(
                        rule,
                        parser,
                        samples.lines()
                                .map(line -> line.split(" ", 2))
                                .map(sample ->
                                        Sample.odd(sample[1].replace('↵', '\n'), name, Difference.valueOf(sample[0])))
                                .toList()));
    }

    /**
     * Adds a rule of a recipe, with the messages of the page that are for it.
     *
     * @param name        of the rule
     * @param differences of each message
     */
    private void recipe(String name, String parser, Difference... differences) {
        String page = page();
        String prefix = "ingestor.rules." + name + ".";
        Map<String, String> rule = page.lines()
                .filter(line -> line.startsWith(prefix))
                .map(line -> line.substring(prefix.length()).split("=", 2))
                .collect(Collectors.toMap(setting -> setting[0], setting -> setting[1]));
        TopicFilter topics = TopicFilter.parse(rule.remove("topic"));
        rule.remove("measurement");
        List<Sample> samples = new ArrayList<>();
        Matcher message = MESSAGE.matcher(page);
        while (message.find()) {
            boolean isBlock = message.group("topic") == null;
            if (topics.matches(message.group(isBlock ? "blockTopic" : "topic"))) {
                String payload = message.group(isBlock ? "block" : "payload");
                samples.add(Sample.odd(payload, name, differences[samples.size()]));
            }
        }
        if (samples.size() != differences.length) {
            throw new AssertionError(name + " has other messages than " + Arrays.toString(differences));
        }
        String keys = rule.entrySet().stream()
                .map(key -> key.getKey() + "=" + key.getValue())
                .collect(Collectors.joining("\n"))
                .replace("{key}", "{member}"); // The level of the topic is called so here.
        cases.put(name, new Case(keys, parser, samples));
    }

    private static String page() {
        try {
            return Files.readString(ProjectTree.root().resolve("docs/guide/recipes.md"), UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
