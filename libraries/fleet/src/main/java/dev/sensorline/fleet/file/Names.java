package dev.sensorline.fleet.file;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** Names for people. */
final class Names {

    private Names() {}

    /** Such as {@code a, b or c}. */
    static String listed(Collection<String> names) {
        List<String> list = new ArrayList<>(names);
        int last = list.size() - 1;
        return last == 0 ? list.get(0) : String.join(", ", list.subList(0, last)) + " or " + list.get(last);
    }
}
