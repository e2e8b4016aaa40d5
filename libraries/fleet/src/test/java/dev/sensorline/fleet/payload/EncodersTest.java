package dev.sensorline.fleet.payload;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.management.ManagementFactory;
import java.util.HexFormat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import com.sun.management.ThreadMXBean;

import dev.sensorline.fleet.Group;
import dev.sensorline.fleet.Measurement;
import dev.sensorline.fleet.file.FleetFile;

/** Payloads, as they are written. */
class EncodersTest {

    private static final long TIME = 1_767_225_600_123_456_000L;
    private static final long SENT = 1_767_225_600_130_000_000L;

    private static final String SOLE = "{count: 3, format: %s, waveform: {constant: {value: 1}}}";
    private static final String SEVERAL =
            "{name: '%s', format: %s, metrics: {temp: {waveform: temperature, decimals: 2}, pieces: {waveform: acceleration}}}";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "value | 21.5",
                "json | {\"type\":\"hall\",\"name\":\"hall-2\",\"value\":21.5,\"time\":1767225600123,\"seq\":7,\"sent\":1767225600130}",
                "line | sensor,name=hall-2,type=hall value=21.5,seq=7i,sent=1767225600130i 1767225600123456000",
                "csv | 1767225600123,hall-2,hall,21.5,7,1767225600130",
                "senml | [{\"bn\":\"hall-2\",\"bt\":1767225600.123456,\"v\":21.5},{\"n\":\":seq\",\"v\":7},{\"n\":\":sent\",\"u\":\"ms\",\"v\":1767225600130}]",
                "{template: {text: '{{{value} {time} {seq} {sent} {name} {group} {n}}}'}} | {21.5 1767225600123 7 1767225600130 hall-2 hall 2}",
            })
    void a_sensor_has_one_value(String format, String payload) {
        assertEquals(payload, text(encoded(group(SOLE.formatted(format)), 21.5)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "a\"b,ü c\\ | json | {\"type\":\"hall\",\"name\":\"a\\\"b,ü c\\\\\",\"temp\":21.50,\"pieces\":4,\"time\":1767225600123,\"seq\":7,\"sent\":1767225600130}",
                "a\"b,ü=c d | line | sensor,name=a\"b\\,ü\\=c\\ d,type=hall temp=21.50,pieces=4,seq=7i,sent=1767225600130i 1767225600123456000",
                "a\"b,ü c | csv | 1767225600123,\"a\"\"b,ü c\",hall,21.50,4,7,1767225600130",
                "urn:dev:1 | senml | [{\"bn\":\"urn:dev:1\",\"bt\":1767225600.123456,\"n\":\":temp\",\"v\":21.50},{\"n\":\":pieces\",\"v\":4},{\"n\":\":seq\",\"v\":7},{\"n\":\":sent\",\"u\":\"ms\",\"v\":1767225600130}]",
                "a\"b | {template: {text: '{pieces};{temp};{name}'}} | 4;21.50;a\"b",
            })
    void several_metrics_are_in_one_message_by_their_names(String name, String format, String payload) {
        assertEquals(payload, text(encoded(group(SEVERAL.formatted(name, format)), 21.498, 4)));
    }

    @ParameterizedTest
    @CsvSource({
        // {"type":"hall","name":"hall-2","value":21.5,"time":1767225600123,"seq":7,"sent":1767225600130}
        "cbor, 21.5, a6 64 74797065 64 68616c6c 64 6e616d65 66 68616c6c2d32 65 76616c7565 fb4035800000000000"
                + " 64 74696d65 1b0000019b76daa87b 63 736571 07 64 73656e74 1b0000019b76daa882",
        "msgpack, 21.5, 86 a4 74797065 a4 68616c6c a4 6e616d65 a6 68616c6c2d32 a5 76616c7565 cb4035800000000000"
                + " a4 74696d65 cf0000019b76daa87b a3 736571 07 a4 73656e74 cf0000019b76daa882",
    })
    void binary_payloads_are_those_of_the_json_form(String format, double value, String payload) {
        assertEquals(payload.replace(" ", ""), HexFormat.of().formatHex(encoded(group(SOLE.formatted(format)), value)));
    }

    /** RFC 8949, appendix A, and the tables of MessagePack's specification. */
    @ParameterizedTest
    @CsvSource({
        "0, 00, 00",
        "23, 17, 17",
        "24, 1818, 18",
        "127, 187f, 7f",
        "128, 1880, cc80",
        "255, 18ff, ccff",
        "256, 190100, cd0100",
        "65535, 19ffff, cdffff",
        "65536, 1a00010000, ce00010000",
        "4294967295, 1affffffff, ceffffffff",
        "4294967296, 1b0000000100000000, cf0000000100000000",
        "-1, 20, ff",
        "-24, 37, e8",
        "-25, 3818, e7",
        "-32, 381f, e0",
        "-33, 3820, d0df",
        "-128, 387f, d080",
        "-129, 3880, d1ff7f",
        "-256, 38ff, d1ff00",
        "-257, 390100, d1feff",
        "-32768, 397fff, d18000",
        "-32769, 398000, d2ffff7fff",
        "-2147483648, 3a7fffffff, d280000000",
        "-2147483649, 3a80000000, d3ffffffff7fffffff",
        "-4294967297, 3b0000000100000000, d3fffffffeffffffff",
    })
    void an_integer_is_as_short_as_it_can_be(long number, String cbor, String messagePack) {
        Bytes bytes = new Bytes();
        new Cbor().appendInteger(number, bytes);
        assertEquals(cbor, HexFormat.of().formatHex(bytes.copy()));
        bytes.clear();
        new MessagePack().appendInteger(number, bytes);
        assertEquals(messagePack, HexFormat.of().formatHex(bytes.copy()));
    }

    @ParameterizedTest
    @CsvSource({
        "15, 6f, af",
        "23, 77, b7",
        "24, 7818, b8",
        "31, 781f, bf",
        "32, 7820, d920",
        "255, 78ff, d9ff",
        "256, 790100, da0100",
    })
    void a_text_has_the_shortest_head(int octets, String cbor, String messagePack) {
        Bytes bytes = new Bytes();
        new Cbor().beginText(octets, bytes);
        assertEquals(cbor, HexFormat.of().formatHex(bytes.copy()));
        bytes.clear();
        new MessagePack().beginText(octets, bytes);
        assertEquals(messagePack, HexFormat.of().formatHex(bytes.copy()));
    }

    @ParameterizedTest
    @CsvSource({"15, af, 8f", "16, b0, de0010", "24, b818, de0018", "1005, b903ed, de03ed"})
    void a_map_has_the_shortest_head(int members, String cbor, String messagePack) {
        Bytes bytes = new Bytes();
        new Cbor().beginMap(members, bytes);
        assertEquals(cbor, HexFormat.of().formatHex(bytes.copy()));
        bytes.clear();
        new MessagePack().beginMap(members, bytes);
        assertEquals(messagePack, HexFormat.of().formatHex(bytes.copy()));
    }

    /** With -Dencoders.show, it says how long one takes. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "value",
                "json",
                "line",
                "csv",
                "senml",
                "cbor",
                "msgpack",
                "{template: {text: '{name} {value} {time} {seq} {sent}'}}"
            })
    void a_payload_makes_no_object(String format) {
        Group group = group("{count: 100000, format: %s, waveform: temperature}".formatted(format));
        Encoder encoder = Encoders.of(group);
        Measurement measurement = new Measurement(1);
        Bytes out = new Bytes();
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long least = Long.MAX_VALUE;
        // The first rounds load classes.
        for (int round = 0; round < 5; round++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            long start = System.nanoTime();
            for (int i = 0; i < 100_000; i++) {
                measurement.sensor = i;
                measurement.sequence = i;
                measurement.time = TIME + 1_000_003L * i;
                measurement.sent = measurement.time;
                measurement.values[0] = 25 + i * 1e-7;
                out.clear();
                encoder.encode(measurement, out);
            }
            long took = System.nanoTime() - start;
            least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
            if (System.getProperty("encoders.show") != null) {
                System.out.printf("%s %d ns %d bytes%n", format, took / 100_000, least);
            }
        }
        assertTrue(least < 10_000, least + " bytes for 100,000 payloads");
    }

    private static Group group(String group) {
        return FleetFile.read("fleet.yaml", "groups: {hall: " + group + "}")
                .groups()
                .get(0);
    }

    private static byte[] encoded(Group group, double... values) {
        Measurement measurement = new Measurement(values.length);
        measurement.sensor = group.names().count() - 1 == 0 ? 0 : 1;
        measurement.sequence = 7;
        measurement.time = TIME;
        measurement.sent = SENT;
        System.arraycopy(values, 0, measurement.values, 0, values.length);
        Bytes out = new Bytes();
        Encoders.of(group).encode(measurement, out);
        return out.copy();
    }

    private static String text(byte[] payload) {
        return new String(payload, UTF_8);
    }
}
