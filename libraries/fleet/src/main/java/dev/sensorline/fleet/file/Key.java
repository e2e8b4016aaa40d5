package dev.sensorline.fleet.file;

import java.util.Optional;

/**
 * A key of a mapping.
 *
 * @param about       what it means, with its unit
 * @param isRequired  whether it must be there
 * @param otherwise   its value if it is not there; empty if there is none
 */
record Key<T>(String name, String about, Shape<T> shape, boolean isRequired, Optional<T> otherwise) {

    static <T> Key<T> required(String name, String about, Shape<T> shape) {
        return new Key<>(name, about, shape, true, Optional.empty());
    }

    static <T> Key<T> optional(String name, String about, Shape<T> shape) {
        return new Key<>(name, about, shape, false, Optional.empty());
    }

    static <T> Key<T> optional(String name, String about, Shape<T> shape, T otherwise) {
        return new Key<>(name, about, shape, false, Optional.of(otherwise));
    }
}
