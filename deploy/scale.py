#!/usr/bin/env python3
"""Prints the resources for 10^4, 10^6 and 10^8 sensors at one reading a second, from measured costs and stated assumptions: the table
of scale.md. With --connections it measures Mosquitto's memory for that many connected sensors instead."""
import argparse, math, pathlib, re, shutil, socket, subprocess, tempfile, time

# Measured values, each with its command. BURST is: benchmark/ingest/run --load 1000000 --series 10000 --qos 1 --format value
# --contenders native --runs 1 --warm-up 200000
INGESTOR_CPU = 0.46 / 100_000        # s a reading: BURST
BROKER_CPU = 1.00 / 100_000          # s a reading: BURST
INFLUX_CPU = 0.33 / 100_000          # s a point: BURST
INGESTOR_MEMORY = 71e6               # bytes at the peak: BURST
SENSOR_MEMORY = 30.9e6               # bytes a simulator, resident, if one runs: benchmark/startup/run
CONNECTION_MEMORY = 734              # bytes at the broker: deploy/scale.py --connections 10000
DISK = 7.6                           # bytes a reading: deploy/influxdb/disk_use.py --sensors 10 --period 1
# Known from the protocols: topic sensor/S00000 and 18 digits, TCP over IPv4 over Ethernet with time stamps, without TLS.
PUBLISH, PUBACK, SEGMENT, LINE = 37, 4, 66, 64

# Assumed values, because they could not be measured here.
BUSY = 0.5                # share of the cores; the rest is for peaks, compactions and the failure of another node
CLUSTER_FACTOR = 3        # CPU of a clustered broker (EMQX, HiveMQ) relative to Mosquitto, for a reading at QoS 1
CLUSTER_CORES = 16        # of each cluster node
CLUSTER_CONNECTIONS = 250_000  # the most for each cluster node
PARTITION_RATE = 25_000   # readings a second for each Kafka partition, with acks=all
KAFKA_CPU = 0.5 / 100_000  # s a reading and replica at the Kafka brokers
KAFKA_RECORD = 100        # bytes a reading and replica
REPLICAS = 3              # of a partition; each is also sent over the network
SERIES_MEMORY = 1_000     # bytes a series of InfluxDB's index in memory
STORE_SERIES = 1_000_000  # InfluxDB 1.8's default limit, max-series-per-database; half of it is used

DAY = 86_400


def row(sensors):
    """The table row for this number of sensors, at one reading a second each."""
    one_broker = sensors * BROKER_CPU <= BUSY
    nodes = 1 if one_broker else max(3, math.ceil(sensors * BROKER_CPU * CLUSTER_FACTOR / BUSY / CLUSTER_CORES),
                                     math.ceil(sensors / CLUSTER_CONNECTIONS))
    broker_cores = sensors * BROKER_CPU * (1 if one_broker else CLUSTER_FACTOR)
    # With Kafka each reading passes through two ingestors: one from MQTT to Kafka, one from Kafka to the database.
    hops = 1 if one_broker else 2
    ingestors = math.ceil(sensors * INGESTOR_CPU / BUSY) * hops
    stores = math.ceil(sensors * INFLUX_CPU / BUSY / CLUSTER_CORES) if one_broker else \
        max(math.ceil(sensors / STORE_SERIES / BUSY), math.ceil(sensors * INFLUX_CPU / BUSY / CLUSTER_CORES))
    partitions = 0 if one_broker else math.ceil(max(sensors / PARTITION_RATE, ingestors / hops))
    kafka_cores = 0 if one_broker else sensors * KAFKA_CPU * REPLICAS
    cores = (broker_cores + sensors * INGESTOR_CPU * hops + kafka_cores + sensors * INFLUX_CPU) / BUSY
    memory = sensors * (CONNECTION_MEMORY + SERIES_MEMORY) + ingestors * INGESTOR_MEMORY
    from_sensors = sensors * (PUBLISH + PUBACK + 2 * SEGMENT)
    behind = sensors * (PUBLISH + PUBACK + LINE + (0 if one_broker else KAFKA_RECORD * (REPLICAS + 1)))
    return [f"10^{round(math.log10(sensors))}",
            "1 Mosquitto" if one_broker else f"{nodes:,} nodes of a cluster",
            f"{partitions:,}" if partitions else "none",
            f"{ingestors:,}" + ("" if one_broker else " (half to Kafka, half from it)"),
            f"{stores:,}", f"{math.ceil(cores):,}", size(memory), f"{size(from_sensors * 8, 'bit')}/s · {size(behind * 8, 'bit')}/s",
            size(sensors * DAY * DISK), size(sensors * SENSOR_MEMORY)]


