package dev.dryberth.core.loop;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

@Timeout(20)
final class EventLoopTest {

    private final EventLoop loop = new EventLoop(new Clock(InstantSource.system(), 1));
    private final List<String> ran = Collections.synchronizedList(new ArrayList<>());

    @AfterEach
    void closeLoop() {
        loop.close();
    }

    @Test
    void runsEventsInTheOrderTheyWerePostedOnItsOwnThread() {
        loop.post(() -> ran.add("first in loop " + loop.inLoop()));
        loop.post(() -> ran.add("second on " + Thread.currentThread().getName()));
        loop.start();
        await();

        assertThat(ran).containsExactly("first in loop true", "second on dryberth-loop");
        assertThat(loop.inLoop()).isFalse();
    }

    @Test
    void survivesAnEventThatThrows() {
        loop.start();
        loop.post(() -> {
            throw new IllegalStateException("thrown by a test, on purpose");
        });
        loop.post(() -> ran.add("next"));
        await();

        assertThat(ran).containsExactly("next");
    }

    @Test
    void runsTimersWhenDueAndInOrderOfTheirTimes() throws Exception {
        CountDownLatch last = new CountDownLatch(1);
        loop.start();
        Instant now = Instant.now();
        loop.post(() -> {
            loop.schedule("late", now.plusMillis(60), last::countDown);
            loop.schedule("middle", now.plusMillis(30), () -> ran.add("middle"));
            loop.schedule("early", now.plusMillis(10), () -> ran.add("early"));
        });

        assertThat(last.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(ran).containsExactly("early", "middle");
        assertThat(Duration.between(now, Instant.now())).isGreaterThan(Duration.ofMillis(59));
    }

    @Test
    void aTimerReplacesTheOneOfItsTagAndCanBeCancelled() throws Exception {
        CountDownLatch last = new CountDownLatch(1);
        loop.start();
        Instant now = Instant.now();
        loop.post(() -> {
            loop.schedule("a", now.plusMillis(30), () -> ran.add("replaced"));
            loop.schedule("a", now.plusMillis(40), () -> ran.add("a"));
            loop.schedule("b", now.plusMillis(40), () -> ran.add("cancelled"));
            loop.cancel("b");
            loop.schedule("c", now.plusMillis(60), last::countDown);
        });

        assertThat(last.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(ran).containsExactly("a");
    }

    @Test
    void refusesRequestsBeyondItsLimitButNeverAnEvent() {
        int accepted = 0;
        while (loop.tryPost(() -> ran.add("request"))) {
            accepted++;
        }
        loop.post(() -> ran.add("event"));

        assertThat(accepted).isEqualTo(EventLoop.MAX_QUEUED_REQUESTS);
        assertThat(loop.queued()).isEqualTo(EventLoop.MAX_QUEUED_REQUESTS + 1);
        loop.start();
        await();
        assertThat(ran).hasSize(EventLoop.MAX_QUEUED_REQUESTS + 1).endsWith("event");
        assertThat(loop.tryPost(() -> ran.add("again"))).isTrue();
    }

    @Test
    void aFloodOfEventsDoesNotHoldTimersBack() {
        AtomicInteger events = new AtomicInteger();
        CompletableFuture<Integer> eventsBeforeTimer = new CompletableFuture<>();
        loop.schedule("due", Instant.EPOCH, () -> eventsBeforeTimer.complete(events.get()));
        for (int i = 0; i < 10 * EventLoop.MAX_EVENTS_PER_TICK; i++) {
            loop.post(events::incrementAndGet);
        }
        loop.start();

        assertThat(eventsBeforeTimer.join()).isLessThan(EventLoop.MAX_EVENTS_PER_TICK);
    }

    @Test
    void closingRunsWhatWasPostedAndRefusesWhatComesAfter() {
        loop.start();
        for (int i = 0; i < 1000; i++) {
            loop.post(() -> ran.add("posted"));
        }
        loop.close();

        assertThat(ran).hasSize(1000);
        assertThat(loop.tryPost(() -> ran.add("after"))).isFalse();
    }

    @Test
    void losesNothingThatManyThreadsPostAtOnce() throws Exception {
        int threads = 4;
        int each = 100_000;
        AtomicInteger count = new AtomicInteger();
        CountDownLatch done = new CountDownLatch(threads * each);
        loop.start();
        for (int i = 0; i < threads; i++) {
            Thread.startVirtualThread(() -> {
                for (int j = 0; j < each; j++) {
                    loop.post(() -> {
                        count.setPlain(count.getPlain() + 1);
                        done.countDown();
                    });
                }
            });
        }

        assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(count.getPlain()).isEqualTo(threads * each);
    }

    @Test
    void timersCanBeScheduledAndCancelledFromAnyThread() throws Exception {
        CountDownLatch last = new CountDownLatch(1);
        loop.schedule("cancelled", Instant.EPOCH, () -> ran.add("cancelled"));
        loop.cancel("cancelled");
        loop.schedule("kept", Instant.EPOCH, last::countDown);
        loop.start();

        assertThat(last.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(ran).isEmpty();
    }

    private void await() {
        CompletableFuture<Void> reached = new CompletableFuture<>();
        loop.post(() -> reached.complete(null));
        reached.join();
    }
}
