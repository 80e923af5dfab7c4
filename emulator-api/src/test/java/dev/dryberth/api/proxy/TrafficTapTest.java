package dev.dryberth.api.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.dryberth.api.http.RawClient;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

class TrafficTapTest {

    @RegisterExtension final PlaneFixture fixture = new PlaneFixture();

    private static final class Tap implements TrafficTap {

        final List<Settled> settled = new CopyOnWriteArrayList<>();
        volatile @Nullable Fault fault;

        @Override
        public @Nullable Fault fault(String targetId, int port) {
            return fault;
        }

        @Override
        public void settled(Settled request) {
            settled.add(request);
        }
    }

    @Test
    void aFaultAnswersInTheTargetsPlaceAndIsCountedAsItsAnswer() throws IOException {
        try (Origin echo = Origin.echo()) {
            Tables tables = Tables.forwardingTo("127.0.3.1", echo);
            fixture.publish(tables.table());
            Tap tap = new Tap();
            fixture.plane.tap(tap);
            tap.fault = new TrafficTap.Fault(503, Duration.ZERO);
            try (RawClient client = fixture.client(tables)) {
                assertThat(client.post("/", "", "a body").status()).isEqualTo(503);
                assertThat(client.post("/", "", "again, on the same connection").body())
                        .startsWith("503: a fault injected for ");
                tap.fault = null;
                assertThat(client.post("/", "", "body").status()).isEqualTo(200);
            }
            assertThat(echo.requests()).hasSize(1);
            await().until(() -> tap.settled.size() == 3);
            assertThat(tap.settled)
                    .extracting(TrafficTap.Settled::status)
                    .containsExactly(503, 503, 200);
            assertThat(tap.settled)
                    .extracting(TrafficTap.Settled::targetPort)
                    .containsOnly(echo.port());
            assertThat(fixture.plane.metrics().prometheus())
                    .containsPattern("target[^\n]*5xx[^\n]* 2\n");
        }
    }

    @Test
    void aFaultMayTakeItsTime() throws IOException {
        try (Origin echo = Origin.echo()) {
            Tables tables = Tables.forwardingTo("127.0.3.1", echo);
            fixture.publish(tables.table());
            Tap tap = new Tap();
            tap.fault = new TrafficTap.Fault(204, Duration.ofMillis(150));
            fixture.plane.tap(tap);
            long start = System.nanoTime();
            assertThat(fixture.get(tables, "/").status()).isEqualTo(204);
            assertThat(Duration.ofNanos(System.nanoTime() - start))
                    .isGreaterThanOrEqualTo(Duration.ofMillis(150));
        }
    }

    @Test
    void whatNoTargetAnsweredIsToldWithoutOne() throws IOException {
        Tables tables = Tables.forwardingTo("127.0.3.1");
        fixture.publish(tables.table());
        Tap tap = new Tap();
        fixture.plane.tap(tap);
        assertThat(fixture.get(tables, "/").status()).isEqualTo(503);
        await().until(() -> !tap.settled.isEmpty());
        assertThat(tap.settled).containsExactly(new TrafficTap.Settled(null, 0, 503));
    }
}
