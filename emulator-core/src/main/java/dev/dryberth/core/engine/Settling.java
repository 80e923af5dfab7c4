package dev.dryberth.core.engine;

import dev.dryberth.core.model.AlarmArn;
import dev.dryberth.core.model.ContainerInstanceArn;
import dev.dryberth.core.model.LaunchType;
import dev.dryberth.core.model.Service;
import dev.dryberth.core.model.ServiceArn;
import dev.dryberth.core.model.ServiceDeploymentArn;
import dev.dryberth.core.model.Target;
import dev.dryberth.core.model.Task;
import dev.dryberth.core.model.TaskArn;
import dev.dryberth.core.runtime.Effect;
import dev.dryberth.core.state.Change;
import dev.dryberth.core.state.Tx;
import dev.dryberth.core.state.World;

import org.jspecify.annotations.Nullable;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Carries on, within one turn, whatever the turn touched: tasks first, then the services they are
 * of, and again what these touched, until nothing changes any more. Loop thread.
 */
final class Settling {

    /** A turn comes to rest in fewer rounds than this. */
    private static final int MAX_ROUNDS = 1000;

    private final Tx tx;
    private final World world;
    private final TaskDriver tasks;
    private final ServiceDriver services;
    private final List<Effect> effects;
    private final Consumer<TaskArn> wakeTask;
    private final Consumer<ServiceArn> wakeService;
    private final Set<ServiceDeploymentArn> rollouts = new LinkedHashSet<>();
    private boolean touchedNetwork;

    Settling(
            Tx tx,
            TaskDriver tasks,
            ServiceDriver services,
            List<Effect> effects,
            Consumer<TaskArn> wakeTask,
            Consumer<ServiceArn> wakeService) {
        this.tx = tx;
        this.world = tx.world();
        this.tasks = tasks;
        this.services = services;
        this.effects = effects;
        this.wakeTask = wakeTask;
        this.wakeService = wakeService;
    }

    /** Carries on what is to be looked at and what was touched; whether there was anything. */
    boolean run(Collection<TaskArn> awake, Collection<ServiceArn> awakeServices) {
        Set<TaskArn> touched = new LinkedHashSet<>(awake);
        Set<ServiceArn> dirty = new LinkedHashSet<>(awakeServices);
        for (int i = 0; i < MAX_ROUNDS; i++) {
            for (Change change : tx.takeFresh()) {
                sort(change, touched, dirty);
            }
            if (touched.isEmpty() && dirty.isEmpty()) {
                rollouts.forEach(each -> services.rolledOn(tx, each));
                rollouts.clear();
                return i > 0;
            }
            touchedNetwork |= !touched.isEmpty();
            if (!touched.isEmpty()) {
                for (TaskArn arn : touched) {
                    tasks.settle(tx, arn, effects, wakeTask);
                }
                touched.clear();
            } else {
                for (ServiceArn arn : dirty) {
                    services.settle(tx, arn, effects, wakeService);
                }
                dirty.clear();
            }
        }
        throw new IllegalStateException("a turn did not settle in " + MAX_ROUNDS + " rounds");
    }

    /** Whether tasks or their network changed, so that the ready pool may lack something. */
    boolean touchedNetwork() {
        return touchedNetwork;
    }

    private void sort(Change change, Set<TaskArn> touched, Set<ServiceArn> dirty) {
        String table = change.table();
        if (table.equals(world.tasks().name())) {
            TaskArn arn = TaskArn.parse(change.key());
            touched.add(arn);
            add(dirty, ServiceDriver.serviceOf(world.tasks().get(arn)));
        } else if (table.equals(world.enis().name()) || table.equals(world.vpcs().name())) {
            touchedNetwork = true;
        } else if (table.equals(world.services().name())) {
            dirty.add(ServiceArn.parse(change.key()));
        } else if (table.equals(world.serviceDeployments().name())) {
            ServiceDeploymentArn rollout = ServiceDeploymentArn.parse(change.key());
            rollouts.add(rollout);
            dirty.add(rollout.serviceArn());
        } else if (table.equals(world.targets().name())) {
            for (Task task : world.tasksBehindTarget().of(Target.Key.parse(change.key()))) {
                add(dirty, ServiceDriver.serviceOf(task));
            }
        } else if (table.equals(world.alarms().name())) {
            for (Service service : world.servicesWatchingAlarm().of(AlarmArn.parse(change.key()))) {
                dirty.add(service.arn());
            }
        } else if (table.equals(world.containerInstances().name())) {
            ContainerInstanceArn arn = ContainerInstanceArn.parse(change.key());
            for (Service service : world.servicesWatchingInstances().of(arn.clusterArn())) {
                if (onInstances(service)) {
                    services.placesChanged(service.arn());
                    dirty.add(service.arn());
                }
            }
        }
    }

    private boolean onInstances(Service service) {
        return service.deployments().stream()
                .map(each -> world.serviceRevisions().get(each.revision()))
                .anyMatch(
                        each -> each == null || each.template().launchType() != LaunchType.FARGATE);
    }

    private static void add(Set<ServiceArn> dirty, @Nullable ServiceArn arn) {
        if (arn != null) {
            dirty.add(arn);
        }
    }
}
