package dev.sensorline.points.rules;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;

/**
 * A topic filter (MQTT 3.1.1, 4.7) whose levels may have names: {@code plant/{site}/+/{name}/#}. A named level matches any
 * single level, like {@code +}. With the prefix {@code $share/group/} the filter belongs to a shared subscription.
 * Immutable.
 */
public final class TopicFilter {

    private static final String SINGLE_LEVEL = "+";
    private static final String MULTI_LEVEL = "#";
    private static final String SHARE = "$share";
    /** In bytes of UTF-8 (MQTT 3.1.1, 4.7.3). */
    private static final int LONGEST = 65_535;

    private final String text;
    /** Null if the subscription is not shared. */
    private final @Nullable String group;

    private final List<String> levels;
    private final Map<String, Integer> levelsByName = new TreeMap<>();

    private TopicFilter(String text, @Nullable String group, List<String> levels) {
        this.text = text;
        this.group = group;
        this.levels = new ArrayList<>();
        for (String level : levels) {
            this.levels.add(withoutName(level));
        }
    }

    /** @throws IllegalArgumentException with a message that says what is allowed */
    public static TopicFilter parse(String text) {
        if (text.isEmpty() || text.getBytes(StandardCharsets.UTF_8).length > LONGEST) {
            throw invalidFilter();
        }
        List<String> levels = List.of(text.split("/", -1));
        if (!levels.get(0).equals(SHARE)) {
            return new TopicFilter(text, null, levels);
        }
        boolean hasFilter =
                levels.size() > 3 || levels.size() == 3 && !levels.get(2).isEmpty();
        if (!hasFilter || !levels.get(1).matches("[^+#{}\\x00]+")) {
            throw new IllegalArgumentException("must be a shared topic filter as $share/<group>/<filter>");
        }
        return new TopicFilter(text, levels.get(1), levels.subList(2, levels.size()));
    }

    private String withoutName(String level) {
        if (!levels.isEmpty() && levels.get(levels.size() - 1).equals(MULTI_LEVEL)) {
            throw invalidFilter();
        }
        if (level.startsWith("{") && level.endsWith("}")) {
            String name = Names.requireValid(level.substring(1, level.length() - 1));
            if (levelsByName.put(name, levels.size()) != null) {
                throw new IllegalArgumentException("must not name two levels '" + name + "'");
            }
            return SINGLE_LEVEL;
        }
        if (!level.equals(SINGLE_LEVEL) && !level.equals(MULTI_LEVEL) && !level.matches("[^+#{}\\x00]*")) {
            throw invalidFilter();
        }
        return level;
    }

    private static IllegalArgumentException invalidFilter() {
        return new IllegalArgumentException("must be a topic filter, with +, {name} or # for whole levels and # last");
    }

    /** The index of each named level, counted from 0. */
    public Map<String, Integer> levelsByName() {
        return Collections.unmodifiableMap(levelsByName);
    }

    /** The filter without names, as a broker understands it. */
    public String subscription() {
        String filter = String.join("/", levels);
        return group == null ? filter : SHARE + "/" + group + "/" + filter;
    }

    /** The filter as it was configured. */
    @Override
    public String toString() {
        return text;
    }

    /** Whether its messages are shared with other subscribers. */
    boolean isShared() {
        return group != null;
    }

    /** Whether both belong to the same shared subscription, or neither is shared. */
    boolean isInGroupOf(TopicFilter other) {
        return Objects.equals(group, other.group);
    }

    /** Whether the filter matches a topic. */
    public boolean matches(String topic) {
        if (topic.startsWith("$") && isWildcard(0)) {
            return false; // 4.7.2
        }
        int from = 0;
        for (String level : levels) {
            if (level.equals(MULTI_LEVEL)) {
                return true; // Also the level above #: sport/# matches sport (4.7.1.2).
            }
            if (from > topic.length()) {
                return false;
            }
            int slash = topic.indexOf('/', from);
            int to = slash < 0 ? topic.length() : slash;
            if (!level.equals(SINGLE_LEVEL) && !(level.length() == to - from && topic.startsWith(level, from))) {
                return false;
            }
            from = to + 1;
        }
        return from > topic.length();
    }

