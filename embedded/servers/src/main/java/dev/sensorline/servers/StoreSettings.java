package dev.sensorline.servers;

/**
 * How a store is to behave. Only InfluxDB knows it; the embedded store lets everybody in.
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
