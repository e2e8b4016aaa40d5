package dev.sensorline.rulesettings;

import java.util.List;

import org.eclipse.microprofile.config.spi.Converter;

import dev.sensorline.application.Settings.Choice;
import dev.sensorline.points.rules.Retained;
import dev.sensorline.points.rules.SameTime;
import dev.sensorline.points.rules.TopicFilter;

/** Converters of the settings that say how readings become points. */
public final class RuleConverters {

    private RuleConverters() {}

    /** A topic filter. */
    public static final class Filter implements Converter<TopicFilter> {

        private static final long serialVersionUID = 1L;

        @Override
        public TopicFilter convert(String value) {
            return TopicFilter.parse(value.strip());
        }
    }

    /**
     * A text that is read elsewhere. Quarkus does not see that values of a map in a map need a converter, so that this library's
     * {@code reachability-metadata.json} names it.
     */
    public static final class Verbatim implements Converter<String> {

        private static final long serialVersionUID = 1L;

        @Override
        public String convert(String value) {
            return value;
        }
    }

    /** What becomes of different readings with the same time. */
    public static final class SameTimeOf extends Choice<SameTime> {

        private static final long serialVersionUID = 1L;

        @Override
        protected List<SameTime> values() {
            return List.of(SameTime.values());
        }

        @Override
        public SameTime convert(String text) {
            return super.convert(text);
        }
    }

    /** What becomes of retained messages. */
    public static final class RetainedOf extends Choice<Retained> {

        private static final long serialVersionUID = 1L;

        @Override
        protected List<Retained> values() {
            return List.of(Retained.values());
        }

        @Override
        public Retained convert(String text) {
            return super.convert(text);
        }
    }
}
