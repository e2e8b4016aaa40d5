package dev.sensorline.ingestor.telegraf;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteOrder;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/** Random payloads of each format that both read. */
final class GeneratedCases {

    private GeneratedCases() {}

    static Map<String, Case> all() {
        Map<String, Case> cases = new LinkedHashMap<>();
        cases.put(
                "object",
                new Case("""
                fields=temp:float?=/env/temp, hum:integer?=/env/hum, second:float?=/list/1, rain:boolean?, sky:string?
                tags=site=/site
                time=/at
                """, """
                data_format = 'json_v2'
                [[INPUT.json_v2]]
                timestamp_path = 'at'
                timestamp_format = 'unix_ms'
                [[INPUT.json_v2.field]]
                path = 'env.temp'
                type = 'float'
                optional = true
                [[INPUT.json_v2.field]]
                path = 'env.hum'
                type = 'int'
                optional = true
                [[INPUT.json_v2.field]]
                path = 'list.1'
                rename = 'second'
                type = 'float'
                optional = true
                [[INPUT.json_v2.field]]
                path = 'rain'
                type = 'bool'
                optional = true
                [[INPUT.json_v2.field]]
                path = 'sky'
                type = 'string'
                optional = true
                [[INPUT.json_v2.tag]]
                path = 'site'
                optional = true
                """, "{\"env\":{\"temp\":1},\"at\":1700000000000}", new JsonSamples(1)::object));
        String fields = """
                optional = true
                disable_prepend_keys = true
                included_keys = ['reading', 'n', 'id', 't']
                tags = ['id']
                timestamp_key = 't'
                timestamp_format = 'unix_ms'
                [INPUT.json_v2.object.fields]
                reading = 'float'
                n = 'int'
                """;
        cases.put(
                "array",
                new Case(
                        """
                fields=reading:float?=/values/{v}/reading, n:integer?=/values/{v}/n
                tags=id=/values/{v}/id, site=/site
                time=/values/{v}/t
                """,
                        """
                data_format = 'json_v2'
                [[INPUT.json_v2]]
                [[INPUT.json_v2.tag]]
                path = 'site'
                optional = true
                [[INPUT.json_v2.object]]
                path = 'values'
                """ + fields,
                        "{\"values\":[{\"reading\":1,\"t\":1700000000000}]}",
                        new JsonSamples(2)::array));
        cases.put(
                "batch",
                new Case("""
                fields=reading:float?=/{v}/reading, n:integer?=/{v}/n
                tags=id=/{v}/id
                time=/{v}/t
                """, """
                data_format = 'json_v2'
                [[INPUT.json_v2]]
                [[INPUT.json_v2.object]]
                path = '@this'
                """ + fields, "[{\"reading\":1,\"t\":1700000000000}]", new JsonSamples(3)::batch));
        cases.put("bare", new Case("""
                format=value
                fields=value
                """, """
                data_format = 'value'
                data_type = 'float'
                """, "1", new JsonSamples(4)::bare));
        Map.<String, UnaryOperator<byte[]>>of("cbor", BinaryDocument::cbor, "msgpack", BinaryDocument::messagePack)
                .forEach((format, encoder) -> {
                    JsonSamples samples = new JsonSamples(format.length());
                    cases.put(
                            format,
                            new Case(
                                    """
                            format=%s
                            fields=reading:float?=/{v}/reading, n:integer?=/{v}/n
                            tags=id=/{v}/id
                            time=/{v}/t
                            """.formatted(format),
                                    """
                            data_format = 'xpath_%s'
                            [[INPUT.xpath]]
                            metric_selection = '/*'
                            timestamp = 't'
                            timestamp_format = 'unix_ms'
                            [INPUT.xpath.tags]
                            id = 'id'
                            [INPUT.xpath.fields]
                            reading = 'number(reading)'
                            [INPUT.xpath.fields_int]
                            n = 'n'
                            """.formatted(format),
                                    encoder.apply("[{\"reading\":1,\"t\":1700000000000}]".getBytes(UTF_8)),
                                    () -> samples.binaryBatch(encoder)));
                });
        cases.put("line", new Case("""
                format=line
                """, """
                data_format = 'influx'
                """, "weather temp=1 1700000000000000000", new TextSamples(7)::lines));
        cases.put("csv", new Case("""
                format=csv
                columns=t, id, temp, hum
                fields=temp, hum:integer
                tags=id=/id
                time=/t
                """, """
                data_format = 'csv'
                csv_column_names = ['t', 'id', 'temp', 'hum']
                csv_column_types = ['int', 'string', 'float', 'int']
                csv_tag_columns = ['id']
                csv_timestamp_column = 't'
                csv_timestamp_format = 'unix_ms'
                """, "1700000000000,a,1,1", new TextSamples(8)::rows));
        valueCase(cases, "integer", "integer", new ValueSamples(5)::integer);
        valueCase(cases, "boolean", "boolean", new ValueSamples(6)::truth);
        valueCase(cases, "string", "string", new ValueSamples(7)::text);
        valueCase(cases, "autofloat", "float", "auto_float", "1", new ValueSamples(8)::number);
        valueCase(cases, "autointeger", "integer", "auto_integer", "1", new ValueSamples(9)::whole);
        String numbers = """
                [[INPUT.binary]]
                entries = [
                  { name = 'small', type = 'int8' },
                  { bits = 8, omit = true },
                  { name = 'whole', type = 'uint16' },
                  { name = 'single', type = 'float32' },
                  { name = 'wide', type = 'int64' },
                  { name = 'real', type = 'float64' },
                  { name = 'unit', type = 'uint32', assignment = 'tag' },
                  { type = 'unix_ms', assignment = 'time' },
                  { name = 'large', type = 'uint64' },
                ]
                """;
        String rule = """
                format=%1$s
                fields=small:integer?=int8@0, whole:integer?=uint16%2$s@2, single:float?=float32%2$s@4, wide:integer?=int64%2$s@8, real:float?=float64%2$s@16, large:integer?=uint64%2$s@36
                tags=unit=uint32%2$s@24
                time=uint64%2$s@28
                """;
        cases.put(
                "bytes",
                new Case(
                        rule.formatted("bytes", ""),
                        "data_format = 'binary'\nendianness = 'be'\n" + numbers,
                        ByteSamples.valid(),
                        new ByteSamples(10, ByteOrder.BIG_ENDIAN)::bytes));
        cases.put(
                "byteslittle",
                new Case(
                        rule.formatted("bytes", "le"),
                        "data_format = 'binary'\nendianness = 'le'\n" + numbers,
                        ByteSamples.valid(),
                        new ByteSamples(11, ByteOrder.LITTLE_ENDIAN)::bytes));
        cases.put(
                "hex",
                new Case(
                        rule.formatted("hex", ""),
                        "data_format = 'binary'\nendianness = 'be'\nbinary_encoding = 'hex'\n" + numbers,
                        HexFormat.of().formatHex(ByteSamples.valid()),
                        new ByteSamples(12, ByteOrder.BIG_ENDIAN)::hex));
        cases.put(
                "base64",
                new Case(
                        rule.formatted("base64", ""),
                        "data_format = 'binary'\nendianness = 'be'\nbinary_encoding = 'base64'\n" + numbers,
                        Base64.getEncoder().encodeToString(ByteSamples.valid()),
                        new ByteSamples(13, ByteOrder.BIG_ENDIAN)::base64));
        return cases;
    }

    private static void valueCase(Map<String, Case> cases, String name, String type, Supplier<Sample> samples) {
        valueCase(cases, name, type, type, "1", samples);
    }

    private static void valueCase(
            Map<String, Case> cases,
            String name,
            String type,
            String theirType,
            String valid,
            Supplier<Sample> samples) {
        cases.put(name, new Case("""
                format=value
                fields=value:%s
                """.formatted(type), """
                data_format = 'value'
                data_type = '%s'
                """.formatted(theirType), valid, samples));
    }
}
