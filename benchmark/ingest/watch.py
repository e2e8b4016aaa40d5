"""Measures when probes can be queried."""

import threading
import time

REMEMBERED = 32  # probes that are queried again, because batches may overtake one another
SHORTEST_PAUSE, LONGEST_PAUSE = 0.001, 0.05  # seconds
PRECISION = 0.05  # of the longest wait: more frequent queries would cost InfluxDB more than they add in precision


class Watch(threading.Thread):
    """Queries new probes while any is in flight."""

    def __init__(self, influx, probes_of_contender, readings):
        super().__init__(daemon=True)
        self.published = {}  # probe: time of publishing; the publisher adds them
        self.queryable = {}  # probe: time of the answer that contained it
        self._influx = influx
        self._from = f"{probes_of_contender} AND {readings.range}"
        self._number_of = readings.number_of
        self._ended = threading.Event()
        self._failure = None

    def run(self):
        try:
            since = 0
            pause = SHORTEST_PAUSE
            while not self._ended.wait(pause):
                oldest = self._oldest_on_its_way()
                if oldest is None:
                    pause = SHORTEST_PAUSE
                    continue
                rows = self._influx.query(f"SELECT value FROM {self._from} AND time > {since}")
                now = time.monotonic()
                for _, value in rows:
                    self.queryable.setdefault(self._number_of(value), now)
                if len(rows) > REMEMBERED:
                    since = rows[-REMEMBERED][0]
                pause = min(LONGEST_PAUSE, max(SHORTEST_PAUSE, PRECISION * (now - oldest)))
        except Exception as failure:
            self._failure = failure

    def _oldest_on_its_way(self):
        return next((when for probe, when in list(self.published.items()) if probe not in self.queryable), None)

    def end(self):
        """Returns the seconds from publish to queryable of each probe that arrived."""
        self._ended.set()
        self.join()
        if self._failure:
            raise RuntimeError(f"while looking for readings: {self._failure}")
        return [when - self.published[probe] for probe, when in self.queryable.items()]
