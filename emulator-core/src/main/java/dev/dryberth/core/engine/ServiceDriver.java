package dev.dryberth.core.engine;

import dev.dryberth.core.balancing.Registrations;
import dev.dryberth.core.balancing.RuleTraffic;
import dev.dryberth.core.loop.Ids;
import dev.dryberth.core.loop.Loop;
import dev.dryberth.core.model.Alarm;
import dev.dryberth.core.model.AlarmArn;
import dev.dryberth.core.model.AlarmState;
import dev.dryberth.core.model.ContainerInstance;
import dev.dryberth.core.model.Deployment;
import dev.dryberth.core.model.Membership;
import dev.dryberth.core.model.RolloutRules;
import dev.dryberth.core.model.Service;
import dev.dryberth.core.model.ServiceArn;
import dev.dryberth.core.model.ServiceDeployment;
import dev.dryberth.core.model.ServiceDeploymentArn;
import dev.dryberth.core.model.ServiceEvent;
import dev.dryberth.core.model.ServiceRevision;
import dev.dryberth.core.model.Tag;
import dev.dryberth.core.model.Task;
import dev.dryberth.core.model.TaskDefinition;
import dev.dryberth.core.model.TaskOwner;
import dev.dryberth.core.model.TaskTemplate;
import dev.dryberth.core.placement.Places;
import dev.dryberth.core.placement.Verdict;
import dev.dryberth.core.placement.Veto;
import dev.dryberth.core.runtime.Effect;
import dev.dryberth.core.service.Explaining;
import dev.dryberth.core.service.Explanation;
import dev.dryberth.core.service.Outlook;
import dev.dryberth.core.service.Plan;
import dev.dryberth.core.service.ServiceReconciler;
import dev.dryberth.core.service.ServiceTimings;
import dev.dryberth.core.state.Tx;
import dev.dryberth.core.state.World;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedCollection;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Carries services on: asks the scheduler what a service needs, writes it, and asks again until it
 * needs nothing but to wait. Loop thread.
 */
final class ServiceDriver {

    private static final Logger log = LoggerFactory.getLogger(ServiceDriver.class);

    /** A service takes fewer steps than this at one moment, whatever its tasks do. */
    private static final int MAX_STEPS = 1000;

    /** As AWS's have it. */
    private static final int HOOK_ID_LENGTH = 43;

    private final Loop loop;
    private final Ids ids;
    private final TaskMaker maker;
    private final ServiceTimings timings;

    /** Until when placing a task of a service is not tried again; lost with the daemon. */
    private final Map<ServiceArn, Instant> placeableFrom = new HashMap<>();

    /** The same of moving one into a zone, which keeps nothing else from being started. */
    private final Map<ServiceArn, Map<String, Instant>> zonesFrom = new HashMap<>();

    ServiceDriver(Loop loop, Ids ids, TaskMaker maker, ServiceTimings timings) {
        this.loop = loop;
        this.ids = ids;
        this.maker = maker;
        this.timings = timings;
    }

    /**
     * Takes a service as far as it goes at this moment.
     *
     * @param wake called on the loop when the service must be looked at again
     */
    void settle(Tx tx, ServiceArn arn, List<Effect> effects, Consumer<ServiceArn> wake) {
        String tag = "service/" + arn;
        for (int i = 0; i < MAX_STEPS; i++) {
            Service service = tx.world().services().get(arn);
            if (service == null) {
                loop.cancel(tag);
                placesChanged(arn);
                return;
            }
            Plan plan =
                    ServiceReconciler.plan(
                            tx.world(),
                            service,
                            outlook(
                                    tx.world(),
                                    service,
                                    ids::digits19,
                                    () -> ids.urlSafe(HOOK_ID_LENGTH)));
            if (plan.idle()) {
                log.debug("{} waits: {}", arn, plan.waits());
                Instant wakeAt = plan.wakeAt();
                if (wakeAt == null) {
                    loop.cancel(tag);
                } else {
                    loop.schedule(tag, wakeAt, () -> wake.accept(arn));
                }
                return;
            }
            write(tx, service, plan, effects);
        }
        throw new IllegalStateException(arn + " did not settle in " + MAX_STEPS + " steps");
    }

