package dev.dryberth.core.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dryberth.core.balancing.RuleTraffic;
import dev.dryberth.core.model.Lifecycle;
import dev.dryberth.core.model.Service;
import dev.dryberth.core.model.ServiceDeployment;
import dev.dryberth.core.model.ServiceDeploymentArn;
import dev.dryberth.core.model.ServiceRevision;
import dev.dryberth.core.model.ServiceRevisionArn;
import dev.dryberth.core.model.Shift;
import dev.dryberth.core.model.Stage;
import dev.dryberth.core.model.TargetGroupArn;
import dev.dryberth.core.model.Task;
import dev.dryberth.core.model.TaskArn;
import dev.dryberth.core.state.World;

import org.jspecify.annotations.Nullable;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;

/**
 * What must hold after every event of deployments that move traffic: green has just the part of the
 * traffic that the stage says, gets more only when all of it is healthy, and blue is at full
 * strength until CLEAN_UP.
 */
final class ShiftInvariants {

    private final World world;
    private final Predicate<Task> healthy;
    private Map<ServiceDeploymentArn, Integer> greenBefore = new HashMap<>();
    private Set<TaskArn> stoppingBefore = new HashSet<>();
    private boolean first = true;

    ShiftInvariants(World world, Predicate<Task> healthy) {
        this.world = world;
        this.healthy = healthy;
    }

    void check() {
        Map<ServiceDeploymentArn, Integer> green = new HashMap<>();
        Set<TaskArn> stopping = new HashSet<>();
        for (Service service : world.services().all()) {
            for (Task task : world.tasksOfService().of(service.arn())) {
                if (task.stopping()) {
                    stopping.add(task.arn());
                }
            }
            if (service.active() && !service.hasTaskSets()) {
                check(service, green);
            }
        }
        greenBefore = green;
        stoppingBefore = stopping;
        first = false;
    }

    private void check(Service service, Map<ServiceDeploymentArn, Integer> green) {
        ServiceDeployment rollout = world.serviceDeployments().get(service.primary().deployment());
        Lifecycle at = rollout == null ? null : rollout.lifecycle();
        if (rollout == null || at == null) {
            return;
        }
        Integer part = greenPart(rollout);
        if (part != null) {
            green.put(rollout.arn(), part);
            checkTraffic(service, rollout, at, part);
        }
        if (!rollout.status().terminal() && !at.goesBack() && !at.stage().reached(Stage.CLEAN_UP)) {
            checkBlue(service);
        }
    }

    /** In thousandths; null: no rule moves its traffic, or its groups are not known yet. */
    private @Nullable Integer greenPart(ServiceDeployment rollout) {
        Lifecycle at = Objects.requireNonNull(rollout.lifecycle());
        ServiceRevision green = world.serviceRevisions().get(rollout.target());
        Stage furthest = at.goesBack() ? Objects.requireNonNull(at.reached()) : at.stage();
        boolean resolved = furthest.reached(Stage.SCALE_UP);
        if (green == null || !resolved || green.balanced().isEmpty()) {
            return null;
        }
        ServiceRevision.Balanced balanced = green.balanced().getFirst();
        ServiceRevision.Pair pair = Objects.requireNonNull(balanced.pair());
        Map<TargetGroupArn, Integer> weights =
                Objects.requireNonNull(RuleTraffic.weights(world, pair.productionRule()));
        int sum = weights.values().stream().mapToInt(Integer::intValue).sum();
        return weights.getOrDefault(balanced.group(), 0) * Shift.ALL / sum;
    }

    private void checkTraffic(Service service, ServiceDeployment rollout, Lifecycle at, int part) {
        assertThat(at.production() == 0 || at.steps() > 0).as("no step: %s", rollout).isTrue();
        switch (rollout.status()) {
            case SUCCESSFUL -> assertThat(part).as("of %s", rollout).isEqualTo(Shift.ALL);
            case ROLLBACK_SUCCESSFUL -> assertThat(part).as("of %s", rollout).isZero();
            case STOPPED, ROLLBACK_FAILED -> {}
            case PENDING, IN_PROGRESS, STOP_REQUESTED, ROLLBACK_REQUESTED, ROLLBACK_IN_PROGRESS ->
                    assertThat(part).as("of %s", rollout).isEqualTo(at.production());
        }
        Integer before = greenBefore.get(rollout.arn());
        if (before != null && part > before && !at.goesBack()) {
            int sound = live(service, rollout.target(), healthy);
            assertThat(sound)
                    .as("healthy when traffic came: %s", rollout)
                    .isEqualTo(service.desiredCount());
            // With nothing to bake, the same event completes it, and zones may be evened out.
            if (!service.rebalancing()) {
                assertThat(live(service, rollout.target(), any -> true))
                        .as("live when traffic came: %s", rollout)
                        .isEqualTo(sound);
            }
        }
    }

    private int live(Service service, ServiceRevisionArn revision, Predicate<Task> which) {
        int count = 0;
        for (Task task : world.tasksOfService().of(service.arn())) {
            if (!task.stopping()
                    && Objects.requireNonNull(task.membership()).revision().equals(revision)
                    && which.test(task)) {
                count++;
            }
        }
        return count;
    }

    private void checkBlue(Service service) {
        Service.Completed blue = service.completed();
        if (blue == null) {
            return;
        }
        boolean scaledIn = false;
        for (Task task : world.tasksOfService().of(service.arn())) {
            boolean blues =
                    Objects.requireNonNull(task.membership()).revision().equals(blue.revision());
            scaledIn |=
                    blues
                            && task.stop() != null
                            && !stoppingBefore.contains(task.arn())
                            && task.stop().reason().startsWith("Scaling activity");
        }
        if (scaledIn && !first) {
            assertThat(live(service, blue.revision(), any -> true))
                    .as("blue tasks left before CLEAN_UP: %s", service)
                    .isGreaterThanOrEqualTo(service.desiredCount());
        }
    }
}
