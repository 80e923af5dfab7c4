package dev.dryberth.api.proxy;

import dev.dryberth.api.http.RawClient;
import dev.dryberth.api.oidc.SessionKeys;
import dev.dryberth.core.balancing.ProbeResult;
import dev.dryberth.core.balancing.RouteTable;
import dev.dryberth.core.balancing.TargetReports;
import dev.dryberth.core.function.FunctionInvoker;
import dev.dryberth.core.loop.Clock;
import dev.dryberth.core.metrics.MetricSample;
import dev.dryberth.core.runtime.SecretStore;

import io.netty.util.LeakPresenceDetector;

import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/**
 * A data plane with short timeouts, and a record of what it reports. As an extension it is closed
 * after each test, which then fails if a Netty buffer is still held.
 */
final class PlaneFixture implements AutoCloseable, AfterEachCallback, TargetReports {

    final Path directory;
    final DataPlane plane;
    final List<Probed> probed = new CopyOnWriteArrayList<>();
    final List<MetricSample> measured = new CopyOnWriteArrayList<>();
    final List<Integer> idle = new CopyOnWriteArrayList<>();
    private final AtomicLong seed = new AtomicLong(1);

    /** One report of a health check. */
    record Probed(String group, String id, int port, ProbeResult result) {}

    PlaneFixture() {
        this(limits(2, 1000));
    }

    PlaneFixture(ProxyLimits limits) {
        this(limits, 1);
    }

    PlaneFixture(ProxyLimits limits, double speed) {
        this(limits, speed, FunctionInvoker.NONE);
    }

    PlaneFixture(ProxyLimits limits, FunctionInvoker functions) {
        this(limits, 1, functions);
    }

    private PlaneFixture(ProxyLimits limits, double speed, FunctionInvoker functions) {
        try {
            directory = Files.createTempDirectory("proxy-test");
        } catch (IOException full) {
            throw new UncheckedIOException(full);
        }
        plane =
                new DataPlane(
                        new Clock(InstantSource.system(), speed),
                        this,
                        limits,
                        directory,
                        measured::addAll,
                        functions,
                        new SessionKeys(SecretStore.inMemory()),
                        seed::incrementAndGet);
    }

    static ProxyLimits limits(int networkThreads, int maxConnections) {
        return limits(networkThreads, maxConnections, 1000);
    }

    static ProxyLimits limits(int networkThreads, int maxConnections, int maxDatagramFlows) {
        return new ProxyLimits(
                networkThreads,
                maxConnections,
                maxDatagramFlows,
                16 * 1024,
                16 * 1024,
                64 * 1024,
                16,
                Duration.ofMillis(500),
                16,
                Duration.ofSeconds(60),
                Duration.ofMillis(300),
                Duration.ofMillis(500),
                Duration.ofMillis(20),
                1000,
                4 * 1024 * 1024);
    }

    void publish(RouteTable table) {
        plane.publish(table);
        plane.settle();
    }

    /** Puts a table with these attributes of the load balancer in force. */
    Tables publish(Tables tables, Map<String, String> attributes) {
        tables.attributes.putAll(attributes);
        publish(tables.table());
        return tables;
    }

    RawClient client(Tables tables) throws IOException {
        return new RawClient(tables.listening());
    }

    /** One GET on a connection of its own. */
    RawClient.Answer get(Tables tables, String path, String... headers) throws IOException {
        try (RawClient client = client(tables)) {
            String more = headers.length == 0 ? "" : String.join("\r\n", headers) + "\r\n";
            client.send("GET " + path + " HTTP/1.1\r\nHost: shop.com\r\n" + more + "\r\n");
            return client.read();
        }
    }

    @Override
    public void probed(String targetGroupArn, String targetId, int port, ProbeResult result) {
        probed.add(new Probed(targetGroupArn, targetId, port, result));
    }

    @Override
    public void idle(String targetGroupArn, String targetId, int port) {
        idle.add(port);
    }

    @Override
    public void close() throws IOException {
        plane.close();
        try (Stream<Path> files = Files.list(directory)) {
            for (Path each : files.toList()) {
                Files.delete(each);
            }
        }
        Files.delete(directory);
    }

    @Override
    public void afterEach(ExtensionContext context) throws IOException {
        close();
        LeakPresenceDetector.check();
    }
}
