#!/usr/bin/env python3
"""Measures the disk space of a day of readings: writes them like the ingestor to a separate influxd, lets it compact them like a
past day, and adds up the sizes of its files. Needs influxd 1.8 on the PATH."""
import argparse, os, pathlib, random, socket, subprocess, tempfile, time, urllib.request

DAY = 86_400


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def day_of_readings(sensors, period):
    """Line protocol, in the order of arrival: uniform noise, like a temperature, and times that deviate by about a millisecond."""
    start = int(time.time() // DAY - 1) * DAY * 1000
    phases = [random.uniform(0, period) for _ in range(sensors)]
    for n in range(round(DAY / period)):
        for sensor, phase in enumerate(phases):
            millis = start + round((n * period + phase) * 1000) + random.randint(-1, 1)
            yield f"sensor,name=SENSOR{sensor},type=temp value={25 + random.random()!r} {millis}000000\n"


def size_of(directory):
    return sum(file.stat().st_size for suffix in ("tsm", "wal") for file in directory.rglob("*." + suffix))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sensors", type=int, default=6)
    parser.add_argument("--period", type=float, default=2, help="seconds")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as directory:
        url = f"http://127.0.0.1:{free_port()}"
        influxd = subprocess.Popen(["influxd"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=dict(
            os.environ, INFLUXDB_REPORTING_DISABLED="true", INFLUXDB_HTTP_FLUX_ENABLED="false", INFLUXDB_MONITOR_STORE_ENABLED="false",
            INFLUXDB_BIND_ADDRESS=f"127.0.0.1:{free_port()}", INFLUXDB_HTTP_BIND_ADDRESS=url.removeprefix("http://"),
            INFLUXDB_META_DIR=f"{directory}/meta", INFLUXDB_DATA_DIR=f"{directory}/data", INFLUXDB_DATA_WAL_DIR=f"{directory}/wal",
            # At once, instead of after ten minutes and four hours.
            INFLUXDB_DATA_CACHE_SNAPSHOT_WRITE_COLD_DURATION="1s", INFLUXDB_DATA_COMPACT_FULL_WRITE_COLD_DURATION="2s"))
        try:
            for _ in range(100):
                try:
                    urllib.request.urlopen(url + "/ping", timeout=1)
                    break
                except OSError:
                    time.sleep(0.1)
            urllib.request.urlopen(url + "/query", b"q=CREATE DATABASE sensors WITH SHARD DURATION 1d")
            readings, batch = 0, []
            for line in day_of_readings(options.sensors, options.period):
                readings += 1
                batch.append(line)
                if len(batch) == 5000:
                    urllib.request.urlopen(url + "/write?db=sensors", "".join(batch).encode())
                    batch.clear()
            if batch:
                urllib.request.urlopen(url + "/write?db=sensors", "".join(batch).encode())
            # Finished when the size has not changed for ten seconds.
            sizes = [0]
            while len(sizes) < 12 or len(set(sizes[-10:])) > 1:
                time.sleep(1)
                sizes.append(size_of(pathlib.Path(directory)))
        finally:
            influxd.terminate()
            influxd.wait()
    print(f"{options.sensors} sensors, every {options.period:g} s: {readings} readings a day, {sizes[-1] / 1e6:.1f} MB, "
          f"{sizes[-1] / readings:.1f} bytes a reading")


if __name__ == "__main__":
    main()
