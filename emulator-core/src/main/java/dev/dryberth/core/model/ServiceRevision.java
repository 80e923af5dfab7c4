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
     */
    public record Balanced(
            TargetGroupArn group, boolean byInstance, String container, int containerPort) {}

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
}
