package dev.dryberth.core.model;

import java.time.Instant;
import java.util.List;

/**
 * What a service's tasks were to be at one moment; never changed, but for the digests of its images
 * when they become known.
 *
 * @param balanced the target groups its tasks are registered in
 * @param digests of the images, as they were when its first task pulled them
 * @param document AWS's own document with the members that are only carried
 */
public record ServiceRevision(
        ServiceRevisionArn arn,
        TaskTemplate template,
        List<Balanced> balanced,
        List<ImageDigest> digests,
        software.amazon.awssdk.services.ecs.model.ServiceRevision document,
        Instant createdAt) {

    /**
     * One of a service's load balancers: which port of which container a group's traffic goes to.
     */
    public record Balanced(
            TargetGroupArn group, boolean byInstance, String container, int containerPort) {}

    /** What the image of a container was when it was first pulled. */
    public record ImageDigest(String container, String image, String digest) {}

    public ServiceRevision withDigests(List<ImageDigest> next) {
        return new ServiceRevision(arn, template, balanced, List.copyOf(next), document, createdAt);
    }
}
