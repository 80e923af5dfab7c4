package dev.dryberth.cli.acceptance;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;

/**
 * People who ask a load balancer for one page again and again, each on a connection of their own
 * that they keep, and who note every answer. They never ask twice for the same: a request that gets
 * no answer is noted as lost.
 */
final class Visitors implements AutoCloseable {

    private static final int LIMIT_MILLIS = 30_000;
    private static final byte[] REQUEST =
            "GET / HTTP/1.1\r\nHost: web\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private final int port;
    private final Duration pause;
    private final Map<String, LongAdder> answers = new ConcurrentHashMap<>();
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean leaving;

    private Visitors(int port, Duration pause) {
        this.port = port;
        this.pause = pause;
    }

    /**
     * Lets visitors come to a port of this machine.
     *
     * @param pause what each lets pass between an answer and the next request
     */
    static Visitors come(int port, int count, Duration pause) {
        Visitors visitors = new Visitors(port, pause);
        for (int i = 0; i < count; i++) {
            visitors.threads.add(Thread.ofVirtual().start(visitors::visit));
        }
        return visitors;
    }

    /** What a few requests are answered with, each as {@code 200 body}. */
    static Map<String, Long> ask(int port, int requests) {
        Visitors visitors = new Visitors(port, Duration.ZERO);
        visitors.visit(requests);
        return visitors.answers();
    }

    private void visit() {
        while (!leaving) {
            visit(Long.MAX_VALUE);
        }
    }

    /** Asks on one connection after the other; a connection ends when the server says so. */
    private void visit(long requests) {
        long left = requests;
        while (left > 0 && !leaving) {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                socket.setSoTimeout(LIMIT_MILLIS);
                socket.setTcpNoDelay(true);
                InputStream in = new BufferedInputStream(socket.getInputStream());
                boolean open = true;
                while (open && left > 0 && !leaving) {
                    left--;
                    socket.getOutputStream().write(REQUEST);
                    open = answer(in);
                    LockSupport.parkNanos(pause.toNanos());
                }
            } catch (IOException e) {
                left--;
                note("lost: " + e);
                LockSupport.parkNanos(pause.toNanos());
            }
        }
    }

    /** Reads and notes one answer; whether another may follow on the connection. */
    private boolean answer(InputStream in) throws IOException {
        String status = line(in).split(" ", 3)[1];
        int length = 0;
        boolean open = true;
        for (String header = line(in); !header.isEmpty(); header = line(in)) {
            String lower = header.toLowerCase(Locale.ROOT);
            if (lower.startsWith("content-length:")) {
                length = Integer.parseInt(lower.substring(lower.indexOf(':') + 1).strip());
            } else if (lower.startsWith("transfer-encoding:")) {
                throw new IOException("an answer without a length: " + status);
            } else if (lower.startsWith("connection:") && lower.contains("close")) {
                open = false;
            }
        }
        byte[] body = in.readNBytes(length);
        if (body.length < length) {
            throw new EOFException("in the body of " + status);
        }
        String text = new String(body, StandardCharsets.US_ASCII).strip();
        note(status.equals("200") ? status + " " + text : status);
        return open;
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                throw new EOFException(line.isEmpty() ? "no answer" : "in the answer's head");
            }
            if (c != '\r') {
                line.append((char) c);
            }
        }
        return line.toString();
    }

    private void note(String answer) {
        answers.computeIfAbsent(answer, unseen -> new LongAdder()).increment();
    }

    /** How often each answer came so far. */
    Map<String, Long> answers() {
        Map<String, Long> now = new TreeMap<>();
        answers.forEach((answer, count) -> now.put(answer, count.sum()));
        return now;
    }

    long count(String answer) {
        LongAdder count = answers.get(answer);
        return count == null ? 0 : count.sum();
    }

    long total() {
        return answers().values().stream().mapToLong(Long::longValue).sum();
    }

    /** Lets them finish what they asked for; all their answers. */
    Map<String, Long> leave() {
        leaving = true;
        try {
            for (Thread thread : threads) {
                thread.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
        return answers();
    }

    @Override
    public void close() {
        leave();
    }
}