    /** Why a service is in the state it is; null: there is none. */
    @Nullable Explanation explain(World world, ServiceArn arn) {
        Service service = world.services().get(arn);
        // Draws no number, because nothing comes of the plan that is asked for.
        return service == null
                ? null
                : Explaining.of(
                        world, service, outlook(world, service, () -> "next", () -> "next"));
    }

    private Outlook outlook(
            World world, Service service, Supplier<String> number, Supplier<String> hook) {
        return new Outlook(
                placeableFrom.get(service.arn()),
                zonesFrom.getOrDefault(service.arn(), Collections.emptyMap()),
                alarming(world, service),
                timings,
                loop.clock(),
                loop.clock().now(),
                number,
                hook);
    }

    /** The alarms of a service that are in ALARM. */
    private static List<String> alarming(World world, Service service) {
        RolloutRules.Alarms alarms = service.rules().alarms();
        if (!alarms.enable()) {
            return List.of();
        }
        return alarms.names().stream()
                .filter(name -> {
                    Alarm alarm = world.alarms().get(new AlarmArn(service.arn().scope(), name));
                    return alarm != null && alarm.state() == AlarmState.ALARM;
                })
                .toList();
    }

    /** A roll-out was written. */
    void rolledOn(Tx tx, ServiceDeploymentArn rollout) {
        CodeDeployRecords.follow(tx, rollout, ids, loop.clock().now());
    }

    /** There may be a place now for what could not be placed. */
    void placesChanged(ServiceArn arn) {
        placeableFrom.remove(arn);
        zonesFrom.remove(arn);
    }

    private void write(Tx tx, Service before, Plan plan, List<Effect> effects) {
        World world = tx.world();
        if (!plan.service().equals(before)) {
            tx.put(world.services(), before.arn(), plan.service());
        }
        ServiceDeployment rollout = plan.rollout();
        if (rollout != null && !rollout.equals(world.serviceDeployments().get(rollout.arn()))) {
            tx.put(world.serviceDeployments(), rollout.arn(), rollout);
        }
        ServiceRevision revision = plan.revision();
        if (revision != null) {
            tx.put(world.serviceRevisions(), revision.arn(), revision);
        }
        plan.traffic().forEach(each -> RuleTraffic.set(tx, each.rule(), each.weights()));
        for (Plan.MemberChange change : plan.members()) {
            Task task = world.tasks().get(change.task());
            if (task != null) {
                tx.put(world.tasks(), task.arn(), task.withMembership(change.membership()));
            }
        }
        plan.register()
                .forEach(each ->
                        Registrations.register(
                                tx, each.key(), each.availabilityZone(), loop.clock()));
        plan.deregister().forEach(key -> Registrations.deregister(tx, key, loop.clock()));
        for (Plan.StopTask stop : plan.stops()) {
            Task task = world.tasks().get(stop.task());
            if (task != null) {
                Instant now = loop.clock().now();
                tx.put(
                        world.tasks(),
                        task.arn(),
                        task.headedForStop(stop.why(), task.times().stopping(now)));
            }
        }
        plan.events().forEach(event -> say(tx, before.arn(), event));
        ServiceRecords.forgetGoneTaskSets(tx, before, plan.service());
        for (Plan.Start start : plan.starts()) {
            start(tx, plan.service(), start, effects);
        }
    }

    private void start(Tx tx, Service service, Plan.Start start, List<Effect> effects) {
        World world = tx.world();
        ServiceRevision revision = world.serviceRevisions().get(start.deployment().revision());
        if (revision == null) {
            throw new IllegalStateException("no revision " + start.deployment().revision());
        }
        TaskTemplate template = Places.within(world, revision.template(), start.zone());
        List<String> made = new ArrayList<>();
        List<Task> siblings = new ArrayList<>(world.tasksOfService().of(service.arn()));
        siblings.removeIf(Task::stopping);
        List<Veto> vetoes = null;
        for (int i = 0; i < start.count() && vetoes == null; i++) {
            Verdict verdict =
                    maker.make(
                            tx,
                            service.arn().clusterArn(),
                            template,
                            owner(world, service, start.deployment(), revision),
                            siblings,
                            candidates(world, service, start),
                            effects);
            switch (verdict) {
                case Verdict.Placed(Task task) -> {
                    made.add(task.arn().id());
                    siblings.add(task);
                }
                case Verdict.Refused(List<Veto> why) -> vetoes = why;
            }
        }
        if (!made.isEmpty()) {
            say(tx, service.arn(), service.says(start.deployment(), start.says(made)));
        }
        if (vetoes != null) {
            refused(
                    tx,
                    service.arn(),
                    start.zone(),
                    PlacementProblems.text(template.launchType(), vetoes, start.zone()));
        }
    }

