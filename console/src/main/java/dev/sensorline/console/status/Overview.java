package dev.sensorline.console.status;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

import dev.sensorline.console.history.History;
import dev.sensorline.console.live.LiveSensors;
import dev.sensorline.console.rejected.RejectedReadings;
import dev.sensorline.console.time.Times;
import dev.sensorline.console.watch.SensorState;
import dev.sensorline.rulesettings.CurrentRules;

/** Sums up how everything is. Belongs to the live thread. */
public final class Overview {

    /** Of the topic filters that are shown. */
    private static final int MOST_TOPICS = 20;

    private final BrokerState broker;
    private final CurrentRules rules;
    private final History history;
    private final Ingestors ingestors;
    private final LiveSensors sensors;
    private final RejectedReadings rejected;
    private final String brokerAddresses;
    private final Optional<String> grafana;

    /** @param brokerAddresses for people */
    public Overview(
            BrokerState broker,
            CurrentRules rules,
            History history,
            Ingestors ingestors,
            LiveSensors sensors,
            RejectedReadings rejected,
            String brokerAddresses,
            Optional<String> grafana) {
        this.broker = broker;
        this.rules = rules;
        this.history = history;
        this.ingestors = ingestors;
        this.sensors = sensors;
        this.rejected = rejected;
        this.brokerAddresses = brokerAddresses;
        this.grafana = grafana;
    }

    /** @param streams that are open */
    public Summary summary(int streams) {
        return new Summary(
                broker(),
                store(),
                ingestors.all(),
                counts(),
                new Summary.In(sensors.readingsPerSecond(), sensors.bytesPerSecond(), rejected.perSecond()),
                streams,
                grafana.orElse(null));
    }

    private Summary.Broker broker() {
        BrokerState.Now now = broker.now();
        return new Summary.Broker(
                now.isUp() ? "up" : "down",
                Times.text(now.since()),
                now.isUp() ? null : "There is no connection",
                brokerAddresses,
                rules.rules().narrowestFirst().stream()
                        .map(rule -> rule.filter().subscription())
                        .distinct()
                        .limit(MOST_TOPICS)
                        .toList());
    }

    private Summary.Server store() {
        History.StoreState state = history.state();
        return new Summary.Server(
                state.state().name().toLowerCase(Locale.ROOT), Times.text(state.since()), state.detail());
    }

    private Map<String, Long> counts() {
        Map<String, Long> counts = new LinkedHashMap<>();
        counts.put("known", (long) sensors.known());
        for (SensorState state : SensorState.values()) {
            counts.put(state.key(), (long) sensors.count(state));
        }
        counts.put("evicted", sensors.evicted());
        return counts;
    }
}
