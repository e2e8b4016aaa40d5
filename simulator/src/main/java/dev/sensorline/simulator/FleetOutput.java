package dev.sensorline.simulator;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

import org.jboss.logging.Logger;

import dev.sensorline.simulator.fleet.Reporter;

/** Shows a run: one live line on a terminal, and otherwise a line of the log now and then; the result at the end. */
@SuppressWarnings("SystemOut") // The result is what the process is run for.
final class FleetOutput implements Reporter {

    private static final Logger LOG = Logger.getLogger(FleetOutput.class);
    private static final int LINES_A_LOG_LINE = 10;
    /** Back to the start of the line, which is deleted (ECMA-48). */
    private static final String OVERWRITE = "\r\u001b[2K";

    private final boolean isForMachines;
    private final boolean isTerminal;
    private final String brokers;
    private final Optional<Duration> connectLimit;
    private int lines;

    /** @param brokers their addresses, as they are configured */
    FleetOutput(boolean isForMachines, String brokers, Optional<Duration> connectLimit) {
        this.isForMachines = isForMachines;
        this.brokers = brokers;
        this.connectLimit = connectLimit;
        this.isTerminal = !isForMachines && isTerminal();
    }

    /** The console of Java is there without a terminal, too, from JDK 22 on. */
    private static boolean isTerminal() {
        try {
            Path output = Path.of("/proc/self/fd/1").toRealPath();
            return output.startsWith("/dev/pts") || output.startsWith("/dev/tty");
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public void event(String line) {
        if (isTerminal) {
            System.out.print(OVERWRITE);
        }
        LOG.info(line);
    }

    @Override
    public void failure(Throwable failure) {
        LOG.error("The fleet cannot go on", failure);
    }

    @Override
    public void unreachable(String reason) {
        if (isTerminal) {
            System.out.print(OVERWRITE);
        }
        LOG.errorf(
                "No connection to %s within SIM_CONNECT_LIMIT=%s: %s",
                brokers, connectLimit.map(Seconds::text).orElse(""), reason);
    }

    @Override
    public void progress(String line) {
        if (isTerminal) {
            System.out.print(OVERWRITE + line);
            System.out.flush();
        } else if (++lines % LINES_A_LOG_LINE == 0) {
            LOG.info(line);
        }
    }

    @Override
    public void result(String text, String json) {
        if (isTerminal) {
            System.out.print(OVERWRITE);
        }
        System.out.println(isForMachines ? json : text);
    }
}
