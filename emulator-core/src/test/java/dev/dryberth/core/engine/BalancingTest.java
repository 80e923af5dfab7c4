package dev.dryberth.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dryberth.core.balancing.ProbeResult;
import dev.dryberth.core.balancing.RouteTable;
import dev.dryberth.core.balancing.Samples;
import dev.dryberth.core.balancing.TargetHealth;
import dev.dryberth.core.model.Certificate;
import dev.dryberth.core.model.CertificateArn;
import dev.dryberth.core.model.Listener;
import dev.dryberth.core.model.Target;
import dev.dryberth.core.model.TargetGroup.TargetType;
import dev.dryberth.core.model.TargetState;
import dev.dryberth.core.model.TrafficProtocol;
import dev.dryberth.core.state.Tx;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

final class BalancingTest {

    private static final String GROUP = Samples.groupArn("blue").text();
    private static final Target.Key KEY = Samples.target("blue", "10.0.0.1", 80).key();

    private final EngineFixture fixture = EngineFixture.started(0);
    private final List<RouteTable> published = new ArrayList<>();

    private void write(Consumer<Tx> change) {
        CompletableFuture<Boolean> done =
                fixture.submit(tx -> {
                    change.accept(tx);
                    return true;
                });
        assertThat(done).isCompletedWithValue(true);
    }

    private void register() {
        write(tx -> {
            tx.put(
                    tx.world().targetGroups(),
                    Samples.groupArn("blue"),
                    Samples.group("blue", TargetType.IP));
            tx.put(tx.world().targets(), KEY, Samples.target("blue", "10.0.0.1", 80));
        });
    }

    private void listen() {
        write(tx -> {
            tx.put(
                    tx.world().loadBalancers(),
                    Samples.LOAD_BALANCER,
                    Samples.loadBalancer(Samples.LOAD_BALANCER, "127.1.0.1"));
            tx.put(
                    tx.world().listeners(),
                    Samples.LISTENER,
                    Samples.listener(
                            Samples.LISTENER,
                            TrafficProtocol.HTTP,
                            List.of(Samples.forwardTo("blue"))));
        });
    }

    private void deregister(Duration delay) {
        write(tx ->
                tx.put(
                        tx.world().targets(),
                        KEY,
                        Objects.requireNonNull(
                                TargetHealth.deregistered(
                                        target(), delay, fixture.loop.clock().now()))));
    }

    private Target target() {
        return Objects.requireNonNull(find());
    }

    private @Nullable Target find() {
        return fixture.world.targets().get(KEY);
    }

    private Balancing balancing() {
        return fixture.engine.balancing();
    }

    private static List<RouteTable.Target> targets(RouteTable table) {
        return Objects.requireNonNull(table.targetGroups().get(GROUP)).targets();
    }

    @Test
    void aTargetIsCheckedOnceItsGroupIsForwardedTo() {
        register();
        assertThat(target().state()).isEqualTo(TargetState.UNUSED);

        listen();
        assertThat(target().state()).isEqualTo(TargetState.INITIAL);

        write(tx -> tx.delete(tx.world().listeners(), Samples.LISTENER));
        assertThat(target().state()).isEqualTo(TargetState.UNUSED);
    }

    @Test
    void publishesRoutesWithWhatWasFollowedUp() {
        balancing().subscribe(published::add);
        register();
        listen();

        assertThat(published).hasSize(3).first().isEqualTo(RouteTable.EMPTY);
        assertThat(published.getLast()).isSameAs(balancing().routes());
        assertThat(targets(published.getLast()))
                .extracting(RouteTable.Target::state)
                .containsExactly(RouteTable.TargetState.INITIAL);
    }

    @Test
    void whatDoesNotConcernTrafficPublishesNothing() {
        balancing().subscribe(published::add);
        assertThat(fixture.putToken("a")).isCompleted();

        assertThat(published).containsExactly(RouteTable.EMPTY);
    }

    @Test
    void aReaderThatFailsDoesNotKeepOthersFromReading() {
        balancing()
                .subscribe(table -> {
                    if (!table.equals(RouteTable.EMPTY)) {
                        throw new IllegalStateException("a bug");
                    }
                });
        balancing().subscribe(published::add);
        listen();

        assertThat(published.getLast().loadBalancers()).hasSize(1);
    }

    @Test
    void aRefusedCommandPublishesNothing() {
        register();
        balancing().subscribe(published::add);
        CompletableFuture<?> refused =
                fixture.submit(tx -> {
                    tx.delete(tx.world().targets(), KEY);
                    throw new IllegalArgumentException("refused");
                });
        assertThat(refused).isCompletedExceptionally();

        assertThat(published).hasSize(1);
        assertThat(find()).isNotNull();
    }

