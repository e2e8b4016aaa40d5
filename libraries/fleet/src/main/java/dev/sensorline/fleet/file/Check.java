package dev.sensorline.fleet.file;

import java.util.List;
import java.util.function.BiConsumer;

/**
 * What must be true of several values together, which the schema does not say.
 *
 * @param keys   it is checked only if their values are allowed
 * @param report reports a problem, if there is one
 */
record Check(List<Key<?>> keys, BiConsumer<Values, Findings> report) {}
