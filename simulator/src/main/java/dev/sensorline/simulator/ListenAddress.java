package dev.sensorline.simulator;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import dev.sensorline.application.Settings;

/**
 * Where the process listens: {@code 9100}, {@code 0.0.0.0:9100} or {@code [::1]:9100}.
 *
 * @param host a name or an address of this machine, without brackets
 * @param port from 1 to 65,535
 */
record ListenAddress(String host, int port) {

    /** Only this machine reaches it. */
    private static final String LOOPBACK = "127.0.0.1";

    private static final Pattern FORM =
            Pattern.compile("(?:(?:\\[(?<address>[^\\[\\]]*:[^\\[\\]]*)]|(?<name>[^:\\[\\]]+)):)?(?<port>\\d+)");

    /** Empty if the text is none. */
    static Optional<ListenAddress> parse(String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            return Optional.empty();
        }
        String host = Optional.ofNullable(form.group("address"))
                .or(() -> Optional.ofNullable(form.group("name")))
                .orElse(LOOPBACK);
        try {
            return Optional.of(new ListenAddress(
                    new Settings.Host().convert(host), new Settings.Port().convert(form.group("port"))));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** Host and port, as in {@code 127.0.0.1:9100} and {@code [::1]:9100}. */
    @Override
    public String toString() {
        return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
    }
}
