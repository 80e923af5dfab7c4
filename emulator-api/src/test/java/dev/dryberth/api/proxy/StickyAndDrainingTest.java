package dev.dryberth.api.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import static java.util.Objects.requireNonNull;

import dev.dryberth.api.http.RawClient;
import dev.dryberth.core.balancing.RouteTable.TargetState;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;

class StickyAndDrainingTest {

    @RegisterExtension final PlaneFixture fixture = new PlaneFixture();

    private static final Map<String, String> BALANCER_COOKIE =
            Map.of("stickiness.enabled", "true", "stickiness.type", "lb_cookie");

    /** Every Set-Cookie of one answer, and its body. */
    private List<String> cookiesAndBody(Tables tables, String cookie) throws IOException {
        try (Socket socket = new Socket(tables.listening().getAddress(), tables.port)) {
            socket.getOutputStream()
                    .write(
                            ("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nCookie: "
                                            + cookie
                                            + "\r\n\r\n")
                                    .getBytes(StandardCharsets.UTF_8));
            String all = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            List<String> found = new ArrayList<>();
            all.lines()
                    .filter(line ->
                            line.toLowerCase(java.util.Locale.ROOT).startsWith("set-cookie: "))
                    .forEach(line -> found.add(line.substring("set-cookie: ".length())));
            found.add(all.substring(all.indexOf("\r\n\r\n") + 4));
            return found;
        }
    }

    private static String valueOf(String setCookie) {
        return setCookie.substring(0, setCookie.indexOf(';'));
    }

    private static Tables twoTargets(Origin a, Origin b, Map<String, String> attributes)
            throws IOException {
        Tables tables = Tables.forwardingTo("127.0.3.3", a, b);
        return tables.group("tg", attributes, requireNonNull(tables.groups.get("tg")).targets());
    }

    @Test
    void keepsAClientWithItsTargetByTheBalancersCookie() throws IOException {
        try (Origin a = Origin.named("a");
                Origin b = Origin.named("b")) {
            Tables tables = twoTargets(a, b, BALANCER_COOKIE);
            fixture.publish(tables.table());
            List<String> first = cookiesAndBody(tables, "x=y");
            assertThat(first).hasSize(3);
            assertThat(first.get(0)).startsWith("AWSALB=").contains("; Expires=", "; Path=/");
            assertThat(first.get(1)).startsWith("AWSALBCORS=").endsWith("; SameSite=None; Secure");
            for (int i = 0; i < 6; i++) {
                List<String> next = cookiesAndBody(tables, "x=y; " + valueOf(first.get(i % 2)));
                assertThat(next.getLast()).isEqualTo(first.getLast());
                assertThat(next.getFirst()).isNotEqualTo(first.getFirst());
            }
        }
    }

    @Test
    void choosesAnewWhenTheCookiesTargetDrains() throws IOException {
        try (Origin a = Origin.named("a");
                Origin b = Origin.named("b")) {
            Tables tables = twoTargets(a, b, BALANCER_COOKIE);
            fixture.publish(tables.table());
            List<String> first = cookiesAndBody(tables, "");
            boolean wasA = first.getLast().equals("a");
            tables.group(
                    "tg",
                    BALANCER_COOKIE,
                    List.of(
                            Tables.target(
                                    a.port(),
                                    wasA ? TargetState.DRAINING : TargetState.HEALTHY,
                                    Instant.now().plusSeconds(60)),
                            Tables.target(
                                    b.port(),
                                    wasA ? TargetState.HEALTHY : TargetState.DRAINING,
                                    Instant.now().plusSeconds(60))));
            fixture.publish(tables.table());
            List<String> next = cookiesAndBody(tables, valueOf(first.getFirst()));
            assertThat(next.getLast()).isEqualTo(wasA ? "b" : "a");
            assertThat(cookiesAndBody(tables, valueOf(next.getFirst())).getLast())
                    .isEqualTo(next.getLast());
        }
    }

    @Test
    void followsTheApplicationsCookieOnlyWhenItIsSet() throws IOException {
        Origin.Script script =
                (request, out, socket) ->
                        Origin.text(
                                out,
                                200,
                                String.valueOf(socket.getLocalPort()),
                                request.header("cookie").contains("quiet")
                                        ? "X: y"
                                        : "Set-Cookie: session=1");
        try (Origin a = new Origin(script);
                Origin b = new Origin(script)) {
            Tables tables =
                    twoTargets(
                            a,
                            b,
                            Map.of(
                                    "stickiness.enabled", "true",
                                    "stickiness.type", "app_cookie",
                                    "stickiness.app_cookie.cookie_name", "session"));
            fixture.publish(tables.table());
            List<String> first = cookiesAndBody(tables, "");
            assertThat(first.get(1)).startsWith("AWSALBAPP-0=");
            assertThat(first.get(4)).startsWith("AWSALBAPP-3=_remove_");
            for (int i = 0; i < 4; i++) {
                List<String> next = cookiesAndBody(tables, "quiet=1; " + valueOf(first.get(1)));
                assertThat(next).containsExactly(first.getLast());
            }
        }
    }

