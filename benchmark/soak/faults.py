"""The faults of the soak: each is a class whose docstring is its name in the table."""

import contextlib
import os
import signal
import socket
import subprocess
import time


class Fault:

    def __init__(self, stack):
        self.stack = stack

    def begin(self):
        """Returns how many seconds the fault is to last."""
        raise NotImplementedError

    def end(self):
        pass


class Refuses(Fault):
    """InfluxDB refuses connections"""

    def begin(self):
        self.stack.store_link.refuse()
        return 8

    def end(self):
        self.stack.store_link.accept()


class Silent(Fault):
    """InfluxDB accepts and never answers"""

    def begin(self):
        self.stack.store_link.hold()
        return 8

    def end(self):
        self.stack.store_link.pass_on()


class Answers500(Fault):
    """InfluxDB answers 500"""

    answer = 500,

    def begin(self):
        self.stack.front.refuse(*self.answer)
        return 8

    def end(self):
        self.stack.front.pass_on()


class Answers503(Answers500):
    """InfluxDB answers 503 with Retry-After"""

    answer = 503, {"Retry-After": "5"}


class Answers401(Answers500):
    """InfluxDB answers 401"""

    answer = 401,


class Answers400(Answers500):
    """InfluxDB answers 400 to everything"""

    answer = 400,


class AnswersPage(Answers500):
    """InfluxDB answers 200 with a page, as a captive portal does"""

    answer = 200, {"Content-Type": "text/html"}


class OneSeriesFails(Fault):
    """InfluxDB answers 500 to each write with a certain series"""

    def begin(self):
        self.stack.front.failing = f"name={self.stack.load.name(7)}".encode()
        return 8

    def end(self):
        self.stack.front.failing = None


class RefusesOnePoint(Fault):
    """InfluxDB answers 400 for one point of a batch"""

    def begin(self):
        self.stack.load.publish_also(self.stack.POISON, '{"value": 1}')
        self.stack.poisoned += 1
        return 0


class DiskFull(Fault):
    """InfluxDB's disk is full"""

    def begin(self):
        self._limit("1000")
        return 8

    def end(self):
        # InfluxDB cannot write to its WAL again until it is restarted.
        self._limit("unlimited")
        kill(self.stack.influx, signal.SIGKILL)
        self.stack.influx.restart()

    def _limit(self, size):
        subprocess.run(["prlimit", "--pid", str(self.stack.influx.process.pid), f"--fsize={size}:"], check=True)


class Slow(Fault):
    """InfluxDB takes 10 s to answer"""

    def begin(self):
        self.stack.front.delay = 10
        return 12

    def end(self):
        self.stack.front.delay = 0


class StoreKilled(Fault):
    """InfluxDB killed in mid-batch"""

    signal = signal.SIGKILL

    def begin(self):
        self.stack.store_link.hold()
        time.sleep(0.1)
        kill(self.stack.influx, self.signal)
        self.stack.store_link.pass_on()
        return 3

    def end(self):
        self.stack.influx.restart()


class StoreEnded(StoreKilled):
    """InfluxDB restarts in mid-batch"""

    signal = signal.SIGTERM


class BrokerRestarts(Fault):
    """Broker restarts, with persistence"""

    def begin(self):
        kill(self.stack.broker, signal.SIGTERM)
        return 3

    def end(self):
        self.stack.broker.restart()


class MidPacket(Fault):
    """Broker's connection ends in mid-packet, five times"""

    def begin(self):
        for _ in range(5):
            self.stack.broker_link.cut(self.stack.random.randint(1, 20_000))
            time.sleep(1)
        return 0


class HalfOpen(Fault):
    """Broker's connection half-open"""

    def begin(self):
        self.stack.broker_link.abandon()
        return 1  # So that readings are published after the fault, and the recovery is that of the connection.


class SubackLost(Fault):
    """Broker's connection ends between SUBSCRIBE and SUBACK, twice"""

    def begin(self):
        # The filter as a string with its length (MQTT 3.1.1, 1.5.3).
        self.stack.broker_link.lose_answers(to=b"\x00\x08sensor/+", times=2)
        self.stack.broker_link.cut()
        return 5


