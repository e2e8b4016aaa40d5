package dev.sensorline.console.settings;

import java.util.Map;

import dev.sensorline.rulesettings.RuleConverters;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithConverter;
import io.smallrye.config.WithParentName;

/** The rules beside those of MQTT_TOPICS, under the names that they have for the ingestor. */
@ConfigMapping(prefix = "ingestor.rules")
public interface RuleTexts {

    /** The texts of their keys, by their names. */
    @WithParentName
    Map<String, Map<String, @WithConverter(RuleConverters.Verbatim.class) String>> rules();
}
