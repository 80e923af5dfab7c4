package dev.dryberth.api.proxy;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Writes the lines of each load balancer to {@code <directory>/<name>.log}, in AWS's format.
 * Network threads only put a line into a queue; when the disk cannot keep up, lines are dropped and
 * their number is logged.
 */
final class AccessLog implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(AccessLog.class);
    private static final Line END = new Line("", () -> "");

    /** A line, formatted on the writer's thread. */
    record Line(String balancer, java.util.function.Supplier<String> text) {}

    private final Path directory;
    private final BlockingQueue<Line> queue;
    private final AtomicLong dropped = new AtomicLong();
    private final Thread writer;

    AccessLog(Path directory, int maxQueuedLines) {
        this.directory = directory;
        queue = new ArrayBlockingQueue<>(maxQueuedLines);
        writer = Thread.ofVirtual().name("access-log").start(this::write);
    }

    /** Any thread; never waits. */
    void add(Line line) {
        if (!queue.offer(line)) {
            dropped.incrementAndGet();
        }
    }

    private void write() {
        Map<String, BufferedWriter> files = new TreeMap<>();
        List<Line> batch = new ArrayList<>();
        try {
            for (boolean ended = false; !ended; ) {
                batch.add(queue.take());
                queue.drainTo(batch);
                ended = batch.remove(END);
                writeAll(batch, files);
                batch.clear();
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } finally {
            files.values().forEach(AccessLog::close);
        }
    }

    private void writeAll(List<Line> batch, Map<String, BufferedWriter> files) {
        try {
            for (Line each : batch) {
                BufferedWriter file = files.get(each.balancer);
                if (file == null) {
                    file = open(each.balancer);
                    files.put(each.balancer, file);
                }
                file.write(each.text.get());
                file.newLine();
            }
            for (BufferedWriter each : files.values()) {
                each.flush();
            }
        } catch (IOException failed) {
            dropped.addAndGet(batch.size());
            files.values().forEach(AccessLog::close);
            files.clear();
            LOG.warn("Cannot write access logs in {}: {}", directory, failed.getMessage());
        }
        long lost = dropped.getAndSet(0);
        if (lost > 0) {
            LOG.warn("{} access log lines were dropped", lost);
        }
    }

    private BufferedWriter open(String balancer) throws IOException {
        Files.createDirectories(directory);
        return Files.newBufferedWriter(
                directory.resolve(balancer + ".log"),
                StandardCharsets.UTF_8,
                StandardOpenOption.CREATE,
                StandardOpenOption.APPEND);
    }

    private static void close(BufferedWriter file) {
        try {
            file.close();
        } catch (IOException failed) {
            LOG.warn("An access log could not be closed: {}", failed.getMessage());
        }
    }

    /** Writes what is queued. */
    @Override
    public void close() {
        try {
            queue.put(END);
            writer.join();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }
}
