package dev.dryberth.core.service;

import dev.dryberth.core.model.Deployment;
import dev.dryberth.core.model.Membership;
import dev.dryberth.core.model.Service;
import dev.dryberth.core.model.ServiceDeployment;
import dev.dryberth.core.model.ServiceRevision;
import dev.dryberth.core.model.Stop;
import dev.dryberth.core.model.Target;
import dev.dryberth.core.model.TargetGroupArn;
import dev.dryberth.core.model.TaskArn;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.stream.Collectors;

/**
 * What the scheduler wants done for one service now.
 *
 * @param service as it is to be
 * @param rollout its newest roll-out as it is to be
 * @param register targets to register, and the tasks behind them
 * @param deregister targets to let drain
 * @param revision what its newest revision is to be, when its target groups became known; null: as
 *     it is
 * @param traffic rules that forward in another proportion
 * @param events what the service says, oldest first
 * @param waits why it is not where it wants to be; complete only of a plan that does nothing
 * @param wakeAt when to look again; null: when something happens
 * @param idle whether nothing is to be done but to wait
 */
public record Plan(
        Service service,
        @Nullable ServiceDeployment rollout,
        List<MemberChange> members,
        List<Start> starts,
        List<StopTask> stops,
        List<Register> register,
        List<Target.Key> deregister,
        @Nullable ServiceRevision revision,
        List<Traffic> traffic,
        List<String> events,
        List<Wait> waits,
        @Nullable Instant wakeAt,
        boolean idle) {

    /** A task's new place in the service. */
    public record MemberChange(TaskArn task, Membership membership) {}

    /**
     * Tasks to start.
     *
     * @param replaced how many of them replace unhealthy ones
     * @param zone where they must go, because the service has too few there; null: anywhere
     */
    public record Start(Deployment deployment, int count, int replaced, @Nullable String zone) {

        /** What the service says of those that were started, without its own name. */
        public String says(List<String> taskIds) {
            if (zone != null) {
                return Rebalancing.startedIn(zone, taskIds);
            }
            String started = "has started %d tasks: %s.".formatted(taskIds.size(), named(taskIds));
            return replaced == 0
                    ? started
                    : started
                            + " Amazon ECS replaced %d tasks due to an unhealthy status."
                                    .formatted(replaced);
        }
    }

    /** {@code (task 0a) (task 1b)}. */
    static String named(List<String> taskIds) {
        return taskIds.stream().map(id -> "(task " + id + ")").collect(Collectors.joining(" "));
    }

    /** A task to stop. */
    public record StopTask(TaskArn task, Stop why) {}

    /** A target to register. */
    public record Register(Target.Key key, @Nullable String availabilityZone) {}

    /** Which part of a rule's traffic each target group is to have, as weights. */
    public record Traffic(String rule, SortedMap<TargetGroupArn, Integer> weights) {}

    static Draft of(ServiceView view) {
        return new Draft(view);
    }

    /** A plan being written. */
    static final class Draft {

        private final ServiceView view;
        private final List<MemberChange> members = new ArrayList<>();
        private final List<Start> starts = new ArrayList<>();
        private final List<StopTask> stops = new ArrayList<>();
        private final List<Register> register = new ArrayList<>();
        private final List<Target.Key> deregister = new ArrayList<>();
        private final List<Traffic> traffic = new ArrayList<>();
        private final List<String> events = new ArrayList<>();
        private final List<Wait> waits = new ArrayList<>();
        private final Set<TaskArn> spared = new HashSet<>();
        private Service service;
        private @Nullable ServiceDeployment rollout;
        private @Nullable ServiceRevision revision;
        private @Nullable Instant wakeAt;

        private Draft(ServiceView view) {
            this.view = view;
            this.service = view.service();
            this.rollout = view.rollout();
        }

        Service service() {
            return service;
        }

        void service(Service next) {
            service = next;
        }

        void deployment(Deployment next) {
            service = service.with(next);
        }

        @Nullable ServiceDeployment rollout() {
            return rollout;
        }

        void rollout(ServiceDeployment next) {
            rollout = next;
        }

        /** A task stays although it ought to go. */
        void spares(Member member) {
            spared.add(member.task().arn());
        }

        int spared() {
            return spared.size();
        }

        void revision(ServiceRevision next) {
            revision = next;
        }

        void traffic(String rule, SortedMap<TargetGroupArn, Integer> weights) {
            traffic.add(new Traffic(rule, weights));
        }

        void member(Member member, Membership next) {
            members.add(new MemberChange(member.task().arn(), next));
        }

        void start(Deployment deployment, int count, int replaced) {
            starts.add(new Start(deployment, count, replaced, null));
        }

        void start(Deployment deployment, int count, String zone) {
            starts.add(new Start(deployment, count, 0, zone));
        }

        void stop(Member member, Stop why) {
            stops.add(new StopTask(member.task().arn(), why));
        }

        /** Says which tasks are stopped, those that run by name. */
        void saysWhatStops() {
            Set<TaskArn> stopping = stops.stream().map(StopTask::task).collect(Collectors.toSet());
            Map<String, List<Member>> bySpeaker = new LinkedHashMap<>();
            for (Member each : view.members()) {
                if (stopping.contains(each.task().arn())) {
                    bySpeaker
                            .computeIfAbsent(view.says(each, ""), first -> new ArrayList<>())
                            .add(each);
                }
            }
            bySpeaker.forEach(this::saysWhatStops);
        }

        private void saysWhatStops(String speaker, List<Member> going) {
            List<String> running =
                    going.stream()
                            .filter(each -> !(each.standing() instanceof Standing.Starting))
                            .map(Member::id)
                            .toList();
            if (!running.isEmpty()) {
                rawEvent(
                        "%shas stopped %d running tasks: %s."
                                .formatted(speaker, running.size(), named(running)));
            }
            if (running.size() < going.size()) {
                rawEvent(
                        "%sstopped %d pending tasks."
                                .formatted(speaker, going.size() - running.size()));
            }
        }

        void register(Member.Due due) {
            register.add(new Register(due.key(), due.availabilityZone()));
        }

        void deregister(Target.Key key) {
            deregister.add(key);
        }

        /** Says something in the service's name. */
        void event(String what) {
            events.add(view.says(what));
        }

        void rawEvent(String message) {
            events.add(message);
        }

        /** Until when a rule holds the service; then it is looked at again. */
        void waits(Wait.Rule rule, String text, List<Member> tasks, @Nullable Instant until) {
            waits.add(
                    new Wait(
                            rule,
                            text,
                            tasks.stream().map(each -> each.task().arn()).toList(),
                            until));
            wakeAt(until);
        }

        void wakeAt(@Nullable Instant at) {
            if (at != null && (wakeAt == null || at.isBefore(wakeAt))) {
                wakeAt = at;
            }
        }

        /** What keeps the service from going on; not said again until it clears or after hours. */
        void problem(String what) {
            Instant said = service.problemSince();
            Instant again =
                    said == null
                            ? null
                            : said.plus(view.clock().wait(view.timings().repeatProblem()));
            if (what.equals(service.problem()) && again != null && view.now().isBefore(again)) {
                wakeAt(again);
            } else {
                service = service.copy().problem(what, view.now()).build();
                event(what);
            }
        }

        Plan build() {
            return new Plan(
                    service,
                    rollout,
                    List.copyOf(members),
                    List.copyOf(starts),
                    List.copyOf(stops),
                    List.copyOf(register),
                    List.copyOf(deregister),
                    revision,
                    List.copyOf(traffic),
                    List.copyOf(events),
                    List.copyOf(waits),
                    wakeAt,
                    idle());
        }

        boolean idle() {
            return service.equals(view.service())
                    && Objects.equals(rollout, view.rollout())
                    && members.isEmpty()
                    && starts.isEmpty()
                    && stops.isEmpty()
                    && register.isEmpty()
                    && deregister.isEmpty()
                    && revision == null
                    && traffic.isEmpty()
                    && events.isEmpty();
        }

        boolean stopsNothing() {
            return stops.isEmpty();
        }

        boolean startsNothing() {
            return starts.isEmpty();
        }
    }
}
