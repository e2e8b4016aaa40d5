package dev.sensorline.servers;

/**
 * The settings of a store. The embedded store has a proxy in its process for authentication and TLS.
 *
 * @param username the user with the right to write, or null if no authentication is required
 * @param password the password of the user; null without a user
 * @param tls      the authority of the certificate {@code server}, for HTTPS; null for HTTP
 */
public record StoreSettings(String username, String password, Certificates tls) {

    public static StoreSettings defaults() {
        return new StoreSettings(null, null, null);
    }

    public static StoreSettings withUser(String username, String password) {
        return new StoreSettings(username, password, null);
    }

    public static StoreSettings withTls(Certificates tls) {
        return new StoreSettings(null, null, tls);
    }
}
