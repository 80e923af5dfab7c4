package dev.dryberth.core.service;

import dev.dryberth.core.model.Membership;
import dev.dryberth.core.model.Target;
import dev.dryberth.core.model.TargetGroupArn;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Keeps the targets of a service's tasks: registered as soon as a task runs, drained before its
 * containers are told to stop. A task that stops is held in DEACTIVATING until its last target has
 * drained.
 */
final class TargetWork {

    private TargetWork() {}

    static void add(ServiceView view, Plan.Draft plan) {
        Map<Said, Integer> registered = new TreeMap<>(IN_ORDER);
        Map<Said, Integer> deregistered = new TreeMap<>(IN_ORDER);
        Map<String, Integer> draining = new TreeMap<>();
        for (Member member : view.members()) {
            Membership membership = member.membership();
            List<Target.Key> keys = new ArrayList<>(membership.targets());
            if (member.live()) {
                for (Member.Due due : member.due()) {
                    plan.register(due);
                    keys.add(due.key());
                    registered.merge(said(view, member, due.key()), 1, Integer::sum);
                }
            } else {
                boolean drains = false;
                for (Member.Registered each : member.registered()) {
                    Target target = each.target();
                    if (target == null) {
                        keys.remove(each.key());
                    } else if (!target.draining()) {
                        drains = true;
                        plan.deregister(each.key());
                        deregistered.merge(said(view, member, each.key()), 1, Integer::sum);
                    }
                }
                if (drains) {
                    draining.merge(membership.deployment(), 1, Integer::sum);
                }
            }
            if (!keys.equals(membership.targets())) {
                plan.member(member, membership.withTargets(keys));
            }
        }
        registered.forEach((what, count) -> plan.rawEvent(text("registered", count, what)));
        deregistered.forEach((what, count) -> plan.rawEvent(text("deregistered", count, what)));
        draining.forEach((deployment, count) ->
                plan.rawEvent(
                        "(service %s, taskSet %s) has begun draining connections on %d tasks."
                                .formatted(view.service().arn().name(), deployment, count)));
    }

    /** In whose name something is said of a target group. */
    private record Said(String speaker, TargetGroupArn group) {}

    private static final Comparator<Said> IN_ORDER =
            Comparator.comparing((Said each) -> each.group().text()).thenComparing(Said::speaker);

    private static Said said(ServiceView view, Member member, Target.Key key) {
        return new Said(view.says(member, ""), key.group());
    }

    private static String text(String verb, int count, Said what) {
        return "%s%s %d targets in (target-group %s)"
                .formatted(what.speaker(), verb, count, what.group().text());
    }
}