    /** Whether both filters match the same topics. */
    public boolean hasTopicsOf(TopicFilter other) {
        return covers(other) && other.covers(this);
    }

    /** Whether this filter matches every topic that the other filter matches. */
    public boolean covers(TopicFilter other) {
        if (isWildcard(0) && other.levels.get(0).startsWith("$")) {
            return false;
        }
        for (int i = 0; i < levels.size(); i++) {
            String level = levels.get(i);
            if (level.equals(MULTI_LEVEL)) {
                return true;
            }
            if (i >= other.levels.size()) {
                return false;
            }
            String otherLevel = other.levels.get(i);
            if (otherLevel.equals(MULTI_LEVEL)) {
                // Only +/# matches as much as #, because every topic has a first level.
                return i == 0 && levels.equals(List.of(SINGLE_LEVEL, MULTI_LEVEL));
            }
            if (!level.equals(SINGLE_LEVEL) && !level.equals(otherLevel)) {
                return false;
            }
        }
        return levels.size() == other.levels.size();
    }

    /** A topic that both filters match, if there is one. */
    Optional<String> commonTopic(TopicFilter other) {
        List<String> topic = new ArrayList<>();
        for (int i = 0; i < Math.max(levels.size(), other.levels.size()); i++) {
            String level = levelAt(i);
            String otherLevel = other.levelAt(i);
            if (level == null || otherLevel == null) {
                // One filter has ended. The other matches the level above its #.
                if (MULTI_LEVEL.equals(level) || MULTI_LEVEL.equals(otherLevel)) {
                    break;
                }
                return Optional.empty();
            }
            if (!isWildcard(level) && !isWildcard(otherLevel) && !level.equals(otherLevel)) {
                return Optional.empty();
            }
            String common = isWildcard(level) ? otherLevel : level;
            topic.add(isWildcard(common) ? "…" : common);
        }
        return Optional.of(String.join("/", topic)).filter(common -> matches(common) && other.matches(common));
    }

    /**
     * The narrowest filter that covers this one and another one, if they overlap, belong to the same subscription and begin with the
     * same level. Otherwise it could match everything that a broker has.
     */
    Optional<TopicFilter> union(TopicFilter other) {
        if (!isInGroupOf(other)
                || !levels.get(0).equals(other.levels.get(0))
                || commonTopic(other).isEmpty()) {
            return Optional.empty();
        }
        List<String> union = new ArrayList<>();
        for (int i = 0; i < Math.max(levels.size(), other.levels.size()); i++) {
            String level = levelAt(i);
            String otherLevel = other.levelAt(i);
            // A filter that has ended overlaps with one that has # here.
            if (level == null || otherLevel == null || level.equals(MULTI_LEVEL) || otherLevel.equals(MULTI_LEVEL)) {
                union.add(MULTI_LEVEL);
                break;
            }
            union.add(level.equals(otherLevel) ? level : SINGLE_LEVEL);
        }
        String filter = String.join("/", union);
        return Optional.of(parse(group == null ? filter : SHARE + "/" + group + "/" + filter));
    }

    /** The level at an index, # if that wildcard matches the level; null if the filter has no such level. */
    private @Nullable String levelAt(int index) {
        if (index < levels.size()) {
            return levels.get(index);
        }
        return levels.get(levels.size() - 1).equals(MULTI_LEVEL) ? MULTI_LEVEL : null;
    }

    /** Orders filters of which one covers the other, the narrower filter first. */
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
        return level.equals(MULTI_LEVEL) ? 2 : level.equals(SINGLE_LEVEL) ? 1 : 0;
    }

    private boolean isWildcard(int index) {
        return isWildcard(levels.get(index));
    }

    private static boolean isWildcard(String level) {
        return level.equals(SINGLE_LEVEL) || level.equals(MULTI_LEVEL);
    }
}