def size(amount, unit="B"):
    for prefix in "", "k", "M", "G", "T", "P":
        if amount < 1000:
            return f"{amount:.{0 if amount >= 10 else 1}f} {prefix}{unit}"
        amount /= 1000


def limits():
    """Readings a second at which one part of the stack as it is has no more to give."""
    return [("Mosquitto's one core", 1 / BROKER_CPU), ("one ingestor's core", 1 / INGESTOR_CPU),
            ("InfluxDB on two cores", 2 / INFLUX_CPU), ("InfluxDB's series in a database, its own limit", STORE_SERIES)]


def connection_memory(count):
    """Bytes that Mosquitto takes for each of so many clients that are connected and have published."""
    mosquitto = shutil.which("mosquitto") or shutil.which("mosquitto", path="/usr/sbin:/usr/local/sbin")
    with tempfile.TemporaryDirectory() as directory:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        settings = pathlib.Path(directory, "mosquitto.conf")
        settings.write_text(f"listener {port} 127.0.0.1\nallow_anonymous true\nlog_dest none\nuser root\n")
        broker = subprocess.Popen([mosquitto, "-c", settings], stderr=subprocess.DEVNULL)
        try:
            connected, before = [], None
            for n in range(count + 1):
                connected.append(connect(port, f"S{n:05d}"))
                if n == 0:
                    before = resident(broker)
            return (resident(broker) - before) / count
        finally:
            broker.kill()
            broker.wait()


def connect(port, name):
    for _ in range(50):
        try:
            client = socket.create_connection(("127.0.0.1", port))
            break
        except ConnectionRefusedError:
            time.sleep(0.1)
    connect_body = b"\0\4MQTT\4\2\0\x3c" + len(name).to_bytes(2, "big") + name.encode()
    publish_body = len(f"sensor/{name}").to_bytes(2, "big") + f"sensor/{name}".encode() + b"\0\1" + b"25.437712345678901"
    client.sendall(bytes([0x10, len(connect_body)]) + connect_body + bytes([0x32, len(publish_body)]) + publish_body)
    answer = b""
    while len(answer) < 8:  # CONNACK and PUBACK
        answer += client.recv(8)
    return client


def resident(process):
    status = pathlib.Path(f"/proc/{process.pid}/status").read_text()
    return int(re.search(r"VmRSS:\s+(\d+)", status).group(1)) * 1024


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--connections", type=int, metavar="N", help="measure the broker's memory for each of so many sensors")
    options = parser.parse_args()
    if options.connections:
        print(f"{connection_memory(options.connections):,.0f} bytes a connection of {options.connections:,}")
        return
    table = [["sensors", "brokers", "Kafka partitions", "ingestors", "stores", "cores", "memory", "network: sensors · behind",
              "disk a day", "as simulators"]]
    table += [["---"] * len(table[0])] + [row(10 ** exponent) for exponent in (4, 6, 8)]
    print("\n".join(f"| {' | '.join(line)} |" for line in table))
    print("\n| ends at | readings a second |\n| --- | --- |")
    for what, rate in sorted(limits(), key=lambda limit: limit[1]):
        print(f"| {what} | {rate:,.0f} |")


if __name__ == "__main__":
    main()
