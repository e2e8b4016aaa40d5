package dev.sensorline.mqtt.connector;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.NullMarked;

import dev.sensorline.application.Settings;

/**
 * Where a broker is: {@code broker}, {@code broker:1884}, {@code ::1} or {@code [::1]:1884}.
 *
 * @param host a name or an address, without brackets
 * @param port empty if it is that of the other brokers
 */
@NullMarked
public record BrokerAddress(String host, Optional<Integer> port) {

    private static final Pattern FORM =
            Pattern.compile("(?:\\[(?<address>[^\\[\\]]*:[^\\[\\]]*)]|(?<name>[^:\\[\\]]+))(?::(?<port>\\d+))?");

    /** Empty if the text is none. */
    static Optional<BrokerAddress> parse(String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            return of(text, Optional.empty());
        }
        return of(
                Optional.ofNullable(form.group("address")).orElseGet(() -> form.group("name")),
                Optional.ofNullable(form.group("port")));
    }

    private static Optional<BrokerAddress> of(String host, Optional<String> port) {
        try {
            return Optional.of(new BrokerAddress(
                    new Settings.Host().convert(host), port.map(number -> new Settings.Port().convert(number))));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** Host and port, as in {@code broker:1883} and {@code [::1]:1883}. */
    String withPort(int otherwise) {
        return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port.orElse(otherwise);
    }
}
