package dev.dryberth.core.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.dryberth.core.loop.SimulatedLoop;
import dev.dryberth.core.model.Deployment;
import dev.dryberth.core.model.Deployment.RolloutState;
import dev.dryberth.core.model.HealthStatus;
import dev.dryberth.core.model.Membership;
import dev.dryberth.core.model.Service;
import dev.dryberth.core.model.ServiceArn;
import dev.dryberth.core.model.ServiceDeployment;
import dev.dryberth.core.model.ServiceEvent;
import dev.dryberth.core.model.ServiceRevision;
import dev.dryberth.core.model.StopCode;
import dev.dryberth.core.model.Target;
import dev.dryberth.core.model.TargetState;
import dev.dryberth.core.model.Task;
import dev.dryberth.core.model.TaskArn;
import dev.dryberth.core.model.TaskStatus;
import dev.dryberth.core.service.ServiceTimings;
import dev.dryberth.core.state.World;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** What must hold of services after every event. */
final class ServiceInvariants {

    private final World world;
    private final SimulatedLoop loop;
    private Map<ServiceArn, Integer> liveBefore = new HashMap<>();
    private Set<TaskArn> stoppingBefore = new HashSet<>();
    private Set<TaskArn> soundBefore = new HashSet<>();
    private Map<ServiceArn, Service> rowsBefore = new HashMap<>();
    private final ShiftInvariants shifts;
    private final TaskSetInvariants taskSets = new TaskSetInvariants();
    private boolean first = true;
    private List<Service> services = List.of();
    private List<Task> tasks = List.of();
    private List<Target> targets = List.of();

    ServiceInvariants(World world, SimulatedLoop loop) {
        this.world = world;
        this.loop = loop;
        shifts = new ShiftInvariants(world, this::healthy);
    }

    void check() {
        shifts.check();
        if (Invariants.same(services, world.services().all())
                && Invariants.same(tasks, world.tasks().all())
                && Invariants.same(targets, world.targets().all())) {
            return;
        }
        services = List.copyOf(world.services().all());
        tasks = List.copyOf(world.tasks().all());
        targets = List.copyOf(world.targets().all());
        taskSets.seen(tasks);
        Map<ServiceArn, Integer> live = new HashMap<>();
        Set<TaskArn> stopping = new HashSet<>();
        Set<TaskArn> sound = new HashSet<>();
        Map<ServiceArn, Service> rows = new HashMap<>();
        for (Service service : world.services().all()) {
            rows.put(service.arn(), service);
            checkRow(service);
            int alive = 0;
            int stoppedByUs = 0;
            for (Task task : world.tasksOfService().of(service.arn())) {
                if (!task.stopping()) {
                    alive++;
                    if (sound(task)) {
                        sound.add(task.arn());
                    }
                } else {
                    stopping.add(task.arn());
                    if (soundBefore.contains(task.arn())
                            && !stoppingBefore.contains(task.arn())
                            && scaledIn(task)) {
                        stoppedByUs++;
                    }
                }
            }
            live.put(service.arn(), alive);
            if (service.active() && !first && service.hasTaskSets()) {
                taskSets.check(service);
            } else if (service.active() && !first && !shifts(service)) {
                checkCounts(service, alive, stoppedByUs);
            }
        }
        liveBefore = live;
        stoppingBefore = stopping;
        soundBefore = sound;
        rowsBefore = rows;
        first = false;
    }

    /** Whether its percentages do not bind it, because two revisions stand side by side. */
    private boolean shifts(Service service) {
        ServiceDeployment rollout = world.serviceDeployments().get(service.primary().deployment());
        return rollout != null && rollout.lifecycle() != null && !rollout.status().terminal();
    }

    /** Told to stop to make room, and not because it failed. */
    private static boolean scaledIn(Task task) {
        return task.stop() != null
                && task.stop().code() == StopCode.SERVICE_SCHEDULER_INITIATED
                && (task.stop().reason().startsWith("Scaling activity")
                        || task.stop().reason().startsWith("Availability-zone rebalancing"))
                && task.health() == HealthStatus.HEALTHY;
    }

    /** Healthy, and no check of it is failing, so that it is healthy after the next check too. */
    private boolean sound(Task task) {
        return healthy(task)
                && Objects.requireNonNull(task.membership()).targets().stream()
                        .map(key -> world.targets().get(key))
                        .allMatch(target -> target != null && target.failures() == 0);
    }

    private void checkCounts(Service service, int alive, int stoppedByUs) {
        int upper = service.rules().upper(service.desiredCount());
        int before = liveBefore.getOrDefault(service.arn(), 0);
        if (alive > upper && alive > before) {
            fail("%d live tasks, before %d (expected: <= %d): %s", alive, before, upper, service);
        }
        int lower = service.rules().lower(service.desiredCount());
        long healthy = healthy(service);
        if (stoppedByUs > 0 && healthy < lower) {
            fail(
                    "stopped %d, which leaves %d healthy (expected: >= %d): %s",
                    stoppedByUs, healthy, lower, service);
        }
    }

    private long healthy(Service service) {
        return world.tasksOfService().of(service.arn()).stream()
                .filter(task -> healthy(task))
                .count();
    }

