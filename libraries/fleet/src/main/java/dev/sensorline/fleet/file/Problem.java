package dev.sensorline.fleet.file;

/**
 * What is wrong in a file.
 *
 * @param line    from 1
 * @param column  from 1
 * @param key     the way to it, such as {@code groups.hall.period}; empty for the file as a whole
 * @param message what is allowed, and what is there
 */
public record Problem(String file, int line, int column, String key, String message) {

    /** Such as {@code fleet.yaml:7:13: groups.hall.period: must be …}. */
    @Override
    public String toString() {
        return "%s:%d:%d: %s%s".formatted(file, line, column, key.isEmpty() ? "" : key + ": ", message);
    }
}
