package dev.sensorline.console.history;

import java.time.Clock;

import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

import dev.sensorline.console.settings.ConsoleConfig;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Vertx;

/** The store that CONSOLE_HISTORY names. */
@Singleton
final class ConfiguredHistory {

    private final Clock clock = Clock.systemUTC();

    @Produces
    @Singleton
    History history(ConsoleConfig config, Vertx vertx, MeterRegistry registry) {
        ConsoleConfig.Influx influx = config.influx();
        return switch (config.history()) {
            case NONE -> new NoHistory(clock);
            case INFLUXDB ->
                new InfluxHistory(
                        influx.url().toString(),
                        influx.database(),
                        influx.retentionPolicy().orElse(""),
                        StoreHttp.client(influx, vertx),
                        queries("InfluxDB at " + influx.url(), registry),
                        clock);
            case QUESTDB ->
                new QuestDbHistory(
                        influx.url().toString(),
                        StoreHttp.client(influx, vertx),
                        queries("QuestDB at " + influx.url(), registry),
                        clock);
        };
    }

    private StoreQueries queries(String name, MeterRegistry registry) {
        StoreQueries queries = new StoreQueries(name, clock);
        Gauge.builder("sensorline.console.store.answering", queries, q -> q.state().state() == History.State.UP ? 1 : 0)
                .description("Whether the store answers questions")
                .register(registry);
        Gauge.builder("sensorline.console.store.waiting", queries, StoreQueries::waiting)
                .description("Questions that wait for the store; when 64 wait, further ones are answered with 503")
                .register(registry);
        return queries;
    }

    void stop(@Disposes History history) throws Exception {
        if (history instanceof AutoCloseable closeable) {
            closeable.close();
        }
    }
}
