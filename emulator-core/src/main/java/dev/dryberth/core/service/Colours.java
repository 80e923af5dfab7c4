package dev.dryberth.core.service;

import dev.dryberth.core.model.Deployment;
import dev.dryberth.core.model.ServiceRevision;
import dev.dryberth.core.model.ServiceRevision.Balanced;
import dev.dryberth.core.model.ServiceRevision.Pair;
import dev.dryberth.core.model.TargetGroupArn;

import org.jspecify.annotations.Nullable;

import java.util.SortedMap;

/**
 * The two revisions that a deployment moves traffic between, and the rules it moves it by.
 *
 * @param green what is rolled out
 * @param blue what served before; null: nothing did
 * @param rules what each rule that green names forwards to, as weights; one that is missing here
 *     does not exist
 */
record Colours(
        ServiceRevision green,
        @Nullable ServiceRevision blue,
        SortedMap<String, SortedMap<TargetGroupArn, Integer>> rules) {

    boolean isGreen(Deployment deployment) {
        return deployment.revision().equals(green.arn());
    }

    boolean isBlue(Deployment deployment) {
        return blue != null && deployment.revision().equals(blue.arn());
    }

    /** Which part of the traffic each kind of rule lets go to a revision's own target groups. */
    static void split(Plan.Draft plan, ServiceRevision revision, int test, int production) {
        for (Balanced each : revision.balanced()) {
            Pair pair = each.pair();
            if (pair != null) {
                var weights = TrafficSplit.weights(each.group(), pair.other(), production);
                plan.traffic(pair.productionRule(), weights);
                pair.moreProductionRules().forEach(rule -> plan.traffic(rule, weights));
                if (pair.testRule() != null) {
                    plan.traffic(
                            pair.testRule(),
                            TrafficSplit.weights(each.group(), pair.other(), test));
                }
            }
        }
    }
}
