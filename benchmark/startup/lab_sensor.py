"""The Python sensor of the teaching stack, as the reference: its variables, topic, payloads, rate and log lines."""

import math
import os
import random
import threading
import time

import paho.mqtt.client as mqtt

WAVEFORMS = {
    "temperature": lambda n: random.random() + 25,
    "pressure": lambda n: random.random() + 55 - 56.48 + 25 * 7,
    "current": lambda n: math.sin(n + 1),
    "acceleration": lambda n: min(n ** 2, 5e5),
}

host = os.environ.get("SIM_HOST", "localhost")
port = int(os.environ.get("SIM_PORT", "1883"))
name = os.environ.get("SIM_NAME", "sensor")
period = int(os.environ.get("SIM_PERIOD", "1"))
sensor_type = os.environ.get("SIM_TYPE", "temperature")
waveform = WAVEFORMS[sensor_type]

connected = threading.Event()


def on_connect(client, userdata, flags, code):
    print(f"Connected to {host}" if code == 0 else "Is not connected")
    connected.set()


def on_publish(client, userdata, message_id):
    print("data published")


print(f"Configuring {sensor_type} {name} {host}:{port} T={period}")
client = mqtt.Client(name)
client.on_connect = on_connect
client.on_publish = on_publish
print("Client configured!")
client.connect(host, port)
client.loop_start()
connected.wait()

n = 0
while True:
    client.publish(f"sensor/{name}", str(waveform(n)))
    n += 1
    time.sleep(period)
