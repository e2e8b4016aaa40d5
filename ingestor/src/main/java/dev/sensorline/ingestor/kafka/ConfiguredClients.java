package dev.sensorline.ingestor.kafka;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.record.CompressionType;
import org.apache.kafka.common.record.RecordBatch;
import org.apache.kafka.common.utils.BufferSupplier;
import org.apache.kafka.common.utils.ByteBufferOutputStream;

import dev.sensorline.application.BadConfiguration;
import dev.sensorline.application.TlsSettings;
import dev.sensorline.connections.MachineAuthorities;
import dev.sensorline.connections.PemFiles;
import dev.sensorline.ingestor.settings.IngestorConfig;
import dev.sensorline.ingestor.settings.IngestorConfig.Kafka;
import io.smallrye.common.annotation.Identifier;
import io.smallrye.config.Expressions;
import io.smallrye.config.SmallRyeConfig;
import io.vertx.core.Vertx;

/**
 * The configuration of all of Kafka's clients: TLS, user and password, compression, and every other setting of theirs that is
 * set as {@code KAFKA_…} or {@code kafka.…}. What application.properties says of a channel takes precedence.
 */
@Singleton
public final class ConfiguredClients {

    /** Our own settings, which Kafka's clients do not know or get in another form. */
    private static final Set<String> OWN = Set.of(
            "bootstrap.servers",
            "topic",
            "group",
            "username",
            "password",
            "password.file",
            "sasl.mechanism",
            "tls",
            "ca.file",
            "certificate.file",
            "key.file",
            "compression.type");

    private static final String LOGIN_MODULE =
            "org.apache.kafka.common.security.%s.%sLoginModule required username=\"%s\" password=\"%s\";";

    private final Kafka kafka;
    private final SmallRyeConfig all;
    private final Vertx vertx;

    ConfiguredClients(IngestorConfig config, SmallRyeConfig all, Vertx vertx) {
        this.kafka = config.kafka();
        this.all = all;
        this.vertx = vertx;
    }

    /**
     * To be called before a client is made, so that a wrong setting is one line.
     *
     * @throws BadConfiguration if a setting is wrong, or the compression is not available
     */
    public void check() {
        settings();
        // A key is left to Kafka's clients: it may be encrypted.
        kafka.caFile()
                .ifPresent(
                        file -> BadConfiguration.checked("KAFKA_CA_FILE=" + file, () -> PemFiles.trust(file, vertx)));
        checkCompression();
    }

    /** Replaces Quarkus' own map, which would expand expressions in the values. */
    @Produces
    @Singleton
    @Identifier("default-kafka-broker")
    Map<String, Object> settings() {
        Map<String, Object> settings = new HashMap<>(passedOn());
        settings.put("compression.type", kafka.compressionType().name);
        boolean tls = tls(settings);
        boolean sasl = sasl(settings);
        Object protocol = settings.get("security.protocol");
        if (protocol == null) {
            settings.put("security.protocol", (sasl ? "SASL_" : "") + (tls ? "SSL" : "PLAINTEXT"));
        } else if (sasl && !protocol.toString().startsWith("SASL_")) {
            throw new BadConfiguration(
                    "KAFKA_SECURITY_PROTOCOL=%s: must be SASL_SSL or SASL_PLAINTEXT together with KAFKA_USERNAME"
                            .formatted(protocol));
        } else if (tls && !protocol.toString().endsWith("SSL")) {
            throw new BadConfiguration(
                    "KAFKA_SECURITY_PROTOCOL=%s: must be SSL or SASL_SSL together with KAFKA_TLS or KAFKA_CA_FILE"
                            .formatted(protocol));
        } else if (!sasl && protocol.toString().startsWith("SASL_") && !settings.containsKey("sasl.jaas.config")) {
            throw new BadConfiguration(
                    "KAFKA_SECURITY_PROTOCOL=%s: must be set together with KAFKA_USERNAME".formatted(protocol));
        }
        return settings;
    }

    /** The settings passed on to Kafka's clients as they are, by Kafka's own names. */
    private Map<String, String> passedOn() {
        Map<String, String> passedOn = new HashMap<>();
        for (String property : all.getPropertyNames()) {
            String name = property.toLowerCase(Locale.ROOT).replace('_', '.');
            String setting = name.startsWith("kafka.") ? name.substring("kafka.".length()) : "";
            if (!setting.isEmpty() && !OWN.contains(setting)) {
                String value = Expressions.withoutExpansion(() -> all.getConfigValue(property))
                        .getValue();
                if (value != null && !value.isEmpty()) {
                    passedOn.put(setting, value);
                }
            }
        }
        return passedOn;
    }

