package dev.dryberth.core.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dryberth.core.model.Deployment.RolloutState;
import dev.dryberth.core.model.Service;
import dev.dryberth.core.model.Task;

import org.junit.jupiter.api.Test;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** Zones with many tasks give to zones with few, while the service is steady. */
class RebalancingTest {

    private static final String UNEVEN =
            "(service web) is not AZ balanced with 4 tasks in us-east-1a, 0 tasks in us-east-1b,"
                    + " 0 tasks in us-east-1c. AZ Rebalancing in progress.";
    private static final String EVEN =
            "(service web) is AZ balanced with 2 tasks in us-east-1a, 1 tasks in us-east-1b,"
                    + " 1 tasks in us-east-1c.";
    private static final String STOPPED = "(service web) stopped AZ Rebalancing.";

    /** Four tasks in the first of three zones, the others of which just came. */
    private static ServiceRun uneven(int minimumHealthy, int maximum) {
        ServiceRun run = new ServiceRun(0, ServiceRun.percentages(minimumHealthy, maximum));
        run.create(ServiceRun.GOOD).passSeconds(30);
        run.offer(1);
        run.scale(4);
        run.passSeconds(30);
        assertThat(zones(run)).isEqualTo(Map.of("us-east-1a", 4));
        assertThat(run.service().steady()).isTrue();
        run.resetExtremes();
        run.offer(3);
        return run;
    }

    /** Four tasks on the only instance, in the first zone. */
    private static ServiceRun onOneInstance(int maximum, int cpuUnits) {
        ServiceRun run = new ServiceRun(4, ServiceRun.percentages(100, maximum));
        run.addInstance("1", "us-east-1a", cpuUnits);
        run.createOnInstances(ServiceRun.GOOD);
        run.switchRebalancing(true);
        run.passSeconds(60);
        assertThat(zones(run)).isEqualTo(Map.of("us-east-1a", 4));
        return run;
    }

    private static Map<String, Integer> zones(ServiceRun run) {
        Map<String, Integer> zones = new TreeMap<>();
        for (Task each : run.running()) {
            zones.merge(Objects.requireNonNull(each.origin().availabilityZone()), 1, Integer::sum);
        }
        return zones;
    }

    private static List<String> lastEvents(ServiceRun run, int count) {
        List<String> events = run.events();
        return events.subList(events.size() - count, events.size());
    }

    private static void protect(ServiceRun run, Instant until) {
        run.running().forEach(each -> run.protect(each.arn(), until));
    }

    private static void assertEvenAndSteady(ServiceRun run) {
        assertThat(zones(run)).isEqualTo(Map.of("us-east-1a", 2, "us-east-1b", 1, "us-east-1c", 1));
        assertThat(run.service().steady()).isTrue();
        assertThat(run.service().rebalancing()).isFalse();
        assertThat(run.primary().rolloutState()).isEqualTo(RolloutState.COMPLETED);
    }

    @Test
    void startsTasksInTheZonesWithFewAndStopsAsManyInTheZoneWithMost() {
        ServiceRun run = uneven(100, 200);
        List<Task> before = run.running();
        run.switchRebalancing(true);
        run.passSeconds(60);

        assertEvenAndSteady(run);
        assertThat(lastEvents(run, 5))
                .containsExactly(
                        UNEVEN,
                        "(service web) has started 1 tasks in us-east-1b to AZ Rebalance: (task"
                                + " ID).",
                        "(service web) has started 1 tasks in us-east-1c to AZ Rebalance: (task"
                                + " ID).",
                        "(service web) has stopped 2 running tasks in us-east-1a due to AZ"
                                + " rebalancing: (task ID) (task ID).",
                        EVEN);
        assertThat(run.mostLive).isEqualTo(6);
        assertThat(run.fewestHealthy).isEqualTo(4);
        assertThat(before)
                .filteredOn(each -> !run.running().contains(each))
                .extracting(
                        each -> Objects.requireNonNull(run.world.tasks().get(each.arn())).stop())
                .hasSize(2)
                .allMatch(stop ->
                        Objects.requireNonNull(stop)
                                .reason()
                                .equals(
                                        "Availability-zone rebalancing initiated by (deployment "
                                                + run.primary().id()
                                                + ")"));
    }

