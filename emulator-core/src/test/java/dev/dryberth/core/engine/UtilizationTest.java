package dev.dryberth.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dryberth.core.metrics.Aggregate;
import dev.dryberth.core.model.ContainerInstance;
import dev.dryberth.core.model.ContainerInstanceArn;
import dev.dryberth.core.model.Dimension;
import dev.dryberth.core.model.Metric;
import dev.dryberth.core.model.Task;
import dev.dryberth.core.model.TaskArn;
import dev.dryberth.core.model.TaskOrigin;
import dev.dryberth.core.runtime.RuntimeEvent;
import dev.dryberth.core.task.Recipes;
import dev.dryberth.core.task.Tasks;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

class UtilizationTest {

    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final long SECOND_NANOS = 1_000_000_000;
    private static final ContainerInstanceArn INSTANCE =
            new ContainerInstanceArn(Tasks.SCOPE, "default", "0a");

    private final EngineFixture fixture = EngineFixture.started(0);

    private static Metric metric(String name, String... dimensions) {
        return new Metric(
                Utilization.NAMESPACE,
                name,
                dimensions.length == 1
                        ? List.of(new Dimension("ClusterName", dimensions[0]))
                        : List.of(
                                new Dimension("ClusterName", dimensions[0]),
                                new Dimension("ServiceName", dimensions[1])));
    }

    /** A running task, half a processor and half a gibibyte large. */
    private TaskArn run(String id, String group, @Nullable ContainerInstanceArn instance) {
        TaskArn arn = fixture.runBridge(id, Recipes.container("app"));
        var _ =
                fixture.submit(tx -> {
                    Task task = fixture.task(arn);
                    tx.put(tx.world().tasks(), arn, withOrigin(task, group, instance));
                    return true;
                });
        fixture.up(arn, "app");
        var _ = fixture.effects();
        return arn;
    }

    private static Task withOrigin(
            Task task, String group, @Nullable ContainerInstanceArn instance) {
        TaskOrigin origin = task.origin();
        return new Task(
                task.arn(),
                new TaskOrigin(
                        origin.taskDefinition(),
                        group,
                        null,
                        origin.launchType(),
                        null,
                        null,
                        null,
                        origin.networkMode(),
                        "512",
                        "512",
                        null,
                        null,
                        instance,
                        false,
                        origin.overrides(),
                        List.of()),
                task.lastStatus(),
                task.desiredStatus(),
                null,
                task.health(),
                task.containers(),
                null,
                task.times(),
                task.version() + 1,
                false,
                List.of(),
                null);
    }

    private void ask(Metric metric) {
        assertThat(
                        fixture.submit(tx -> {
                            fixture.engine.utilization().asked(Tasks.SCOPE, metric);
                            return true;
                        }))
                .isCompleted();
        fixture.loop.advance(Duration.ZERO);
    }

    private void measured(TaskArn arn, long cpuSeconds, long memoryMiB) {
        fixture.tell(
                new RuntimeEvent.TaskMeasured(
                        arn,
                        cpuSeconds * SECOND_NANOS,
                        memoryMiB << 20,
                        fixture.loop.clock().now()));
    }

    private List<Double> values(Metric metric) {
        return fixture
                .engine
                .alarming()
                .store()
                .read(
                        Tasks.SCOPE,
                        metric,
                        "Percent",
                        Instant.EPOCH,
                        fixture.loop.clock().now().plus(MINUTE),
                        MINUTE.toMillis())
                .values()
                .stream()
                .map(Aggregate::average)
                .toList();
    }

    @Test
    void measuresNothingUntilSomebodyAsks() {
        run("one", "service:web", null);
        fixture.loop.advance(Duration.ofMinutes(10));
        assertThat(fixture.effects()).isEmpty();

        ask(metric("CPUReservation", "default", "web"));
        ask(new Metric("shop", "CPUUtilization", List.of()));
        fixture.loop.advance(Duration.ofMinutes(10));
        assertThat(fixture.effects()).isEmpty();
    }

    @Test
    void measuresEachTaskOfAServiceOnceAMinuteForAWhile() {
        run("one", "service:web", null);
        run("two", "service:other", null);
        run("three", "family:web", null);

        ask(metric("CPUUtilization", "default", "web"));
        ask(metric("MemoryUtilization", "default", "web"));
        assertThat(fixture.effects()).containsExactly("MeasureTask one");
        fixture.loop.advance(MINUTE);
        assertThat(fixture.effects()).containsExactly("MeasureTask one");
        fixture.loop.advance(Utilization.INTEREST);
        assertThat(fixture.effects()).hasSize(14);
        fixture.loop.advance(Duration.ofHours(1));
        assertThat(fixture.effects()).isEmpty();
        assertThat(fixture.loop.timerTags()).doesNotContain("utilization");
    }

    @Test
    void publishesPercentagesOfWhatATaskReserves() {
        TaskArn task = run("one", "service:web", null);
        fixture.loop.advance(Duration.ofSeconds(10));
        ask(metric("CPUUtilization", "default", "web"));
        measured(task, 1, 128);
        fixture.loop.advance(Duration.ofSeconds(50));
        measured(task, 26, 256);

        assertThat(values(metric("CPUUtilization", "default", "web"))).containsExactly(20.0, 100.0);
        assertThat(values(metric("MemoryUtilization", "default", "web")))
                .containsExactly(25.0, 50.0);
        measured(task, 99, 1);
        assertThat(values(metric("MemoryUtilization", "default", "web"))).hasSize(2);
    }

    @Test
    void publishesWhatAClustersInstancesAreUsed() {
        var _ =
                fixture.submit(tx -> {
                    tx.put(
                            tx.world().containerInstances(),
                            INSTANCE,
                            new ContainerInstance(
                                    INSTANCE,
                                    "i-1",
                                    ContainerInstance.Status.ACTIVE,
                                    true,
                                    2048,
                                    1024,
                                    List.of(),
                                    List.of(),
                                    List.of(),
                                    fixture.loop.clock().now(),
                                    1,
                                    List.of()));
                    return true;
                });
        TaskArn one = run("one", "family:web", INSTANCE);
        TaskArn two = run("two", "service:web", INSTANCE);
        run("three", "service:web", null);
        fixture.loop.advance(Duration.ofSeconds(10));
        ask(metric("MemoryUtilization", "default"));
        assertThat(fixture.effects()).containsExactly("MeasureTask one", "MeasureTask two");
        measured(one, 10, 128);
        assertThat(values(metric("CPUUtilization", "default"))).isEmpty();
        measured(two, 5, 256);

        assertThat(values(metric("CPUUtilization", "default"))).containsExactly(75.0);
        assertThat(values(metric("MemoryUtilization", "default"))).containsExactly(37.5);

        fixture.loop.advance(Duration.ofSeconds(50));
        measured(one, 20, 64);
        fixture.loop.advance(MINUTE);
        assertThat(values(metric("CPUUtilization", "default"))).hasSize(2);
    }
}
