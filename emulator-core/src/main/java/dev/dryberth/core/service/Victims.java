package dev.dryberth.core.service;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Which tasks go first when some must: those that are not healthy before those that are; then one
 * in the zone, and then on the instance, that has the most of the service's tasks; then the oldest.
 * Protected tasks never go. [?] The order among tasks of one zone and instance is not documented.
 */
final class Victims {

    private Victims() {}

    static boolean isProtected(Member member, Instant now) {
        Instant until = member.membership().protectedUntil();
        return until != null && now.isBefore(until);
    }

    /**
     * The first {@code count} to go, in the order they go.
     *
     * @param candidates out of which they are taken
     * @param all the service's live tasks, whose zones and instances count
     */
    static List<Member> first(int count, List<Member> candidates, List<Member> all, Instant now) {
        Map<String, Integer> crowd = new HashMap<>();
        for (Member each : all) {
            crowd.merge(zone(each), 1, Integer::sum);
            crowd.merge(instance(each), 1, Integer::sum);
        }
        List<Member> left = new ArrayList<>(candidates);
        left.removeIf(each -> isProtected(each, now));
        List<Member> chosen = new ArrayList<>();
        while (chosen.size() < count && !left.isEmpty()) {
            Member next = left.stream().min(order(crowd)).orElseThrow();
            left.remove(next);
            chosen.add(next);
            crowd.merge(zone(next), -1, Integer::sum);
            crowd.merge(instance(next), -1, Integer::sum);
        }
        return chosen;
    }

    private static Comparator<Member> order(Map<String, Integer> crowd) {
        return Comparator.comparing(Member::healthy)
                .thenComparing(each -> crowd.get(zone(each)), Comparator.reverseOrder())
                .thenComparing(each -> crowd.get(instance(each)), Comparator.reverseOrder())
                .thenComparing(each -> each.task().times().createdAt())
                .thenComparing(each -> each.task().arn());
    }

    private static String zone(Member member) {
        return "zone " + member.task().origin().availabilityZone();
    }

    private static String instance(Member member) {
        return "instance " + member.task().origin().containerInstance();
    }
}