    @Test
    void movesOneByOneWhereMaximumPercentLeavesRoomForOne() {
        ServiceRun run = uneven(100, 125);
        run.switchRebalancing(true);
        run.passSeconds(120);

        assertEvenAndSteady(run);
        assertThat(run.mostLive).isEqualTo(5);
        assertThat(run.fewestHealthy).isEqualTo(4);
        assertThat(run.events()).containsOnlyOnce(UNEVEN).containsOnlyOnce(EVEN);
    }

    @Test
    void movesNothingWithoutRoomAndNothingUnasked() {
        ServiceRun full = uneven(50, 100);
        full.switchRebalancing(true);
        ServiceRun unasked = uneven(100, 200);
        for (ServiceRun run : List.of(full, unasked)) {
            List<String> before = run.events();
            run.passSeconds(60);
            assertThat(zones(run)).isEqualTo(Map.of("us-east-1a", 4));
            assertThat(run.events()).isEqualTo(before);
        }
    }

    @Test
    void anEvenServiceSaysNothing() {
        ServiceRun run = new ServiceRun(4, ServiceRun.percentages(100, 200));
        run.create(ServiceRun.GOOD);
        run.switchRebalancing(true);
        run.passSeconds(60);

        assertThat(zones(run).values()).containsExactlyInAnyOrder(2, 1, 1);
        assertThat(run.events()).noneMatch(each -> each.contains("AZ"));
    }

    @Test
    void aDeploymentStopsItAndSpreadsItsOwnTasks() {
        ServiceRun run = uneven(100, 200);
        run.switchRebalancing(true);
        assertThat(run.service().rebalancing()).isTrue();

        run.deploy(ServiceRun.BETTER).passSeconds(120);
        assertThat(run.events()).containsOnlyOnce(STOPPED).doesNotContain(EVEN);
        assertThat(run.images()).isEqualTo(Map.of(ServiceRun.BETTER, 4));
        assertThat(zones(run).values()).containsExactlyInAnyOrder(2, 1, 1);
        assertThat(run.service().rebalancing()).isFalse();
    }

    @Test
    void aTaskThatDiesStopsItUntilTheServiceIsSteadyAgain() {
        ServiceRun run = uneven(100, 200);
        run.switchRebalancing(true);
        run.passSeconds(2);
        for (int i = 0; i < 3; i++) {
            run.die(run.running().getFirst().arn());
        }
        run.passSeconds(120);

        assertThat(run.events()).contains(STOPPED);
        assertThat(zones(run).values()).containsExactlyInAnyOrder(2, 1, 1);
        assertThat(run.service().rebalancing()).isFalse();
        assertThat(run.service().steady()).isTrue();
    }

    @Test
    void turningItOffStopsIt() {
        ServiceRun run = uneven(100, 200);
        run.switchRebalancing(true);
        run.passSeconds(2);
        run.switchRebalancing(false);
        run.passSeconds(60);

        assertThat(run.events()).contains(STOPPED);
        assertThat(run.running()).hasSize(4);
        assertThat(run.service().rebalancing()).isFalse();
    }

    @Test
    void protectedTasksMoveWhenTheyAreFree() {
        ServiceRun run = uneven(100, 200);
        protect(run, run.loop.clock().now().plusSeconds(100));
        run.switchRebalancing(true);
        run.passSeconds(90);
        assertThat(zones(run)).isEqualTo(Map.of("us-east-1a", 4));
        assertThat(run.events()).doesNotContain(UNEVEN);

        run.passSeconds(60);
        assertEvenAndSteady(run);
    }

    /** Three protected tasks in a, one in b that was: neither a nor b can give one to c yet. */
    @Test
    void aProtectionThatHasEndedIsNotWaitedFor() {
        ServiceRun run = new ServiceRun(0, ServiceRun.percentages(100, 200));
        run.create(ServiceRun.GOOD).passSeconds(30);
        run.offer(1);
        run.scale(3);
        run.passSeconds(30);
        Instant now = run.loop.clock().now();
        protect(run, now.plusSeconds(100));
        run.offer(2);
        run.scale(4);
        run.passSeconds(30);
        run.running().stream()
                .filter(each -> "us-east-1b".equals(each.origin().availabilityZone()))
                .forEach(each -> run.protect(each.arn(), now));
        run.offer(3);
        run.switchRebalancing(true);
        run.passSeconds(60);
        assertThat(zones(run)).isEqualTo(Map.of("us-east-1a", 3, "us-east-1b", 1));

        run.passSeconds(60);
        assertEvenAndSteady(run);
    }

