package dev.sensorline.application;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 30, unit = TimeUnit.SECONDS)
class LogOutputTest {

    private static final Duration LIMIT = Duration.ofSeconds(10);

    /** A pipe that takes nothing until somebody reads it. */
    private static final class Pipe extends OutputStream {

        private final CountDownLatch read = new CountDownLatch(1);
        private final CountDownLatch full = new CountDownLatch(1);
        private final ByteArrayOutputStream content = new ByteArrayOutputStream();

        @Override
        public void write(int b) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            full.countDown();
            try {
                read.await();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            content.write(bytes, offset, length);
        }
    }

    @Test
    void writes_record_by_record_in_order() throws InterruptedException {
        ByteArrayOutputStream target = new ByteArrayOutputStream();
        LogOutput output = new LogOutput(target, 100, dropped -> {}).start();
        log(output, "one\n");
        log(output, "two\n");
        assertTrue(output.drain(LIMIT));
        assertEquals("one\ntwo\n", target.toString(UTF_8));
        assertEquals(0, output.dropped());
    }

    @Test
    void records_that_find_no_room_while_nobody_reads_are_dropped_counted_and_reported_once() throws Exception {
        Pipe pipe = new Pipe();
        CompletableFuture<Long> reported = new CompletableFuture<>();
        LogOutput output = new LogOutput(pipe, 8, reported::complete).start();
        log(output, "one\n");
        pipe.full.await();
        log(output, "two\n");
        log(output, "three\n");
        log(output, "four\n");
        assertEquals(2, output.dropped());
        assertFalse(output.drain(Duration.ofMillis(10)), "nobody reads");
        pipe.read.countDown();
        assertEquals(2, reported.join());
        log(output, "five\n");
        assertTrue(output.drain(LIMIT));
        assertEquals("one\ntwo\nfive\n", pipe.content.toString(UTF_8));
    }

    @Test
    void a_reader_that_has_gone_does_not_end_the_log() throws InterruptedException {
        boolean[] isGone = {true};
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        LogOutput output = new LogOutput(
                        new OutputStream() {

                            @Override
                            public void write(int b) throws IOException {
                                if (isGone[0]) {
                                    throw new IOException("Broken pipe");
                                }
                                content.write(b);
                            }
                        },
                        100,
                        dropped -> {})
                .start();
        log(output, "one\n");
        assertTrue(output.drain(LIMIT));
        isGone[0] = false;
        log(output, "two\n");
        assertTrue(output.drain(LIMIT));
        assertEquals("two\n", content.toString(UTF_8));
        assertEquals(1, output.dropped());
    }

    private static void log(LogOutput output, String line) {
        byte[] bytes = line.getBytes(UTF_8);
        output.write(bytes, 0, bytes.length);
        output.flush();
    }
}
