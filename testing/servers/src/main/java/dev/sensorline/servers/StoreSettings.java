package dev.sensorline.servers;

/**
 * How a store is to behave. An embedded one has a front in its process that asks for the password and speaks TLS.
 *
 * @param username the user who may write to the database, or null for everybody
 * @param password of that user
 * @param tls      whose certificate {@code server} it shows, speaking HTTPS; null for HTTP
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
