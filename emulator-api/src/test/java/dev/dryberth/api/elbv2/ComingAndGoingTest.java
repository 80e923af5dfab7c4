package dev.dryberth.api.elbv2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import static java.util.Objects.requireNonNull;

import dev.dryberth.api.oidc.SessionKeys;
import dev.dryberth.api.proxy.DataPlane;
import dev.dryberth.api.proxy.ProxyLimits;
import dev.dryberth.core.balancing.ProbeResult;
import dev.dryberth.core.balancing.TargetReports;
import dev.dryberth.core.function.FunctionInvoker;
import dev.dryberth.core.loop.Clock;
import dev.dryberth.core.runtime.SecretStore;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;

import software.amazon.awssdk.services.elasticloadbalancingv2.model.LoadBalancer;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.TargetDescription;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.TargetGroup;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Targets are registered and deregistered through the API, and stop as soon as they are gone, while
 * clients ask as fast as they can. No request may be lost.
 */
class ComingAndGoingTest {

    private static final int REQUESTS = 100_000;
    private static final int CLIENTS = 8;
    private static final int PIPELINED = 8;
    private static final int TARGETS = 5;
    private static final int FEWEST_TARGETS = 2;

    /** So that the second a target drains at least is a short one. */
    private static final double SPEED = 20;

    private static final byte[] ASKED =
            "GET /some/path HTTP/1.1\r\nHost: shop.com\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] GOOD = "HTTP/1.1 200 ".getBytes(StandardCharsets.US_ASCII);
    private static final int EMPTY_LINE = 0x0D0A0D0A;
    private static final byte[] ANSWER =
            "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok".getBytes(StandardCharsets.US_ASCII);

    @TempDir Path logs;