class ClosedOnPublish(Fault):
    """Broker closes the connection on each rejected reading that the ingestor publishes"""

    def begin(self):
        self.stack.broker_link.lose_answers(to=b"sensorline/rejected/", times=1_000)
        for _ in range(2):
            self.stack.load.publish_also("INVALID", "no number")
        return 8

    def end(self):
        self.stack.broker_link.lose_answers(times=0)


class ClockSetBack(Fault):
    """Ingestor's clock set back by an hour and forward again, with readings without a time"""

    def begin(self):
        self.stack.late.touch()
        for _ in range(100):
            self.stack.load.publish_also("BARE", "1")
        return 8

    def end(self):
        self.stack.late.unlink()


class SameId(Fault):
    """Two ingestors with the same client id"""

    def begin(self):
        self.other = self.stack.start_ingestor()
        return 10

    def end(self):
        self.other.kill()
        self.other.wait()


class Killed(Fault):
    """Ingestor killed"""

    signal = signal.SIGKILL

    def begin(self):
        kill(self.stack, self.signal)
        return 0

    def end(self):
        self.stack.restart_ingestor()


class Ended(Killed):
    """Ingestor ended by SIGTERM"""

    signal = signal.SIGTERM


class KilledOften(Killed):
    """Ingestor killed at random moments, five times"""

    def begin(self):
        for _ in range(4):
            kill(self.stack, self.signal)
            self.stack.restart_ingestor()
            time.sleep(self.stack.random.uniform(0, 2))
        kill(self.stack, self.signal)
        return 0


class Stopped(Fault):
    """Ingestor stopped for 10 s"""

    duration = 10

    def begin(self):
        os.kill(self.stack.process.pid, signal.SIGSTOP)
        return self.duration

    def end(self):
        os.kill(self.stack.process.pid, signal.SIGCONT)


class StoppedForLong(Stopped):
    """Ingestor stopped for 60 s"""

    duration = 60


class FilesTaken(Fault):
    """Ingestor's open files taken, and its connections cut"""

    def begin(self):
        self.sockets = []
        for _ in range(self.stack.FILES):
            with contextlib.suppress(OSError):
                self.sockets.append(socket.create_connection(("127.0.0.1", self.stack.http_port), timeout=1))
        self.stack.broker_link.cut()
        return 5

    def end(self):
        for one in self.sockets:
            one.close()


class Network(Fault):

    def link(self):
        raise NotImplementedError

    def begin(self):
        self.link().delay = 0.1
        return 8

    def end(self):
        self.link().delay = 0


class BrokerDelay(Network):
    """Network to the broker: 100 ms of delay in each direction"""

    def link(self):
        return self.stack.broker_link


class StoreDelay(Network):
    """Network to InfluxDB: 100 ms of delay in each direction"""

    def link(self):
        return self.stack.store_link


class BrokerLoss(BrokerDelay):
    """Network to the broker: 5 % of segments lost"""

    def begin(self):
        self.link().lose(0.05)
        return 8

    def end(self):
        self.link().lose(0)


class StoreLoss(BrokerLoss):
    """Network to InfluxDB: 5 % of segments lost"""

    def link(self):
        return self.stack.store_link


class BrokerParted(BrokerDelay):
    """Network to the broker: parted for 8 s"""

    def begin(self):
        self.link().hold()
        return 8

    def end(self):
        self.link().pass_on()


class BothParted(Fault):
    """Network to broker and InfluxDB: parted for 30 s"""

    def begin(self):
        self.stack.broker_link.hold()
        self.stack.store_link.hold()
        return 30

    def end(self):
        self.stack.store_link.pass_on()
        self.stack.broker_link.pass_on()


ALL = {fault.__doc__: fault for fault in [
    Refuses, Silent, Answers500, Answers503, Answers401, Answers400, AnswersPage,
    OneSeriesFails, RefusesOnePoint, DiskFull, Slow, StoreKilled, StoreEnded,
    BrokerRestarts, MidPacket, HalfOpen, SubackLost,
    ClosedOnPublish, ClockSetBack, SameId, Killed, Ended, KilledOften, Stopped, StoppedForLong, FilesTaken,
    BrokerDelay, StoreDelay, BrokerLoss, StoreLoss, BrokerParted, BothParted]}


def kill(server, number):
    server.process.send_signal(number)
    server.process.wait()
