package dev.sensorline.servers;

/**
 * How a store is to behave. Only InfluxDB knows it; the embedded store lets everybody in.
 *
 * @param username the user who may write to the database, or null for everybody
 * @param password of that user
 */
public record StoreSettings(String username, String password) {

    public static StoreSettings defaults() {
        return new StoreSettings(null, null);
    }

    public static StoreSettings withUser(String username, String password) {
        return new StoreSettings(username, password);
    }
}
