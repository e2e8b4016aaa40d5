package dev.sensorline.console.stream;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

import com.fasterxml.jackson.core.JsonFactory;

import dev.sensorline.console.live.LiveSensors;
import dev.sensorline.console.live.LiveSensors.Frame;

/** The clients of the stream. Belongs to the live thread. */
public final class Streams {

    /** How far apart frames are. */
    public static final Duration INTERVAL = Duration.ofMillis(100);

    /** So many sensors are shown by their ids. */
    public static final int MOST_IDS = 200;

    private static final int TOKEN_BYTES = 16;

    private final LiveSensors sensors;
    private final Duration window;
    private final Clock clock;
    private final String version;
    private final String build;
    private final long firstFrame;
    private final SecureRandom random;
    private final JsonFactory factory = new JsonFactory();
    private final Summaries summaries;
    private final Map<String, StreamClient> clients = new HashMap<>();

    /**
     * @param random  for tokens, which nobody else can guess
     * @param summary the summary as JSON
     */
    public Streams(
            LiveSensors sensors,
            Duration window,
            Clock clock,
            String version,
            String build,
            SecureRandom random,
            Supplier<byte[]> summary) {
        this.sensors = sensors;
        this.window = window;
        this.clock = clock;
        this.version = version;
        this.build = build;
        this.random = random;
        this.summaries = new Summaries(summary);
        // The frames of an earlier process have smaller numbers.
        this.firstFrame = clock.millis();
    }

    /**
     * Begins a stream.
     *
     * @param lastFrame the number of the frame that the client had last; 0 if it had none
     * @return its token
     */
    String open(View view, long lastFrame, Outlet outlet) {
        StreamClient client = new StreamClient(sensors, outlet, factory, firstFrame, window.toMillis(), view);
        if (lastFrame > firstFrame && lastFrame <= firstFrame + sensors.lastFrame()) {
            client.resume((int) (lastFrame - firstFrame));
        } else if (lastFrame != 0) {
            client.restart(lastFrame);
        }
        String token = newToken();
        clients.put(token, client);
        client.begin(hello(token), clock.millis());
        return token;
    }

    /** Up to which frame a client that comes back has all, counted from the start of the process; -1 if it has nothing. */
    int framesOf(long lastFrame) {
        boolean isKnown = lastFrame > firstFrame && lastFrame <= firstFrame + sensors.lastFrame();
        return isKnown ? (int) (lastFrame - firstFrame) : View.NOTHING;
    }

    private String newToken() {
        byte[] token = new byte[TOKEN_BYTES];
        random.nextBytes(token);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(token);
    }

    private byte[] hello(String token) {
        return ("retry: 2000\nevent: hello\ndata: {\"stream\":\"%s\",\"frame\":%d,\"version\":\"%s\",\"build\":\"%s\","
                        + "\"window\":%d}\n\n")
                .formatted(token, firstFrame + sensors.lastFrame(), version, build, window.toSeconds())
                .getBytes(StandardCharsets.UTF_8);
    }

    void close(String token) {
        clients.remove(token);
    }

    /**
     * Shows other sensors to a client.
     *
     * @return false if there is no such stream
     */
    public boolean show(String token, List<String> ids) {
        StreamClient client = clients.get(token);
        if (client != null) {
            client.show(ids);
        }
        return client != null;
    }

    /** Ends the frame, and sends it to all who can take it. */
    public void tick() {
        long now = clock.millis();
        Frame frame = sensors.tick();
        if (!clients.isEmpty()) {
            summaries.tick(now);
            clients.values().forEach(client -> client.tick(frame, summaries, now));
        }
    }

    /** The number of open streams. */
    public int open() {
        return clients.size();
    }
}