    @Test
    void keepsAClientWithItsTargetGroup() throws IOException {
        try (Origin a = Origin.named("a");
                Origin b = Origin.named("b")) {
            Tables tables = new Tables("127.0.3.3");
            tables.group("a", Map.of(), List.of(Tables.target(a.port(), TargetState.HEALTHY)));
            tables.group("b", Map.of(), List.of(Tables.target(b.port(), TargetState.HEALTHY)));
            tables.defaultActions =
                    List.of(Tables.forward(Duration.ofMinutes(1), "a", 50, "b", 50));
            fixture.publish(tables.table());
            List<String> first = cookiesAndBody(tables, "");
            assertThat(first.get(0)).startsWith("AWSALBTG=");
            assertThat(first.get(1)).startsWith("AWSALBTGCORS=");
            for (int i = 0; i < 6; i++) {
                assertThat(cookiesAndBody(tables, valueOf(first.getFirst())).getLast())
                        .isEqualTo(first.getLast());
            }
        }
    }

    @Test
    void letsARequestInHandFinishAndThenTellsTheTargetIsIdle() throws Exception {
        CountDownLatch finish = new CountDownLatch(1);
        try (Origin slow =
                        new Origin((request, out, socket) -> {
                            finish.await();
                            return Origin.text(out, 200, "slow");
                        });
                Origin other = Origin.named("other")) {
            Tables tables = Tables.forwardingTo("127.0.3.3", slow);
            fixture.publish(tables.table());
            try (RawClient client = fixture.client(tables)) {
                client.sendHead("GET / HTTP/1.1", "Host: a");
                await().until(() -> slow.requests().size() == 1);
                drain(tables, slow, other, Instant.now().plusSeconds(60));
                assertThat(fixture.get(tables, "/").body()).isEqualTo("other");
                assertThat(fixture.idle).isEmpty();
                finish.countDown();
                assertThat(client.read().body()).isEqualTo("slow");
                await().until(() -> fixture.idle.equals(List.of(slow.port())));
            }
        }
    }

    private void drain(Tables tables, Origin draining, Origin other, Instant until) {
        tables.group(
                "tg",
                Map.of(),
                List.of(
                        Tables.target(draining.port(), TargetState.DRAINING, until),
                        Tables.target(other.port(), TargetState.HEALTHY)));
        fixture.publish(tables.table());
    }

    @Test
    void tellsAtOnceThatATargetWithoutRequestsIsIdle() throws IOException {
        try (Origin a = Origin.named("a");
                Origin b = Origin.named("b")) {
            Tables tables = Tables.forwardingTo("127.0.3.3", a, b);
            fixture.publish(tables.table());
            drain(tables, a, b, Instant.now().plusSeconds(60));
            assertThat(fixture.idle).containsExactly(a.port());
            drain(tables, a, b, Instant.now().plusSeconds(60));
            assertThat(fixture.idle).containsExactly(a.port());
        }
    }

    @Test
    void cutsWhatIsStillInHandWhenTheDelayEnds() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        try (Origin slow =
                        new Origin((request, out, socket) -> {
                            never.await();
                            return false;
                        });
                Origin other = Origin.named("other")) {
            Tables tables = Tables.forwardingTo("127.0.3.3", slow);
            fixture.publish(tables.table());
            try (RawClient client = fixture.client(tables)) {
                client.sendHead("GET / HTTP/1.1", "Host: a");
                await().until(() -> slow.requests().size() == 1);
                drain(tables, slow, other, Instant.now().plusMillis(200));
                assertThat(client.read().status()).isEqualTo(502);
                await().until(() -> fixture.idle.contains(slow.port()));
            }
            never.countDown();
        }
    }

    /** Targets come and go while four clients ask as fast as they can; nobody may notice. */
    @Test
    void losesNoRequestWhileTargetsComeAndGo() throws Exception {
        AtomicBoolean over = new AtomicBoolean();
        try (Origin a = Origin.named("a");
                Origin b = Origin.named("b");
                ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            Tables tables = Tables.forwardingTo("127.0.3.3", a, b);
            fixture.publish(tables.table());
            List<Future<Integer>> counts = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                counts.add(clients.submit(() -> ask(tables, over)));
            }
            for (int round = 0; round < 60; round++) {
                Origin leaving = round % 2 == 0 ? a : b;
                Origin staying = round % 2 == 0 ? b : a;
                int before = fixture.idle.size();
                drain(tables, leaving, staying, Instant.now().plusSeconds(60));
                await().pollInterval(Duration.ofMillis(2))
                        .until(() -> fixture.idle.size() > before);
                tables.group(
                        "tg",
                        Map.of(),
                        List.of(Tables.target(staying.port(), TargetState.HEALTHY)));
                fixture.publish(tables.table());
                tables.group(
                        "tg",
                        Map.of(),
                        List.of(
                                Tables.target(a.port(), TargetState.HEALTHY),
                                Tables.target(b.port(), TargetState.HEALTHY)));
                fixture.publish(tables.table());
            }
            over.set(true);
            for (Future<Integer> each : counts) {
                assertThat(each.get()).isPositive();
            }
        }
    }

    private int ask(Tables tables, AtomicBoolean over) throws IOException {
        int count = 0;
        try (RawClient client = fixture.client(tables)) {
            while (!over.get()) {
                client.sendHead("GET / HTTP/1.1", "Host: a");
                assertThat(client.read().status()).isEqualTo(200);
                count++;
            }
        }
        return count;
    }
}
