package dev.sensorline.ingestor.kafka;

import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;

import org.jboss.logging.Logger;

import dev.sensorline.application.BadConfiguration;
import dev.sensorline.connections.HostAddresses;
import dev.sensorline.ingestor.settings.IngestorConfig.HostAndPort;

/** The hosts of Kafka that the clients connect to first. The clients cannot be made before one of them has an address. */
public final class BootstrapServers {

    private static final Logger LOG = Logger.getLogger(BootstrapServers.class);
    private static final Duration PERIOD = Duration.ofSeconds(1);

    private final List<HostAndPort> servers;
    private final HostAddresses resolver;
    private final Pause pause;

    public BootstrapServers(List<HostAndPort> servers) {
        this(servers, HostAddresses.SYSTEM, period -> Thread.sleep(period.toMillis()));
    }

    BootstrapServers(List<HostAndPort> servers, HostAddresses resolver, Pause pause) {
        this.servers = servers;
        this.resolver = resolver;
        this.pause = pause;
    }

    /** How the thread that waits spends the time. */
    @FunctionalInterface
    interface Pause {

        void take(Duration period) throws InterruptedException;
    }

    /**
     * Waits until a host has an address, as a name may be known only when its server has started. Blocks.
     *
     * @throws BadConfiguration if the process is to end before
     */
    public void awaitAddress() {
        if (hasAddress()) {
            return;
        }
        LOG.warnf("Kafka at %s does not answer: no host has an address; the start waits until one has", this);
        // Quarkus waits for the end of the start before it ends the process.
        Thread end = new Thread(Thread.currentThread()::interrupt);
        Runtime.getRuntime().addShutdownHook(end);
        try {
            while (!hasAddress()) {
                pause.take(PERIOD);
            }
            Runtime.getRuntime().removeShutdownHook(end);
        } catch (InterruptedException e) {
            throw new BadConfiguration(
                    "KAFKA_BOOTSTRAP_SERVERS=%s: must have a host that can be resolved".formatted(this));
        }
        LOG.infof("Kafka at %s has an address", this);
    }

    private boolean hasAddress() {
        return servers.stream().anyMatch(server -> {
            try {
                return !resolver.of(server.host()).isEmpty();
            } catch (UnknownHostException e) {
                return false;
            }
        });
    }

    @Override
    public String toString() {
        return servers.stream().map(HostAndPort::toString).collect(Collectors.joining(","));
    }
}
