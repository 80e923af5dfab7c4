package dev.dryberth.cli.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dryberth.cli.faults.Thorough;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.time.Duration;
import java.util.Map;

/** A service that is rolled in the middle of thousands of requests loses none of them. */
class AvailabilityIT {

    private static final int REQUESTS = Thorough.count(6_000, 50_000);
    private static final int BEFORE_THE_ROLL = REQUESTS / 3;
    private static final int AFTER_THE_ROLL = REQUESTS / 3;
    private static final int VISITORS = 6;

    /** The targets are shell scripts: without it they would take both processors for themselves. */
    private static final Duration PAUSE = Duration.ofMillis(Thorough.count(5, 0));

    private static final int TASKS = 4;

    private static DaemonUnderTest daemon;
    private static TaskBench bench;

    @BeforeAll
    static void start() {
        daemon = DaemonUnderTest.startWithoutPool("10.251.0.0/16", "--speed", FrontedService.SPEED);
        bench = new TaskBench(daemon);
    }

    @AfterAll
    static void close() {
        daemon.close();
    }

    /**
     * Answers on connections that stay open, until SIGTERM, which ends all of them at once: only a
     * drained task does no harm. Two kinds of {@code nc} are about, with different options.
     */
    private static String server(String says) {
        return """
        cat > /answer <<'SCRIPT'
        #!/bin/sh
        while read -r request; do
            while read -r header && [ "${#header}" -gt 1 ]; do :; done
            printf 'HTTP/1.1 200 OK\\r\\nContent-Length: %d\\r\\n\\r\\n%s'
        done
        SCRIPT
        chmod +x /answer
        trap 'exit 143' TERM
        { nc -ll -p 80 -e /answer || nc -lk -p 80 -e /answer; } &
        wait
        """
                .formatted(says.length(), says);
    }

    @ParameterizedTest
    @CsvSource({"100, 200", "50, 100"})
    void noRequestIsLost(int minimumHealthyPercent, int maximumPercent) {
        FrontedService service =
                FrontedService.create(
                        daemon,
                        bench,
                        "rolled-" + minimumHealthyPercent,
                        server("one"),
                        TASKS,
                        FrontedService.rules(minimumHealthyPercent, maximumPercent),
                        "/");
        try (Visitors visitors = service.visitors(VISITORS, PAUSE)) {
            service.awaits("some visits", () -> visitors.total() >= BEFORE_THE_ROLL);
            service.update(service.define(server("two")));
            service.awaitOnly("two");
            long one = visitors.count("200 one");
            long rolled = visitors.total();
            service.awaits(
                    "all visits",
                    () -> visitors.total() >= Math.max(REQUESTS, rolled + AFTER_THE_ROLL));

            Map<String, Long> answers = visitors.leave();
            assertThat(answers).containsOnlyKeys("200 one", "200 two");
            assertThat(answers.get("200 one"))
                    .as("nothing old answers after the roll")
                    .isEqualTo(one)
                    .isGreaterThan(BEFORE_THE_ROLL / 2L);
        }
    }
}
