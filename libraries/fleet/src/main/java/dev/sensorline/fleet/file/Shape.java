package dev.sensorline.fleet.file;

import java.util.Optional;

/**
 * What a value of a file may be.
 *
 * @param <T> what is made of it
 */
sealed interface Shape<T>
        permits Choice,
                Keys,
                Length,
                ListOf,
                MapOf,
                Mapped,
                NameOrNumber,
                Numbers,
                Resolved,
                Shared,
                Variants,
                Whole,
                Words {

    /** Makes something of a value; empty if it is not allowed, which is reported. */
    Optional<T> read(Place place, Findings findings);
}