    /** A daemon has at most one task of a revision on an instance. */
    private static List<ContainerInstance> candidates(
            World world, Service service, Plan.Start start) {
        List<ContainerInstance> active = Places.active(world, service.arn().clusterArn());
        if (start.zone() != null) {
            active.removeIf(each -> !start.zone().equals(Places.zone(each)));
        }
        if (!service.daemon()) {
            return active;
        }
        Deployment deployment = start.deployment();
        return active.stream()
                .filter(instance ->
                        world.tasksOfService().of(service.arn()).stream()
                                .noneMatch(task -> {
                                    Membership membership = task.membership();
                                    return membership != null
                                            && !task.stopping()
                                            && membership.revision().equals(deployment.revision())
                                            && instance.arn()
                                                    .equals(task.origin().containerInstance());
                                }))
                .toList();
    }

    private static TaskOwner owner(
            World world, Service service, Deployment deployment, ServiceRevision revision) {
        List<Tag> tags =
                switch (service.propagateTags()) {
                    case NONE -> List.of();
                    case SERVICE -> service.tags();
                    case TASK_DEFINITION -> {
                        TaskDefinition definition =
                                world.taskDefinitions().get(revision.template().taskDefinition());
                        yield definition == null ? List.of() : definition.tags();
                    }
                };
        if (service.managedTags()) {
            List<Tag> managed = new ArrayList<>(tags);
            managed.add(new Tag("aws:ecs:clusterName", service.arn().cluster()));
            managed.add(new Tag("aws:ecs:serviceName", service.arn().name()));
            tags = List.copyOf(managed);
        }
        return new TaskOwner(
                service.arn().group(),
                deployment.id(),
                service.enableExecuteCommand(),
                tags,
                Membership.fresh(service.arn(), deployment.id(), deployment.revision()));
    }

    private void refused(Tx tx, ServiceArn arn, @Nullable String zone, String problem) {
        Instant now = loop.clock().now();
        Instant again = now.plus(loop.clock().wait(timings.placementRetry()));
        if (zone == null) {
            placeableFrom.put(arn, again);
        } else {
            zonesFrom.computeIfAbsent(arn, first -> new TreeMap<>()).put(zone, again);
        }
        Service service = tx.world().services().get(arn);
        if (service == null) {
            return;
        }
        Instant said = service.problemSince();
        boolean fresh =
                !problem.equals(service.problem())
                        || said == null
                        || !now.isBefore(said.plus(loop.clock().wait(timings.repeatProblem())));
        if (fresh) {
            tx.put(tx.world().services(), arn, service.copy().problem(problem, now).build());
            say(tx, arn, service.says(problem));
        }
    }

    /** Adds an event and forgets the oldest beyond the limit. */
    private void say(Tx tx, ServiceArn arn, String message) {
        World world = tx.world();
        SequencedCollection<ServiceEvent> kept = ServiceRecords.events(world, arn);
        long number = kept.isEmpty() ? 1 : kept.getLast().key().number() + 1;
        if (!kept.isEmpty() && number - kept.getFirst().key().number() >= ServiceEvent.MAX_KEPT) {
            tx.delete(world.serviceEvents(), kept.getFirst().key());
        }
        ServiceEvent.Key key = new ServiceEvent.Key(arn, number);
        tx.put(
                world.serviceEvents(),
                key,
                new ServiceEvent(key, ids.uuid(), loop.clock().now(), message));
    }

    /** The service a task's change concerns; null: none. */
    static @Nullable ServiceArn serviceOf(@Nullable Task task) {
        Membership membership = task == null ? null : task.membership();
        return membership == null || membership.left() ? null : membership.service();
    }
}