    private boolean tls(Map<String, Object> settings) {
        boolean tls = TlsSettings.isOn("KAFKA", kafka);
        kafka.caFile().or(() -> machineAuthorities(tls, settings)).ifPresent(file -> {
            settings.put("ssl.truststore.type", "PEM");
            settings.put("ssl.truststore.location", file.toString());
        });
        kafka.certificateFile().ifPresent(file -> {
            settings.put("ssl.keystore.type", "PEM");
            settings.put("ssl.keystore.certificate.chain", content("KAFKA_CERTIFICATE_FILE", file));
            settings.put(
                    "ssl.keystore.key",
                    content("KAFKA_KEY_FILE", kafka.keyFile().get()));
        });
        return tls;
    }

    /** None where there is no TLS, or where Kafka's own settings name what to trust. */
    private static Optional<Path> machineAuthorities(boolean tls, Map<String, Object> settings) {
        boolean isOwn = settings.keySet().stream().anyMatch(key -> key.startsWith("ssl.truststore."));
        return tls && !isOwn ? MachineAuthorities.bundle() : Optional.empty();
    }

    private static String content(String variable, Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new BadConfiguration("%s=%s: must be a file of PEM that can be read".formatted(variable, file));
        }
    }

    private boolean sasl(Map<String, Object> settings) {
        settings.put("sasl.mechanism", kafka.saslMechanism());
        Optional<String> password = kafka.secret();
        if (kafka.username().isPresent() != password.isPresent()) {
            throw new BadConfiguration(
                    "KAFKA_USERNAME and KAFKA_PASSWORD, or KAFKA_PASSWORD_FILE: must be set together");
        }
        if (password.isEmpty()) {
            return false;
        }
        if (settings.containsKey("sasl.jaas.config")) {
            throw new BadConfiguration("KAFKA_SASL_JAAS_CONFIG: must not be set together with KAFKA_USERNAME");
        }
        boolean plain = kafka.saslMechanism().equals("PLAIN");
        settings.put(
                "sasl.jaas.config",
                LOGIN_MODULE.formatted(
                        plain ? "plain" : "scram",
                        plain ? "Plain" : "Scram",
                        quoted(kafka.username().get()),
                        quoted(password.get())));
        return true;
    }

    /** Escaped for JAAS, whose quoted strings are those of {@link java.io.StreamTokenizer}. */
    private static String quoted(String text) {
        return text.replace("\\", "\\\\")
                .replace("\"", "\\\"")
                .replace("\n", "\\n")
                .replace("\r", "\\r");
    }

    /** A native executable lacks the libraries of some algorithms; on the JVM they need a directory to be unpacked into. */
    private void checkCompression() {
        CompressionType type = kafka.compressionType();
        if (!isAvailable(type)) {
            throw new BadConfiguration("KAFKA_COMPRESSION_TYPE=%s: must be %s here, as there is no library for it"
                    .formatted(
                            type.name,
                            Stream.of(CompressionType.values())
                                    .filter(ConfiguredClients::isAvailable)
                                    .map(available -> available.name)
                                    .collect(Collectors.joining(", "))));
        }
    }

    /** Whether a few bytes survive compression and decompression. */
    private static boolean isAvailable(CompressionType type) {
        byte[] sample = "sensor,name=S value=1.0".getBytes(StandardCharsets.UTF_8);
        Compression compression = Compression.of(type).build();
        ByteBufferOutputStream compressed = new ByteBufferOutputStream(512);
        try (OutputStream out = compression.wrapForOutput(compressed, RecordBatch.CURRENT_MAGIC_VALUE)) {
            out.write(sample);
        } catch (Exception | LinkageError e) {
            return false;
        }
        compressed.buffer().flip();
        try (InputStream in = compression.wrapForInput(
                compressed.buffer(), RecordBatch.CURRENT_MAGIC_VALUE, BufferSupplier.NO_CACHING)) {
            return Arrays.equals(sample, in.readAllBytes());
        } catch (Exception | LinkageError e) {
            return false;
        }
    }
}
