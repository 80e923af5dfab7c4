package dev.dryberth.cli.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import software.amazon.awssdk.services.ecs.model.DeploymentConfiguration;
import software.amazon.awssdk.services.ecs.model.ServiceEvent;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** What takes the better part of a quarter of an hour on AWS takes seconds, in the same order. */
class SpeedIT {

    private static final String SPEED = "60";
    private static final int BAKE_MINUTES = 5;

    /** At the speed above. */
    private static final Duration BAKES_FOR = Duration.ofSeconds(BAKE_MINUTES * 60L / 60);

    private static final Duration CHECK_INTERVAL = Duration.ofSeconds(30);

    @Test
    void aDeploymentThatBakesForMinutesIsOverInSeconds() {
        try (DaemonUnderTest daemon =
                DaemonUnderTest.startWithoutPool("10.252.0.0/16", "--speed", SPEED)) {
            // Deregistration delay is what AWS sets: 300 s.
            FrontedService service =
                    FrontedService.create(
                            daemon,
                            new TaskBench(daemon),
                            "fast",
                            FrontedService.server("one"),
                            1,
                            DeploymentConfiguration.builder()
                                    .minimumHealthyPercent(100)
                                    .maximumPercent(200)
                                    .bakeTimeInMinutes(BAKE_MINUTES)
                                    .build(),
                            "/",
                            CHECK_INTERVAL);
            Instant updated = Instant.now();
            service.update(service.define(FrontedService.server("two")));
            service.awaitOnly("two");

            Duration took = Duration.between(updated, Instant.now());
            assertThat(took)
                    .isGreaterThan(BAKES_FOR)
                    .isLessThan(Duration.ofMinutes(BAKE_MINUTES).dividedBy(2));
            assertThat(said(service, updated))
                    .containsExactly(
                            "has started 1 tasks: ID.",
                            "registered 1 targets in ID",
                            "has stopped 1 running tasks: ID.",
                            "deregistered 1 targets in ID",
                            "has begun draining connections on 1 tasks.",
                            "deployment completed.",
                            "has reached a steady state.");
        }
    }

    /** Since then, the oldest first, without the names of things. */
    private static List<String> said(FrontedService service, Instant since) {
        List<String> said = new ArrayList<>();
        for (ServiceEvent each : service.describe().events().reversed()) {
            if (each.createdAt().isAfter(since)) {
                said.add(
                        each.message()
                                .replaceFirst("^\\(service [^)]*\\),? ", "")
                                .replaceFirst("^\\(deployment [^)]*\\) ", "")
                                .replaceAll("\\((task|target-group) [^)]*\\)", "ID"));
            }
        }
        return said;
    }
}