    @Test
    void probesMakeATargetHealthyAndUnhealthy() {
        register();
        listen();

        probe(new ProbeResult.Passed());
        assertThat(target().state()).isEqualTo(TargetState.HEALTHY);
        probe(new ProbeResult.TimedOut());
        probe(new ProbeResult.TimedOut());
        assertThat(target().state()).isEqualTo(TargetState.UNHEALTHY);
        assertThat(targets(balancing().routes()).getFirst().state())
                .isEqualTo(RouteTable.TargetState.UNHEALTHY);
    }

    private void probe(ProbeResult result) {
        balancing().probed(GROUP, "10.0.0.1", 80, result);
        fixture.loop.drain();
    }

    @Test
    void aHealthyTargetsSuccessesWriteNothing() {
        register();
        listen();
        probe(new ProbeResult.Passed());
        balancing().subscribe(published::add);
        probe(new ProbeResult.Passed());

        assertThat(published).hasSize(1);
    }

    @Test
    void reportsAboutWhatIsGoneAreDropped() {
        probe(new ProbeResult.Passed());
        balancing().idle(GROUP, "10.0.0.1", 80);
        balancing().listening(Samples.LISTENER.text(), "in use");
        fixture.loop.drain();

        assertThat(fixture.world.targets().size()).isZero();
    }

    @Test
    void aDrainingTargetGoesWhenItsDelayIsOver() {
        register();
        listen();
        deregister(Duration.ofMinutes(5));

        fixture.loop.advance(Duration.ofSeconds(299));
        assertThat(target().state()).isEqualTo(TargetState.DRAINING);
        fixture.loop.advance(Duration.ofSeconds(1));
        assertThat(find()).isNull();
        assertThat(targets(balancing().routes())).isEmpty();
    }

    @Test
    void anIdleDrainingTargetGoesAfterASecond() {
        register();
        listen();
        deregister(Duration.ofMinutes(5));
        idle();
        assertThat(target().state()).isEqualTo(TargetState.DRAINING);

        fixture.loop.advance(Duration.ofSeconds(1));
        assertThat(find()).isNull();
    }

    @Test
    void aTargetThatBecomesIdleLateGoesAtOnce() {
        register();
        listen();
        deregister(Duration.ofMinutes(5));
        fixture.loop.advance(Duration.ofSeconds(2));
        idle();

        assertThat(find()).isNull();
    }

    @Test
    void idlenessNeverProlongsTheDelay() {
        register();
        listen();
        deregister(Duration.ofMillis(500));
        idle();

        fixture.loop.advance(Duration.ofMillis(500));
        assertThat(find()).isNull();
    }

    private void idle() {
        balancing().idle(GROUP, "10.0.0.1", 80);
        fixture.loop.drain();
    }

    @Test
    void aTargetRegisteredAgainNoLongerLeaves() {
        register();
        listen();
        deregister(Duration.ofMinutes(5));
        register();

        fixture.loop.advance(Duration.ofSeconds(301));
        assertThat(target().state()).isEqualTo(TargetState.INITIAL);
    }

    @Test
    void aPortThatCannotBeBoundIsRemembered() {
        listen();
        balancing().listening(Samples.LISTENER.text(), "Address already in use");
        fixture.loop.drain();
        assertThat(listener().problem()).isEqualTo("Address already in use");

        balancing().listening(Samples.LISTENER.text(), null);
        fixture.loop.drain();
        assertThat(listener().problem()).isNull();
    }

    private Listener listener() {
        return Objects.requireNonNull(fixture.world.listeners().get(Samples.LISTENER));
    }

    @Test
    void aRestartedDaemonKnowsItsRoutesAndGoesOnDraining() {
        register();
        listen();
        deregister(Duration.ofMinutes(5));

        EngineFixture next = fixture.killed();

        assertThat(next.engine.balancing().routes()).isEqualTo(balancing().routes());
        next.loop.advance(Duration.ofMinutes(5));
        assertThat(next.world.targets().get(KEY)).isNull();
    }

    @Test
    void aResetLeavesNoRoutes() {
        register();
        listen();
        CompletableFuture<Void> reset = fixture.engine.reset();
        fixture.loop.drain();

        assertThat(reset).isNotCompletedExceptionally();
        assertThat(balancing().routes()).isEqualTo(RouteTable.EMPTY);
    }

    @Test
    void publishesACertificateThatChangedUnderItsListener() {
        listen();
        CertificateArn arn = new CertificateArn(Samples.SCOPE, "one");
        fixture.engine.balancing().subscribe(published::add);
        int before = published.size();
        write(tx -> tx.put(tx.world().certificates(), arn, certificate(arn)));
        assertThat(published).hasSize(before + 1);
    }

    private static Certificate certificate(CertificateArn arn) {
        return new Certificate(
                arn, "shop.com", "leaf", "", "key", Samples.NOW, Samples.NOW, null, List.of());
    }
}
