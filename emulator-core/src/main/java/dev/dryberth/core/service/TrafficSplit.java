package dev.dryberth.core.service;

import dev.dryberth.core.model.ServiceRevision;
import dev.dryberth.core.model.ServiceRevision.Balanced;
import dev.dryberth.core.model.ServiceRevision.Pair;
import dev.dryberth.core.model.Shift;
import dev.dryberth.core.model.TargetGroupArn;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How traffic is split between a revision's target group and the other of its pair, and which of
 * the two is which when a deployment begins.
 *
 * <p>A part is a whole number of thousandths, a weight of a rule at most 999. So a part of whole
 * per cents becomes weights out of 100, and any other weights out of 1000, of which neither can be
 * 1000: 5.5 % is 55 to 945.
 */
final class TrafficSplit {

    private static final int PER_CENT = Shift.ALL / 100;

    private static final String INVALID =
            "Service deployment rolled back because of invalid networking configuration";

    private TrafficSplit() {}

    /**
     * The weights of a rule.
     *
     * @param part of the traffic for {@code own}, in thousandths
     */
    static SortedMap<TargetGroupArn, Integer> weights(
            TargetGroupArn own, TargetGroupArn other, int part) {
        int unit = part % PER_CENT == 0 ? PER_CENT : 1;
        SortedMap<TargetGroupArn, Integer> weights = new TreeMap<>();
        weights.put(own, part / unit);
        weights.put(other, (Shift.ALL - part) / unit);
        return weights;
    }

    /**
     * What a revision's target groups are to be.
     *
     * @param problem why a deployment of it can't begin; null: it can
     */
    record Resolved(List<Balanced> balanced, @Nullable String problem) {}

    /** Puts the tasks of a new revision where nobody is served, of each two groups. */
    static Resolved resolve(
            ServiceRevision revision, Map<String, SortedMap<TargetGroupArn, Integer>> rules) {
        List<Balanced> resolved = new ArrayList<>();
        for (Balanced each : revision.balanced()) {
            Pair pair = each.pair();
            if (pair == null) {
                resolved.add(each);
                continue;
            }
            String problem = problem(each, pair, rules);
            if (problem != null) {
                return new Resolved(revision.balanced(), INVALID + problem);
            }
            TargetGroupArn serving =
                    serving(rules.getOrDefault(pair.productionRule(), NONE)).getFirst();
            resolved.add(each.in(serving.equals(each.group()) ? pair.other() : each.group()));
        }
        return new Resolved(List.copyOf(resolved), null);
    }

    private static final SortedMap<TargetGroupArn, Integer> NONE = new TreeMap<>();

    private static @Nullable String problem(
            Balanced balanced, Pair pair, Map<String, SortedMap<TargetGroupArn, Integer>> rules) {
        var production = rules.get(pair.productionRule());
        var test = pair.testRule() == null ? NONE : rules.get(pair.testRule());
        if (production == null || test == null) {
            return " One or more rules not found";
        }
        for (TargetGroupArn group : List.of(balanced.group(), pair.other())) {
            if (!production.containsKey(group) && !test.containsKey(group)) {
                return ": Target group "
                        + group
                        + " is not associated with either productionListenerRule or"
                        + " testListenerRule.";
            }
        }
        List<TargetGroupArn> serving = serving(production);
        if (serving.size() != 1) {
            return ". productionListenerRule %s should have exactly one target group serving traffic but found %d target groups which are serving traffic"
                    .formatted(pair.productionRule(), serving.size());
        }
        TargetGroupArn one = serving.getFirst();
        return one.equals(balanced.group()) || one.equals(pair.other())
                ? null
                : ". Production listener rule is forwarding traffic to unexpected target group %s. Expected traffic to be forwarded to either targetGroupArn: %s or alternateTargetGroupArn: %s"
                        .formatted(one, balanced.group(), pair.other());
    }

    private static List<TargetGroupArn> serving(Map<TargetGroupArn, Integer> weights) {
        return weights.entrySet().stream()
                .filter(each -> each.getValue() > 0)
                .map(Map.Entry::getKey)
                .toList();
    }
}
