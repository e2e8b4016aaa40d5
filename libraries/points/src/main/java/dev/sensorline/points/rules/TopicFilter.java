package dev.sensorline.points.rules;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A topic filter (MQTT 3.1.1, 4.7), some of whose levels have a name: {@code plant/{site}/+/{name}/#}. A named level
 * stands for any one level, as {@code +} does. Behind {@code $share/group/} it is one of a shared subscription.
 */
public final class TopicFilter {

    private static final String ONE = "+";
    private static final String ALL = "#";
    private static final String SHARED = "$share";

    private final String text;
    /** Null when it is not shared. */
    private final String group;
    private final List<String> levels;
    private final Map<String, Integer> names = new TreeMap<>();

    private TopicFilter(String text, String group, List<String> levels) {
        this.text = text;
        this.group = group;
        this.levels = new ArrayList<>();
        for (String level : levels) {
            this.levels.add(plain(level));
        }
    }

    /** @throws IllegalArgumentException saying what is allowed */
    public static TopicFilter parse(String text) {
        if (text.isEmpty()) {
            throw notAFilter();
        }
        List<String> levels = List.of(text.split("/", -1));
        if (!levels.get(0).equals(SHARED)) {
            return new TopicFilter(text, null, levels);
        }
        boolean hasFilter = levels.size() > 3 || levels.size() == 3 && !levels.get(2).isEmpty();
        if (!hasFilter || !levels.get(1).matches("[^+#{}\\x00]+")) {
            throw new IllegalArgumentException("must be a shared topic filter as $share/<group>/<filter>");
        }
        return new TopicFilter(text, levels.get(1), levels.subList(2, levels.size()));
    }

    private String plain(String level) {
        if (!levels.isEmpty() && levels.get(levels.size() - 1).equals(ALL)) {
            throw notAFilter();
        }
        if (level.startsWith("{") && level.endsWith("}")) {
            String name = Names.checked(level.substring(1, level.length() - 1));
            if (names.put(name, levels.size()) != null) {
                throw new IllegalArgumentException("must not name two levels '" + name + "'");
            }
            return ONE;
        }
        if (!level.equals(ONE) && !level.equals(ALL) && !level.matches("[^+#{}\\x00]*")) {
            throw notAFilter();
        }
        return level;
    }

    private static IllegalArgumentException notAFilter() {
        return new IllegalArgumentException("must be a topic filter, with +, {name} or # for whole levels and # last");
    }

    /** The level that a name stands for, counted from 0. */
    public Map<String, Integer> names() {
        return Collections.unmodifiableMap(names);
    }

    /** What to subscribe to. */
    public String subscription() {
        String filter = String.join("/", levels);
        return group == null ? filter : SHARED + "/" + group + "/" + filter;
    }

    /** As it was configured. */
    @Override
    public String toString() {
        return text;
    }

    boolean isOfGroupOf(TopicFilter other) {
        return group == null ? other.group == null : group.equals(other.group);
    }

    /** Whether a topic is one of those it stands for. */
    public boolean matches(String topic) {
        if (topic.startsWith("$") && isWildcard(0)) {
            return false; // 4.7.2
        }
        int from = 0;
        for (String level : levels) {
            if (level.equals(ALL)) {
                return true; // Of what is above it, too: sport/# matches sport (4.7.1.2).
            }
            if (from > topic.length()) {
                return false;
            }
            int slash = topic.indexOf('/', from);
            int to = slash < 0 ? topic.length() : slash;
            if (!level.equals(ONE) && !(level.length() == to - from && topic.startsWith(level, from))) {
                return false;
            }
            from = to + 1;
        }
        return from > topic.length();
    }

    /** Whether it matches all that the other one does. */
    boolean covers(TopicFilter other) {
        if (isWildcard(0) && other.levels.get(0).startsWith("$")) {
            return false;
        }
        for (int i = 0; i < levels.size(); i++) {
            String level = levels.get(i);
            if (level.equals(ALL)) {
                return true;
            }
            if (i >= other.levels.size()) {
                return false;
            }
            String others = other.levels.get(i);
            if (others.equals(ALL)) {
                // Only a + above a # matches as much, and only at the start, where there always is a level.
                return i == 0 && levels.equals(List.of(ONE, ALL));
            }
            if (!level.equals(ONE) && !level.equals(others)) {
                return false;
            }
        }
        return levels.size() == other.levels.size();
    }

    /** A topic that both match, if there is any. */
    Optional<String> common(TopicFilter other) {
        List<String> topic = new ArrayList<>();
        for (int i = 0; i < Math.max(levels.size(), other.levels.size()); i++) {
            String one = levelAt(i);
            String others = other.levelAt(i);
            if (one == null || others == null) {
                // One has ended: the other one matches what is above its #.
                if (ALL.equals(one) || ALL.equals(others)) {
                    break;
                }
                return Optional.empty();
            }
            boolean isOpen = isWildcard(one);
            if (!isOpen && !isWildcard(others) && !one.equals(others)) {
                return Optional.empty();
            }
            String level = isOpen ? others : one;
            topic.add(isWildcard(level) ? "…" : level);
        }
        String common = String.join("/", topic);
        return matches(common) && other.matches(common) ? Optional.of(common) : Optional.empty();
    }

    /** The level there, also of those that # stands for; null when there is none. */
    private String levelAt(int index) {
        if (index < levels.size()) {
            return levels.get(index);
        }
        return levels.get(levels.size() - 1).equals(ALL) ? ALL : null;
    }

    /** Orders filters of which one covers the other: the narrower one first. */
    static int narrowerFirst(TopicFilter one, TopicFilter other) {
        for (int i = 0; i < Math.min(one.levels.size(), other.levels.size()); i++) {
            int difference = breadth(one.levels.get(i)) - breadth(other.levels.get(i));
            if (difference != 0) {
                return difference;
            }
        }
        return one.levels.size() - other.levels.size();
    }

    private static int breadth(String level) {
        return level.equals(ALL) ? 2 : level.equals(ONE) ? 1 : 0;
    }

    private boolean isWildcard(int index) {
        return isWildcard(levels.get(index));
    }

    private static boolean isWildcard(String level) {
        return level.equals(ONE) || level.equals(ALL);
    }
}