    @Test
    void losesNoRequestOutOfAHundredThousand(TestReporter reporter) throws Exception {
        long seed = new Random().nextLong();
        reporter.publishEntry("seed", Long.toString(seed));
        Clock clock = new Clock(InstantSource.system(), SPEED);
        try (ElbFixture fixture = new ElbFixture(clock);
                DataPlane plane =
                        new DataPlane(
                                clock,
                                new Reports(fixture),
                                ProxyLimits.DEFAULT,
                                logs,
                                measurements -> {},
                                FunctionInvoker.NONE,
                                new SessionKeys(SecretStore.inMemory()),
                                new SplittableRandom(seed)::nextLong);
                ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            fixture.engine.balancing().subscribe(plane::publish);
            Fleet fleet = new Fleet(fixture, new Random(seed));
            InetSocketAddress listening = listening(fixture, fleet);
            for (int i = 0; i < TARGETS; i++) {
                fleet.add();
            }
            await().until(() -> fleet.healthy() == TARGETS);
            AtomicInteger left = new AtomicInteger(REQUESTS);
            List<Future<Integer>> answered = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                answered.add(clients.submit(() -> ask(listening, left)));
            }
            while (answered.stream().anyMatch(each -> !each.isDone())) {
                fleet.change();
            }
            int good = 0;
            for (Future<Integer> each : answered) {
                good += each.get();
            }
            reporter.publishEntry(
                    "answered", good + " requests, while " + fleet.gone + " targets went");
            assertThat(good).isEqualTo(REQUESTS);
            assertThat(fleet.gone).isGreaterThan(5);
            fleet.close();
        }
    }

    private static InetSocketAddress listening(ElbFixture fixture, Fleet fleet) throws IOException {
        LoadBalancer balancer = fixture.loadBalancer("web");
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        fixture.listener(balancer, port, ElbFixture.forward(fleet.group));
        String address =
                requireNonNull(
                                fixture.engine
                                        .balancing()
                                        .routes()
                                        .loadBalancers()
                                        .get(balancer.loadBalancerArn()))
                        .address();
        InetSocketAddress listening = new InetSocketAddress(InetAddress.ofLiteral(address), port);
        await().ignoreExceptions()
                .until(() -> {
                    new Socket(listening.getAddress(), port).close();
                    return true;
                });
        return listening;
    }

    /**
     * Asks until nothing is left to ask; how often there was an answer, each of them a good one.
     */
    private static int ask(InetSocketAddress listening, AtomicInteger left) throws IOException {
        int good = 0;
        byte[] batch = new byte[ASKED.length * PIPELINED];
        for (int i = 0; i < PIPELINED; i++) {
            System.arraycopy(ASKED, 0, batch, i * ASKED.length, ASKED.length);
        }
        try (Socket socket = new Socket(listening.getAddress(), listening.getPort())) {
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(20_000);
            InputStream in = new BufferedInputStream(socket.getInputStream());
            while (left.addAndGet(-PIPELINED) >= 0) {
                socket.getOutputStream().write(batch);
                for (int i = 0; i < PIPELINED; i++) {
                    requireGood(in);
                    good++;
                }
            }
        }
        return good;
    }

    private static void requireGood(InputStream in) throws IOException {
        byte[] start = in.readNBytes(GOOD.length);
        int lastFour = 0;
        while (Arrays.equals(start, GOOD) && lastFour != EMPTY_LINE) {
            int read = in.read();
            if (read < 0) {
                throw new IOException("the connection ended in the middle of an answer");
            }
            lastFour = (lastFour << 8) | read;
        }
        String body = new String(in.readNBytes(2), StandardCharsets.US_ASCII);
        if (!body.equals("ok")) {
            throw new IOException(
                    "a request was lost: " + new String(start, StandardCharsets.US_ASCII) + body);
        }
    }

    /** The targets there are, each a program of its own. */
    private static final class Fleet implements AutoCloseable {
        private final ElbFixture fixture;
        private final TargetGroup group;
        private final Random random;
        private final List<Program> registered = new ArrayList<>();
        private int gone;

        private Fleet(ElbFixture fixture, Random random) {
            this.fixture = fixture;
            this.random = random;
            group = fixture.targetGroup("web");
        }

        private TargetDescription target(Program program) {
            return TargetDescription.builder()
                    .id("127.0.0.1")
                    .port(program.port())
                    .availabilityZone("all")
                    .build();
        }

        private void add() throws IOException {
            Program program = new Program();
            fixture.elb.registerTargets(request ->
                    request.targetGroupArn(group.targetGroupArn()).targets(target(program)));
            registered.add(program);
        }

        private long healthy() {
            return fixture
                    .elb
                    .describeTargetHealth(request -> request.targetGroupArn(group.targetGroupArn()))
                    .targetHealthDescriptions()
                    .stream()
                    .filter(each -> each.targetHealth().stateAsString().equals("healthy"))
                    .count();
        }

        /** One comes, or one goes and stops once it is listed no more. */
        private void change() throws IOException {
            boolean comes =
                    registered.size() <= FEWEST_TARGETS
                            || (registered.size() < TARGETS && random.nextBoolean());
            if (comes) {
                add();
                await().pollInterval(Duration.ofMillis(5))
                        .until(() -> healthy() == registered.size());
                return;
            }
            Program leaves = registered.remove(random.nextInt(registered.size()));
            fixture.elb.deregisterTargets(request ->
                    request.targetGroupArn(group.targetGroupArn()).targets(target(leaves)));
            await().pollInterval(Duration.ofMillis(5)).until(() -> isGone(leaves));
            leaves.close();
            gone++;
        }

        private boolean isGone(Program program) {
            return fixture.elb
                    .describeTargetHealth(request ->
                            request.targetGroupArn(group.targetGroupArn()).targets(target(program)))
                    .targetHealthDescriptions()
                    .getFirst()
                    .targetHealth()
                    .stateAsString()
                    .equals("unused");
        }

        @Override
        public void close() throws IOException {
            for (Program each : registered) {
                each.close();
            }
        }
    }

    /** Answers everything alike. */
    private static final class Program implements AutoCloseable {
        private final ServerSocket server =
                new ServerSocket(0, 1000, InetAddress.ofLiteral("127.0.0.1"));
        private final Collection<Socket> sockets = ConcurrentHashMap.newKeySet();

        private Program() throws IOException {
            Thread.ofVirtual().start(this::accept);
        }

        private int port() {
            return server.getLocalPort();
        }

        private void accept() {
            while (!server.isClosed()) {
                try {
                    Socket socket = server.accept();
                    sockets.add(socket);
                    Thread.ofVirtual().start(() -> serve(socket));
                } catch (IOException closed) {
                    return;
                }
            }
        }

        /** A request ends with an empty line: none here has a body. */
        private void serve(Socket socket) {
            try (socket) {
                socket.setTcpNoDelay(true);
                InputStream in = socket.getInputStream();
                OutputStream out = socket.getOutputStream();
                byte[] buffer = new byte[4096];
                int matched = 0;
                for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                    for (int i = 0; i < read; i++) {
                        boolean fits = buffer[i] == (matched % 2 == 0 ? '\r' : '\n');
                        matched = fits ? matched + 1 : buffer[i] == '\r' ? 1 : 0;
                        if (matched == 4) {
                            matched = 0;
                            out.write(ANSWER);
                        }
                    }
                }
            } catch (IOException stopped) {
                sockets.remove(socket);
            }
        }

        @Override
        public void close() throws IOException {
            server.close();
            for (Socket each : sockets) {
                each.close();
            }
        }
    }

    private record Reports(ElbFixture fixture) implements TargetReports {

        @Override
        public void probed(String group, String targetId, int port, ProbeResult result) {
            fixture.engine.balancing().probed(group, targetId, port, result);
        }

        @Override
        public void idle(String group, String targetId, int port) {
            fixture.engine.balancing().idle(group, targetId, port);
        }
    }
}
