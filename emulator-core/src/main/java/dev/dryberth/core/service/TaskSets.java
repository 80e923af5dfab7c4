package dev.dryberth.core.service;

import dev.dryberth.core.model.Deployment;
import dev.dryberth.core.model.Service;
import dev.dryberth.core.model.TaskSet;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Keeps the task sets of a service at the number of tasks that each is to have.
 *
 * <p><b>Goal.</b> Each task set comes to {@code ⌈desired × scale⌉} healthy tasks and says when it
 * is there. Which sets there are, how large each is and which one serves is up to whoever controls
 * the service; here nothing is rolled, judged or rolled back.
 *
 * <p><b>Constraints.</b> A set never has more live tasks than it is to have: the percentages of the
 * deployment configuration do not apply to it, so an unhealthy task goes before its replacement
 * comes, one at a time. One set is not held up by what another one lacks.
 *
 * <p><b>Algorithm.</b> Each set is a {@link Fleet} that wants its computed number, 0 once it was
 * deleted. What is beyond goes, unhealthy tasks go one by one, and when nothing stops, what is
 * missing starts. A deleted set is struck off when its last task is gone and its targets have
 * drained. A set is steady while all it is to have is there and healthy; the service is when all
 * its sets are.
 *
 * <p><b>Example.</b> desired 4, blue at 100 %, green at 10 %: blue has 4, green 1. Green is set to
 * 100 %: three more start. Blue is deleted: its four tasks drain and stop, then it is gone.
 *
 * <p>Follows "External deployments" in the ECS developer guide. [?] It does not say whether a
 * replacement may start before the unhealthy task goes.
 */
final class TaskSets {

    private final ServiceView view;
    private final Plan.Draft plan;

    private TaskSets(ServiceView view, Plan.Draft plan) {
        this.view = view;
        this.plan = plan;
    }

    static void add(ServiceView view, Plan.Draft plan) {
        TaskSets all = new TaskSets(view, plan);
        view.service().deployments().forEach(all::count);
        List<Fleet> fleets = plan.service().deployments().stream().map(all::fleet).toList();
        fleets.forEach(Fleet::scaleIn);
        fleets.forEach(each -> each.replaceUnhealthy(0));
        if (plan.stopsNothing()) {
            fleets.forEach(each -> each.start(each.wanted() - each.live().size()));
        } else {
            plan.saysWhatStops();
        }
        Fleet.reportSpared(view, plan);
        all.strikeOff();
        all.stability();
    }

    /** How many tasks a deployment is to have, which need not be what it says yet. */
    static int wanted(Deployment deployment, int desiredCount) {
        return set(deployment).wanted(desiredCount);
    }

    private static TaskSet set(Deployment deployment) {
        return Objects.requireNonNull(deployment.taskSet());
    }

    private Fleet fleet(Deployment deployment) {
        return new Fleet(view, plan, deployment, deployment.desiredCount());
    }

    private void count(Deployment deployment) {
        int wanted = wanted(deployment, view.desiredCount());
        if (wanted != deployment.desiredCount()) {
            plan.deployment(deployment.withDesiredCount(wanted, view.now()));
            plan.event(
                    "updated computedDesiredCount for taskSet %s to %d."
                            .formatted(deployment.id(), wanted));
        }
    }

    private void strikeOff() {
        List<Deployment> left = new ArrayList<>(plan.service().deployments());
        left.removeIf(each ->
                set(each).draining()
                        && view.members().stream()
                                .noneMatch(member -> ServiceView.isOf(member, each.revision())));
        plan.service(plan.service().withDeployments(left));
    }

    /** Takes note of which task sets are steady; whether all are. */
    static boolean noteStability(ServiceView view, Plan.Draft plan) {
        boolean all = true;
        for (Deployment each : plan.service().deployments()) {
            if (each.taskSet() != null) {
                boolean steady = new TaskSets(view, plan).steady(each);
                plan.deployment(each.with(set(each).steady(steady, view.now()), each.updatedAt()));
                all &= steady;
            }
        }
        return all;
    }

    private void stability() {
        boolean all = noteStability(view, plan);
        Service service = plan.service();
        boolean steady = all && !service.deployments().isEmpty();
        if (steady && !service.steady()) {
            plan.service(service.copy().steady(true).problem(null, null).build());
            plan.event(Ending.STEADY);
        } else if (!steady && service.steady()) {
            plan.service(service.copy().steady(false).build());
        }
    }

    private boolean steady(Deployment deployment) {
        List<Member> live = view.live(deployment);
        boolean whole =
                live.size() == deployment.desiredCount()
                        && live.stream().allMatch(Member::healthy)
                        && !set(deployment).draining();
        if (!whole) {
            Ending.tellWhatIsMissing(live, plan);
        }
        return whole;
    }
}
