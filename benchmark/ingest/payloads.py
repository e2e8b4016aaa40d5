"""The formats of the published payloads: how readings are written in them, and how the contenders are configured to read them."""

import struct
from dataclasses import dataclass
from pathlib import Path

from sparkplug import births, data

SEVERAL = 50  # readings in a message
MOST_EDGE_NODES = 500  # of Sparkplug; the ingestor remembers 1,000


def value(name, nth, readings):
    return readings[0][0].encode()


def json(name, nth, readings):
    text, time = readings[0]
    return f'{{"type": "temp", "name": "{name}", "value": {text}, "time": {time}}}'.encode()


def array(name, nth, readings):
    return b"[%s]" % b",".join(b'{"type":"temp","value":%s,"time":%d}' % (text.encode(), time) for text, time in readings)


def cbor(name, nth, readings):
    """An array of maps (RFC 8949), each with a float of 64 bits and a time of 64 bits."""
    head = b"\x98" + bytes([len(readings)])
    return head + b"".join(b"\xa3\x64type\x64temp\x65value\xfb" + struct.pack(">d", float(text))
                           + b"\x64time\x1b" + struct.pack(">Q", time) for text, time in readings)


def line(name, nth, readings):
    return b"".join(b"sensor,type=temp value=%s %d000000\n" % (text.encode(), time) for text, time in readings)


@dataclass(frozen=True, eq=False)
class Format:

    title: str
    points: int  # in a message
    write: callable  # the nth payload of a sensor with this name; a reading is the text of a value and a time in milliseconds
    rule: dict | None  # keys of the ingestor's rule; None if it needs none
    telegraf: str  # the settings of Telegraf's parser; as in the ingestor, type is a tag
    topic: str = "sensor/{name}"  # of a sensor with this name
    filter: str = "sensor/+"  # of all topics
    telegraf_filter: str = "sensor/#"
    tag: str = "name"  # of the ingestor's points, with the sensor's name
    births: callable = lambda name: []  # topics and payloads before those of a sensor with this name; they make no points


EACH = {"FIELDS": "value=/{i}/value", "TAGS": "type=/{i}/type", "TIME": "/{i}/time"}

FORMATS = {
    "value": Format("value", 1, value, None, "data_format = 'value'\ndata_type = 'float'"),
    "json": Format("JSON", 1, json, None, """
data_format = 'json'
tag_keys = ['type']
json_time_key = 'time'
json_time_format = 'unix_ms'
"""),
    "array": Format(f"JSON array of {SEVERAL}", SEVERAL, array, None, """
data_format = 'json_v2'
[[inputs.mqtt_consumer.json_v2]]
[[inputs.mqtt_consumer.json_v2.object]]
path = '@this'
tags = ['type']
timestamp_key = 'time'
timestamp_format = 'unix_ms'
"""),
    "cbor": Format(f"CBOR array of {SEVERAL}", SEVERAL, cbor, {"FORMAT": "cbor", **EACH}, """
data_format = 'xpath_cbor'
[[inputs.mqtt_consumer.xpath]]
metric_selection = '/*'
timestamp = 'time'
timestamp_format = 'unix_ms'
[inputs.mqtt_consumer.xpath.tags]
type = 'type'
[inputs.mqtt_consumer.xpath.fields]
value = 'number(value)'
"""),
    "line": Format(f"line protocol, {SEVERAL} lines", SEVERAL, line, {"FORMAT": "line"}, "data_format = 'influx'"),
    "sparkplug": Format(f"Sparkplug, {SEVERAL} metrics", SEVERAL, data, {"FORMAT": "sparkplug"}, f"""
data_format = 'xpath_protobuf'
xpath_protobuf_files = ['sparkplug.proto']
xpath_protobuf_import_paths = ['{Path(__file__).parent}']
xpath_protobuf_type = 'benchmark.Payload'
[[inputs.mqtt_consumer.xpath]]
metric_selection = '//metrics'
timestamp = 'timestamp'
timestamp_format = 'unix_ms'
[inputs.mqtt_consumer.xpath.tags]
alias = 'string(alias)'
[inputs.mqtt_consumer.xpath.fields]
value = 'number(double_value)'
""",
                        "spBv1.0/benchmark/DDATA/{name}/device", "spBv1.0/#", "spBv1.0/+/DDATA/#", "node",
                        lambda name: births(name, SEVERAL)),
}