    @Test
    void protectionInTheMiddleStopsItAndTheNewTasksGo() {
        ServiceRun run = uneven(100, 200);
        run.switchRebalancing(true);
        protect(run, run.loop.clock().now().plusSeconds(100));
        run.passSeconds(60);
        assertThat(run.events()).containsOnlyOnce(STOPPED);
        assertThat(zones(run)).isEqualTo(Map.of("us-east-1a", 4));

        run.passSeconds(120);
        assertEvenAndSteady(run);
    }

    @Test
    void withoutRoomLeftItStops() {
        ServiceRun run = uneven(100, 125);
        run.switchRebalancing(true);
        run.command(tx -> {
            Service next = run.service().copy().rules(ServiceRun.percentages(50, 100)).build();
            tx.put(run.world.services(), run.arn, next);
            return next;
        });
        run.passSeconds(60);

        assertThat(run.events()).containsOnlyOnce(STOPPED);
        assertThat(zones(run)).isEqualTo(Map.of("us-east-1a", 3, "us-east-1b", 1));
        assertThat(run.service().rebalancing()).isFalse();
    }

    @Test
    void tasksThatDoNotStartKeepTheOldOnes() {
        ServiceRun run = uneven(100, 200);
        run.remake("simulated/missing");
        run.switchRebalancing(true);
        run.passSeconds(120);

        assertThat(zones(run)).isEqualTo(Map.of("us-east-1a", 4));
        assertThat(run.events()).containsOnlyOnce(UNEVEN).doesNotContain(EVEN);
        assertThat(run.primary().launchFailures()).isPositive();
    }

    @Test
    void whatFindsNoPlaceSaysSoOnceAndMovesWhenThereIsOne() {
        String problem =
                "(service web) is unable to place a task in us-east-1b because no container"
                        + " instance met all of its requirements.";
        ServiceRun run = onOneInstance(200, 1024);
        run.need(2000);
        run.addInstance("2", "us-east-1b", 1024);
        run.passSeconds(60);
        assertThat(zones(run)).isEqualTo(Map.of("us-east-1a", 4));
        assertThat(run.events().getLast()).isEqualTo(problem);
        assertThat(run.events()).containsOnlyOnce(problem);

        run.addInstance("3", "us-east-1b", 4096);
        run.passSeconds(60);
        assertThat(zones(run)).isEqualTo(Map.of("us-east-1a", 2, "us-east-1b", 2));
        assertThat(run.service().problem()).isNull();
    }

    @Test
    void aZoneWithoutRoomKeepsNobodyFromOthers() {
        ServiceRun run = onOneInstance(125, 4096);
        run.need(2000);
        run.addInstance("2", "us-east-1b", 1024);
        run.addInstance("3", "us-east-1c", 4096);
        run.passSeconds(120);
        assertThat(zones(run)).isEqualTo(Map.of("us-east-1a", 2, "us-east-1c", 2));

        run.die(run.running().getFirst().arn());
        run.loop.runPosted();
        run.passSeconds(5);
        assertThat(run.running()).as("refused moves hold no start back").hasSize(4);
    }

    @Test
    void aTaskOutsideEveryZoneStays() {
        ServiceRun run = new ServiceRun(2, ServiceRun.percentages(100, 200));
        run.addInstance("1", null, 1024);
        run.createOnInstances(ServiceRun.GOOD);
        run.switchRebalancing(true);
        run.passSeconds(60);
        run.addInstance("2", "us-east-1a", 1024);
        run.addInstance("3", "us-east-1b", 1024);
        run.passSeconds(60);
        assertThat(run.running()).hasSize(2);
        assertThat(run.service().steady()).isTrue();
    }

    @Test
    void anInstanceInAnotherZoneTakesItsShare() {
        ServiceRun run = onOneInstance(200, 1024);

        run.addInstance("2", "us-east-1b", 1024);
        run.passSeconds(60);
        assertThat(zones(run)).isEqualTo(Map.of("us-east-1a", 2, "us-east-1b", 2));
        assertThat(run.events().getLast())
                .isEqualTo(
                        "(service web) is AZ balanced with 2 tasks in us-east-1a, 2 tasks in"
                                + " us-east-1b.");
    }
}
