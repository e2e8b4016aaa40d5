package dev.sensorline.ingestor.influxdb;

import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;

import javax.net.ssl.SSLException;

/** Says in a few words why there is no answer. */
final class ConnectionFailure {

    private ConnectionFailure() {}

    /** The cause, for people: of a failed TLS handshake the deepest one, as those above it only say that it failed. */
    static String shown(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            String message = String.valueOf(cause.getMessage());
            if (cause instanceof CertPathBuilderException || cause instanceof CertPathValidatorException) {
                return "no trusted authority has issued its certificate, or it is not valid now (INFLUX_CA_FILE): "
                        + message;
            }
            if (cause instanceof CertificateException && isAboutTheName(message)) {
                return "its certificate is for another host: " + message;
            }
            // Netty's NotSslRecordException, whose message continues with the bytes.
            if (cause instanceof SSLException && message.startsWith("not an SSL/TLS record")) {
                return "it does not speak TLS at this port";
            }
            // Netty's HttpVersion, whose message continues with the bytes.
            if (cause instanceof IllegalArgumentException && message.startsWith("invalid version format")) {
                return "it does not speak HTTP at this port";
            }
        }
        Throwable shown = failure;
        while (shown.getCause() != null && (shown.getMessage() == null || isOnlyThatTlsFailed(shown))) {
            shown = shown.getCause();
        }
        return shown.getMessage() == null ? shown.toString() : shown.getMessage();
    }

    private static boolean isAboutTheName(String message) {
        return message.startsWith("No name matching") || message.startsWith("No subject alternative");
    }

    private static boolean isOnlyThatTlsFailed(Throwable failure) {
        return failure.getMessage().equals("Failed to create SSL connection")
                || failure.getMessage().equals("General SSLEngine problem");
    }
}
