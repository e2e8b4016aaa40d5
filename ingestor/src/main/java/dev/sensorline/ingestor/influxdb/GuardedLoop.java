package dev.sensorline.ingestor.influxdb;

import java.time.Duration;

import dev.sensorline.ingestor.eventloop.EventLoop;
import dev.sensorline.ingestor.pipeline.ProcessEnd;

/** An event loop whose tasks end the process if they fail, which only an error of the program can be the cause of. */
record GuardedLoop(EventLoop loop, ProcessEnd end) implements EventLoop {

    @Override
    public void execute(Runnable task) {
        loop.execute(end.unless(task));
    }

    @Override
    public void schedule(Duration delay, Runnable task) {
        loop.schedule(delay, end.unless(task));
    }

    @Override
    public Runnable repeat(Duration period, Runnable task) {
        return loop.repeat(period, end.unless(task));
    }

    @Override
    public long nanoTime() {
        return loop.nanoTime();
    }
}
