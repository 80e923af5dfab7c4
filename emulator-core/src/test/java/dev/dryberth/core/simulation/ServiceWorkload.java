package dev.dryberth.core.simulation;

import dev.dryberth.core.balancing.ProbeResult;
import dev.dryberth.core.deployment.Deployments;
import dev.dryberth.core.engine.Engine;
import dev.dryberth.core.model.RolloutRules;
import dev.dryberth.core.model.RolloutRules.Threshold;
import dev.dryberth.core.model.Service;
import dev.dryberth.core.model.ServiceArn;
import dev.dryberth.core.model.ServiceDeployment;
import dev.dryberth.core.model.ServiceRevision;
import dev.dryberth.core.model.Shift;
import dev.dryberth.core.model.Target;
import dev.dryberth.core.model.TargetGroupArn;
import dev.dryberth.core.model.Task;
import dev.dryberth.core.model.TaskStatus;
import dev.dryberth.core.service.ServiceRows;
import dev.dryberth.core.state.Tx;
import dev.dryberth.core.state.World;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** What users do with services, and what health checks find out about their targets. */
final class ServiceWorkload {

    /** So few that a world's two small subnets now and then are too small for them. */
    private static final int SERVICES = 3;

    private static final int MAX_DESIRED = 4;
    private static final int[][] PERCENTAGES = {
        {100, 200}, {50, 100}, {50, 200}, {0, 100}, {75, 125}, {100, 150}
    };

    static final TargetGroupArn GROUP =
            TargetGroupArn.parse(
                    "arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/web/0a");

    private final Faults faults;
    private final ShiftWorkload shifts;
    private final TaskSetWorkload taskSets;

    ServiceWorkload(Faults faults) {
        this.faults = faults;
        shifts = new ShiftWorkload(faults);
        taskSets = new TaskSetWorkload(faults);
    }

    /** One thing that a user does with a service; what it was. */
    String act(Engine engine, Tx tx) {
        Workload.prepare(tx);
        if (tx.world().targetGroups().get(GROUP) == null) {
            ServiceRows.balance(tx, GROUP);
        }
        ServiceArn arn = ServiceArn.of(Workload.CLUSTER, "s" + faults.below(SERVICES));
        Service service = tx.world().services().get(arn);
        Instant now = engine.loop().clock().now();
        if (service == null || service.status() == Service.Status.INACTIVE) {
            if (faults.below(4) == 0) {
                ServiceRows.createExternal(tx, Workload.CLUSTER, rolling(wish(tx, arn)), now);
                return "create " + arn.name() + " for task sets";
            }
            Service made =
                    ServiceRows.create(tx, Workload.CLUSTER, wish(tx, arn), engine.ids(), now);
            boolean even = faults.below(2) == 0;
            tx.put(tx.world().services(), arn, made.copy().zoneRebalancing(even).build());
            return "create " + arn.name();
        }
        if (!service.active()) {
            return "leave " + arn.name();
        }
        if (service.hasTaskSets() && faults.below(4) > 0) {
            return taskSets.act(engine, tx, service, rolling(wish(tx, arn)));
        }
        String ended = shifts.act(tx, ServiceRows.rollout(tx, service));
        if (ended != null) {
            return ended + " of " + arn.name();
        }
        return switch (faults.below(6)) {
            case 0 -> {
                ServiceRows.delete(tx, arn);
                yield "delete " + arn.name();
            }
            case 1, 2 -> {
                int desired = faults.below(MAX_DESIRED + 1);
                ServiceRows.scale(tx, arn, desired);
                yield "scale " + arn.name() + " to " + desired;
            }
            case 3 -> {
                ServiceDeployment rollout = ServiceRows.rollout(tx, service);
                if (rollout != null && !rollout.status().terminal()) {
                    ServiceDeployment stopped = Deployments.rollbackRequested(rollout, now);
                    tx.put(tx.world().serviceDeployments(), stopped.arn(), stopped);
                }
                yield "stop the roll-out of " + arn.name();
            }
            default -> {
                if (service.hasTaskSets()) {
                    yield "leave " + arn.name();
                }
                ServiceRows.deploy(tx, service, wish(tx, arn), engine.ids(), now);
                yield "deploy " + arn.name();
            }
        };
    }

    /** The same, but no deployment of it moves traffic. */
    private static ServiceRows.Wish rolling(ServiceRows.Wish wish) {
        RolloutRules rules = wish.rules();
        return new ServiceRows.Wish(
                wish.name(),
                wish.desiredCount(),
                new RolloutRules(
                        rules.minimumHealthyPercent(),
                        rules.maximumPercent(),
                        RolloutRules.Breaker.OFF,
                        RolloutRules.Alarms.OFF,
                        null),
                wish.gracePeriod(),
                wish.template(),
                wish.balanced(),
                false);
    }

    private ServiceRows.Wish wish(Tx tx, ServiceArn arn) {
        int[] percentages = PERCENTAGES[faults.below(PERCENTAGES.length)];
        boolean breaker = faults.below(2) == 0;
        int shape = faults.below(Workload.shapes());
        boolean ownAddress = Workload.template(shape).subnets() != null;
        Shift shift = faults.below(3) == 0 ? shifts.shift() : null;
        ServiceRevision.Balanced balanced =
                shift == null
                        ? new ServiceRevision.Balanced(GROUP, false, "app", 80)
                        : ShiftWorkload.pair(tx, arn);
        return new ServiceRows.Wish(
                arn.name(),
                faults.below(MAX_DESIRED + 1),
                new RolloutRules(
                        percentages[0],
                        percentages[1],
                        new RolloutRules.Breaker(
                                breaker,
                                faults.below(2) == 0,
                                faults.below(2) == 0,
                                Threshold.BOUNDED_PERCENT,
                                50),
                        RolloutRules.Alarms.OFF,
                        null,
                        shift),
                Duration.ofSeconds(faults.below(30)),
                Workload.template(shape),
                ownAddress && faults.below(2) == 0 ? List.of(balanced) : List.of(),
                false);
    }

    /** A round of health checks; those of tasks that don't run fail. */
    void probe(Engine engine, World world) {
        for (Target target : List.copyOf(world.targets().all())) {
            if (target.draining()) {
                if (faults.below(4) == 0) {
                    engine.balancing().idle(target.group().text(), target.id(), target.port());
                }
                continue;
            }
            boolean runs =
                    world.tasksBehindTarget().of(target.key()).stream()
                            .anyMatch(ServiceWorkload::runs);
            boolean passes = runs && !faults.strike(faults.flaps / 2);
            engine.balancing()
                    .probed(
                            target.group().text(),
                            target.id(),
                            target.port(),
                            passes ? new ProbeResult.Passed() : new ProbeResult.Failed());
        }
    }

    private static boolean runs(Task task) {
        return task.lastStatus() == TaskStatus.RUNNING;
    }
}