    private boolean healthy(Task task) {
        Instant startedAt = task.times().startedAt();
        Membership membership = Objects.requireNonNull(task.membership());
        ServiceRevision revision = world.serviceRevisions().get(membership.revision());
        if (task.stopping()
                || task.lastStatus() != TaskStatus.RUNNING
                || startedAt == null
                || revision == null) {
            return false;
        }
        boolean checked =
                task.containers().stream()
                        .anyMatch(each -> each.recipe().essential() && each.recipe().healthCheck());
        if (checked && task.health() != HealthStatus.HEALTHY) {
            return false;
        }
        if (revision.balanced().isEmpty()) {
            Instant oldEnough =
                    startedAt.plus(loop.clock().wait(ServiceTimings.LOCAL.healthyAfter()));
            return checked || !loop.clock().now().isBefore(oldEnough);
        }
        List<Target.Key> keys = membership.targets();
        return keys.size() == revision.balanced().size()
                && keys.stream()
                        .allMatch(key -> {
                            Target target = world.targets().get(key);
                            return target != null && target.state() == TargetState.HEALTHY;
                        });
    }

    private void checkRow(Service service) {
        if (service.status() == Service.Status.INACTIVE) {
            assertThat(world.tasksOfService().of(service.arn()))
                    .as("tasks of %s", service)
                    .isEmpty();
            return;
        }
        if (service.hasTaskSets()) {
            TaskSetInvariants.checkRow(service);
            return;
        }
        long primaries = service.deployments().stream().filter(Deployment::primary).count();
        assertThat(primaries).as("primary deployments of %s", service).isEqualTo(1);
        assertThat(service.primary().primary()).as("the first is primary: %s", service).isTrue();
        Set<Object> revisions = new HashSet<>();
        for (Deployment each : service.deployments()) {
            assertThat(each.desiredCount()).isNotNegative();
            assertThat(revisions.add(each.revision())).as("once each: %s", service).isTrue();
            assertThat(world.serviceRevisions().get(each.revision())).isNotNull();
        }
        int events =
                world.serviceEvents()
                        .between(
                                new ServiceEvent.Key(service.arn(), 0),
                                new ServiceEvent.Key(service.arn(), Long.MAX_VALUE))
                        .size();
        assertThat(events).isLessThanOrEqualTo(ServiceEvent.MAX_KEPT);
        Service last = rowsBefore.get(service.arn());
        if (last != null && last.status() == Service.Status.DRAINING) {
            assertThat(service.status()).as("draining is final").isEqualTo(last.status());
        }
    }

    /**
     * No service is off its goal without something under way. Holds when no event is posted and no
     * commit under way.
     */
    void checkNothingIsForgotten() {
        for (Service service : world.services().all()) {
            if (service.status() == Service.Status.INACTIVE
                    || atGoal(service)
                    || loop.hasTimer("service/" + service.arn())) {
                continue;
            }
            boolean moving =
                    world.tasksOfService().of(service.arn()).stream().anyMatch(this::moves);
            if (!moving && service.problem() == null) {
                fail("nothing will move %s", service);
            }
        }
    }

    /** Whether something is still to be heard of a task. */
    private boolean moves(Task task) {
        return task.stopping() || task.lastStatus() != TaskStatus.RUNNING || !healthy(task);
    }

    private boolean atGoal(Service service) {
        if (service.hasTaskSets()) {
            return service.active() && (service.steady() || service.deployments().isEmpty());
        }
        return service.active()
                && (service.primary().rolloutState() == RolloutState.FAILED
                        || (service.steady()
                                && service.primary().rolloutState() == RolloutState.COMPLETED));
    }

    /** A container may wait without a limit for another to be healthy, and then its task does. */
    private boolean waitsForEver(Service service) {
        return world.tasksOfService().of(service.arn()).stream()
                .anyMatch(task ->
                        !task.stopping()
                                && task.lastStatus() != TaskStatus.RUNNING
                                && Invariants.atGoal(task));
    }

    /** Whether its tasks are spread over both zones, if they are to be and there is room for it. */
    private boolean even(Service service) {
        ServiceRevision newest =
                service.active() && !service.hasTaskSets()
                        ? world.serviceRevisions().get(service.primary().revision())
                        : null;
        if (newest == null
                || newest.template().subnets() == null
                || !service.zoneRebalancing()
                || !service.steady()
                || service.primary().rolloutState() != RolloutState.COMPLETED
                || service.rules().upper(service.desiredCount()) <= service.desiredCount()) {
            return true;
        }
        String first = Workload.VPC.subnets().getFirst().availabilityZone();
        int more = 0;
        for (Task task : world.tasksOfService().of(service.arn())) {
            if (!task.stopping()) {
                more += first.equals(task.origin().availabilityZone()) ? 1 : -1;
            }
        }
        return Math.abs(more) <= 1 && !service.rebalancing();
    }

    /** With no faults, every service is steady or has failed, and every roll-out has ended. */
    void checkSettled() {
        List<String> unexplained = new ArrayList<>();
        for (Service service : world.services().all()) {
            boolean done =
                    service.status() == Service.Status.INACTIVE
                            || atGoal(service)
                            || service.problem() != null
                            || waitsForEver(service);
            if (!done) {
                unexplained.add("not settled " + service);
            }
            if (service.problem() == null && !waitsForEver(service) && !even(service)) {
                unexplained.add("uneven " + service);
            }
        }
        for (ServiceDeployment each : world.serviceDeployments().all()) {
            Service service = world.services().get(each.arn().serviceArn());
            boolean excused =
                    service == null
                            || !service.active()
                            || service.problem() != null
                            || waitsForEver(service);
            if (!each.status().terminal() && !excused) {
                unexplained.add("not ended " + each);
            }
        }
        assertThat(unexplained).isEmpty();
    }
}
