package dev.sensorline.points.decoding.sparkplug;

/** Is told what is wrong with edge nodes of Sparkplug, by the thread that decodes. */
public interface EdgeNodeListener {

    /** Does nothing. */
    EdgeNodeListener NONE = new EdgeNodeListener() {

        @Override
        public void needsRebirth(String group, String node) {}

        @Override
        public void hasGap(String group, String node) {}

        @Override
        public void hasUnknownMetrics(String group, String node, int count) {}
    };

    /** A message cannot be understood, or may not be, without another birth of its edge node. Told for each such message. */
    void needsRebirth(String group, String node);

    /** Messages of an edge node are missing, by their sequence numbers. */
    void hasGap(String group, String node);

    /** Metrics of a message have an alias, or no type, and no birth says what they are. */
    void hasUnknownMetrics(String group, String node, int count);
}
