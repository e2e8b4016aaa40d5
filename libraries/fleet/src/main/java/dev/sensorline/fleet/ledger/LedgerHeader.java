package dev.sensorline.fleet.ledger;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

import dev.sensorline.fleet.NamePattern;

/**
 * The beginning of a ledger.
 *
 * @param seed   of the fleet
 * @param hash   of the fleet file: {@link #hashOf}
 * @param start  of the run, in nanoseconds since 1970-01-01T00:00Z
 * @param groups in the order of the fleet file
 */
public record LedgerHeader(long seed, String hash, long start, List<LedgerGroup> groups) {

    private static final byte[] MAGIC = "SLEDGER".getBytes(StandardCharsets.US_ASCII);
    private static final int VERSION = 1;
    /** More than a fleet file of 3 million characters can have. */
    private static final int MOST = 1_000_000;

    /** SHA-256 of a fleet file's text, in hexadecimal digits. */
    public static String hashOf(String fleetFile) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(fleetFile.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("each Java platform has SHA-256", e);
        }
    }

    void write(DataOutputStream out) throws IOException {
        out.write(MAGIC);
        out.writeByte(VERSION);
        out.writeLong(seed);
        out.writeUTF(hash);
        out.writeLong(start);
        out.writeInt(groups.size());
        for (LedgerGroup group : groups) {
            out.writeUTF(group.name());
            out.writeUTF(group.names().before());
            out.writeUTF(group.names().after());
            out.writeBoolean(group.names().isNumbered());
            out.writeInt(group.names().first());
            out.writeInt(group.names().count());
            out.writeUTF(group.topic());
            out.writeByte(group.qos());
            out.writeUTF(group.format());
            out.writeBoolean(group.hasSequence());
            out.writeLong(group.timeUnit());
            out.writeInt(group.metrics().size());
            for (LedgerGroup.Metric metric : group.metrics()) {
                out.writeUTF(metric.name());
                out.writeByte(metric.decimals());
            }
        }
    }

    static LedgerHeader read(DataInputStream in) throws IOException {
        try {
            if (!Arrays.equals(in.readNBytes(MAGIC.length), MAGIC)) {
                throw new InvalidLedgerException("is no ledger");
            }
            int version = in.readUnsignedByte();
            if (version != VERSION) {
                throw new InvalidLedgerException(
                        "has format version %d: version %d can be read".formatted(version, VERSION));
            }
            long seed = in.readLong();
            String hash = in.readUTF();
            long start = in.readLong();
            List<LedgerGroup> groups = new ArrayList<>();
            for (int left = count(in); left > 0; left--) {
                groups.add(readGroup(in));
            }
            return new LedgerHeader(seed, hash, start, List.copyOf(groups));
        } catch (EOFException e) {
            throw new InvalidLedgerException("ends within its header");
        }
    }

    private static LedgerGroup readGroup(DataInputStream in) throws IOException {
        String name = in.readUTF();
        String before = in.readUTF();
        String after = in.readUTF();
        NamePattern names = new NamePattern(before, after, in.readBoolean(), in.readInt(), in.readInt());
        String topic = in.readUTF();
        int qos = in.readUnsignedByte();
        String format = in.readUTF();
        boolean hasSequence = in.readBoolean();
        long timeUnit = in.readLong();
        List<LedgerGroup.Metric> metrics = new ArrayList<>();
        for (int left = count(in); left > 0; left--) {
            metrics.add(new LedgerGroup.Metric(in.readUTF(), in.readByte()));
        }
        return new LedgerGroup(name, names, topic, qos, format, hasSequence, timeUnit, List.copyOf(metrics));
    }

    private static int count(DataInputStream in) throws IOException {
        int count = in.readInt();
        if (count < 0 || count > MOST) {
            throw new InvalidLedgerException("has a damaged header");
        }
        return count;
    }
}
