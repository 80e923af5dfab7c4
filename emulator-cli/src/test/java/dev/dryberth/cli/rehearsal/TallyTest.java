package dev.dryberth.cli.rehearsal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dryberth.api.proxy.TrafficTap.Fault;
import dev.dryberth.api.proxy.TrafficTap.Settled;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

class TallyTest {

    private static final long SECOND = 1_000_000_000L;

    private final AtomicLong now = new AtomicLong();

    private Tally tally(String... faults) {
        return new Tally(
                60,
                java.util.Arrays.stream(faults).map(InjectedFault::parse).toList(),
                now::get,
                () -> 0.5);
    }

    @Test
    void countsSecondBySecondAndPutsRevisionsInAfterwards() {
        Tally tally = tally();
        tally.settled(new Settled("10.0.0.1", 80, 200));
        now.addAndGet(2 * SECOND);
        tally.rolled();
        tally.settled(new Settled("10.0.0.1", 80, 500));
        tally.settled(new Settled("10.0.0.2", 80, 404));
        tally.settled(new Settled("10.0.0.2", 80, 460));
        tally.settled(new Settled(null, 0, 503));
        tally.unanswered();
        tally.targets(Map.of("10.0.0.1:80", false, "10.0.0.2:80", true));
        assertThat(tally.seconds())
                .containsExactly(
                        new Tally.Second(
                                -2,
                                new Tally.Requests(1, 0),
                                Tally.Requests.NONE,
                                Tally.Requests.NONE),
                        new Tally.Second(
                                0,
                                new Tally.Requests(1, 1),
                                new Tally.Requests(2, 1),
                                new Tally.Requests(2, 2)));
    }

    @Test
    void injectsAFaultOnTheServicesClockAndOnlyIntoWhatItIsMeantFor() {
        Tally tally = tally("revision=new,after=2m,status=503,delay=1s");
        tally.targets(Map.of("10.0.0.1:80", false, "10.0.0.2:80", true));
        assertThat(tally.fault("10.0.0.2", 80)).as("before the roll-out").isNull();
        tally.rolled();
        now.addAndGet(SECOND);
        assertThat(tally.fault("10.0.0.2", 80)).as("after a minute").isNull();
        now.addAndGet(SECOND);
        assertThat(tally.fault("10.0.0.1", 80)).as("old").isNull();
        assertThat(tally.fault("10.0.0.3", 80)).as("not known yet").isNull();
        assertThat(tally.fault("10.0.0.2", 80)).isEqualTo(new Fault(503, Duration.ofSeconds(1)));
    }

    @Test
    void takesTheFirstFaultThatHolds() {
        Tally tally = tally("rate=0.4,status=501", "rate=0.6,status=502", "status=503");
        tally.rolled();
        assertThat(tally.fault("10.0.0.2", 80)).isEqualTo(new Fault(502, Duration.ZERO));
        assertThat(tally.seconds()).as("a fault alone is no request").isEmpty();
    }
}
