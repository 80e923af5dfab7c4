package dev.dryberth.core.model;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * What a service's tasks were to be at one moment; never changed, but for its images being pinned
 * when they become known.
 *
 * @param balanced the target groups its tasks are registered in
 * @param digests the images of its containers, as they were when its first task looked them up
 * @param document AWS's own document with the members that are only carried
 */
public record ServiceRevision(
        ServiceRevisionArn arn,
        TaskTemplate template,
        List<Balanced> balanced,
        List<PinnedImage> digests,
        software.amazon.awssdk.services.ecs.model.ServiceRevision document,
        Instant createdAt) {

    /**
     * One of a service's load balancers: which port of which container a group's traffic goes to.
     *
     * @param group where the tasks are registered
     * @param pair null: no traffic is moved to or from it
     */
    public record Balanced(
            TargetGroupArn group,
            boolean byInstance,
            String container,
            int containerPort,
            @Nullable Pair pair) {

        public Balanced(
                TargetGroupArn group, boolean byInstance, String container, int containerPort) {
            this(group, byInstance, container, containerPort, null);
        }

        /** The same with its tasks in {@code next}, which is one of its two groups. */
        public Balanced in(TargetGroupArn next) {
            return pair == null || next.equals(group)
                    ? this
                    : new Balanced(
                            next,
                            byInstance,
                            container,
                            containerPort,
                            new Pair(
                                    group,
                                    pair.productionRule(),
                                    pair.testRule(),
                                    pair.moreProductionRules()));
        }
    }

    /**
     * The two target groups that take turns, and the rules whose traffic moves between them.
     *
     * @param other the group in which the tasks are not registered
     * @param productionRule the ARN of a rule, or of a network load balancer's listener
     * @param testRule the same for test traffic; null: there is none
     * @param moreProductionRules rules whose traffic moves with that of the production rule
     */
    public record Pair(
            TargetGroupArn other,
            String productionRule,
            @Nullable String testRule,
            List<String> moreProductionRules) {

        /** One rule for each kind of traffic. */
        public Pair(TargetGroupArn other, String productionRule, @Nullable String testRule) {
            this(other, productionRule, testRule, List.of());
        }
    }

    /** The image that a container is made from; null: none is pinned. */
    public @Nullable PinnedImage pinned(String container) {
        for (PinnedImage each : digests) {
            if (each.container().equals(container)) {
                return each;
            }
        }
        return null;
    }

    /** The same with one more image pinned, that of a container which has none yet. */
    public ServiceRevision pin(PinnedImage image) {
        List<PinnedImage> next = new ArrayList<>(digests);
        next.add(image);
        return new ServiceRevision(arn, template, balanced, List.copyOf(next), document, createdAt);
    }

    /** The same with its tasks in other groups, when it is known which of each two serve nobody. */
    public ServiceRevision in(List<Balanced> resolved) {
        return new ServiceRevision(arn, template, resolved, digests, document, createdAt);
    }
}
