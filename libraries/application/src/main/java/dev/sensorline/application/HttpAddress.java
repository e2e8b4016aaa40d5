package dev.sensorline.application;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLDecoder;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.smallrye.mutiny.tuples.Tuple2;

/**
 * The address of an HTTP server, from a URL. Not a {@link java.net.URI}, which takes a host with an underscore, as Docker
 * Swarm names services, for no host.
 *
 * @param host  a name or an address; an IPv6 address without brackets
 * @param path  without a slash at its end; may be empty
 * @param login user name and password that the URL contains
 */
public record HttpAddress(boolean tls, String host, int port, String path, Optional<Tuple2<String, String>> login) {

    private static final Pattern URL = Pattern.compile(
            "(?i)(https?)://(?:([^/?#\\s]*)@)?(?:\\[([0-9a-f:.%]+)]|([^\\s:/?#@\\[\\]]+))(?::(\\d{1,5}))?(/[^\\s?#]*)?");
    private static final int HTTP_PORT = 80;
    private static final int HTTPS_PORT = 443;
    private static final int LARGEST_PORT = 65_535;

    /** The address of a URL; empty if it is not the URL of an HTTP server, or has a query. Blanks around it do not count. */
    public static Optional<HttpAddress> parse(String url) {
        Matcher matcher = URL.matcher(url.strip());
        if (!matcher.matches()) {
            return Optional.empty();
        }
        boolean tls = matcher.group(1).toLowerCase(Locale.ROOT).equals("https");
        int port = matcher.group(5) != null ? Integer.parseInt(matcher.group(5)) : tls ? HTTPS_PORT : HTTP_PORT;
        if (port == 0 || port > LARGEST_PORT) {
            return Optional.empty();
        }
        String host = matcher.group(3) != null ? matcher.group(3) : matcher.group(4);
        String path = matcher.group(6) == null ? "" : matcher.group(6).replaceFirst("/+$", "");
        try {
            return Optional.of(new HttpAddress(
                    tls,
                    host,
                    port,
                    path,
                    Optional.ofNullable(matcher.group(2))
                            .filter(text -> !text.isEmpty())
                            .map(HttpAddress::login)));
        } catch (IllegalArgumentException malformedEscape) {
            return Optional.empty();
        }
    }

    private static Tuple2<String, String> login(String text) {
        int colon = text.indexOf(':');
        return colon < 0
                ? Tuple2.of(decode(text), "")
                : Tuple2.of(decode(text.substring(0, colon)), decode(text.substring(colon + 1)));
    }

    /** A plus sign is a plus sign here, unlike in a form. */
    private static String decode(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), UTF_8);
    }

    /** The URL, without user name and password. */
    @Override
    public String toString() {
        String shownHost = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
        return (tls ? "https://" : "http://") + shownHost + ":" + port + path;
    }
}
