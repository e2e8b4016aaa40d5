package dev.sensorline.simulator.verify;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import dev.sensorline.application.BadConfiguration;
import dev.sensorline.application.StartFailure;
import dev.sensorline.fleet.ledger.InvalidLedgerException;
import dev.sensorline.fleet.verify.Report;
import dev.sensorline.fleet.verify.Verification;
import dev.sensorline.simulator.verify.StoredPoints.StoreException;

/** Joins the ledger of a run with the points of InfluxDB, and reports what the ledger does not explain. */
public final class VerifyCommand {

    /** The exit code if each point and each gap is explained. */
    public static final int EXPLAINED = 0;
    /** The exit code if one is not. */
    public static final int UNEXPLAINED = 1;

    private final PrintStream report;
    private final PrintStream problems;

    /** @param problems what is not the report */
    public VerifyCommand(PrintStream report, PrintStream problems) {
        this.report = report;
        this.problems = problems;
    }

    /**
     * Verifies, and returns the exit code.
     *
     * @param given the arguments of the command, without its name
     */
    public int run(List<String> given) {
        try {
            return run(VerifyArguments.of(given));
        } catch (IllegalArgumentException e) {
            problems.println(e.getMessage());
            problems.println(VerifyArguments.USAGE);
        } catch (BadConfiguration e) {
            e.lines().forEach(problems::println);
        } finally {
            report.flush();
            problems.flush();
        }
        return StartFailure.BAD_CONFIGURATION;
    }

    private int run(VerifyArguments arguments) {
        Path ledger = arguments.ledger();
        if (!Files.isRegularFile(ledger) || !Files.isReadable(ledger)) {
            throw new BadConfiguration("--ledger=%s: must be a file that can be read".formatted(ledger));
        }
        Optional<String> password = arguments.passwordFile().map(VerifyCommand::password);
        try (TemporaryCells memory = new TemporaryCells()) {
            Verification verification =
                    new Verification(() -> Files.newInputStream(ledger), memory, arguments.isArrival());
            new StoredPoints(arguments, password, verification).read();
            return write(arguments, verification).isExplained() ? EXPLAINED : UNEXPLAINED;
        } catch (InvalidLedgerException e) {
            throw new BadConfiguration("--ledger=%s: %s".formatted(ledger, e.getMessage()));
        } catch (StoreException e) {
            throw new BadConfiguration("--influx=%s: %s".formatted(arguments.influx(), oneLine(e.getMessage())));
        } catch (IOException e) {
            throw new BadConfiguration("The verification failed: " + oneLine(e.getMessage()));
        }
    }

    private static String password(Path file) {
        try {
            return Files.readString(file).stripTrailing();
        } catch (IOException e) {
            throw new BadConfiguration("--password-file=%s: must be a file that can be read".formatted(file));
        }
    }

    private Report write(VerifyArguments arguments, Verification verification) throws IOException {
        if (arguments.isJson()) {
            return new JsonReport(report).write(verification);
        }
        return new TextReport(report).write(verification);
    }

    private static String oneLine(@Nullable String text) {
        return String.valueOf(text).replaceAll("\\p{Cntrl}", "?");
    }
}
