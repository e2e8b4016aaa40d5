package dev.sensorline.simulator;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

import org.jboss.logging.Logger;

import dev.sensorline.simulator.fleet.Reporter;

/** Shows a run: one live line on a terminal, and otherwise a line of the log now and then; the result at the end. */
final class FleetOutput implements Reporter {

    private static final Logger LOG = Logger.getLogger(FleetOutput.class);
    private static final int LINES_A_LOG_LINE = 10;
    /** Back to the start of the line, which is deleted (ECMA-48). */
    private static final String OVERWRITE = "\r\u001b[2K";

    private final boolean isForMachines;
    private final boolean isTerminal;
    private final String brokers;
    private final Optional<Duration> connectLimit;
    private final PrintStream out;
    private int lines;

    /** @param brokers their addresses, as they are configured */
    @SuppressWarnings("SystemOut") // The result is what the process is run for.
    FleetOutput(boolean isForMachines, String brokers, Optional<Duration> connectLimit) {
        this(isForMachines, !isForMachines && isTerminal(), brokers, connectLimit, System.out);
    }

    FleetOutput(
            boolean isForMachines,
            boolean isTerminal,
            String brokers,
            Optional<Duration> connectLimit,
            PrintStream out) {
        this.isForMachines = isForMachines;
        this.isTerminal = isTerminal;
        this.brokers = brokers;
        this.connectLimit = connectLimit;
        this.out = out;
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
            out.print(OVERWRITE);
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
            out.print(OVERWRITE);
        }
        LOG.errorf(
                "No connection to %s within SIM_CONNECT_LIMIT=%s: %s",
                brokers, connectLimit.map(Seconds::text).orElse(""), reason);
    }

    @Override
    public void progress(String line) {
        if (isTerminal) {
            out.print(OVERWRITE + line);
            out.flush();
        } else if (++lines % LINES_A_LOG_LINE == 0) {
            LOG.info(line);
        }
    }

    @Override
    public void result(String text, String json) {
        if (isTerminal) {
            out.print(OVERWRITE);
        }
        out.println(isForMachines ? json : text);
    }
}
