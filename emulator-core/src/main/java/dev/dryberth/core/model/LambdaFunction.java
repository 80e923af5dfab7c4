package dev.dryberth.core.model;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * A Lambda function whose code is a container image.
 *
 * @param imageUri the image that was asked for last
 * @param lookingUp whether that image is still being looked for
 * @param problem why it could not be had; null: it could, or nobody knows yet
 * @param image what runs; null: there never was one
 * @param revisionId changes with every change of the function
 */
public record LambdaFunction(
        FunctionArn arn,
        String imageUri,
        boolean lookingUp,
        @Nullable String problem,
        @Nullable Image image,
        Settings settings,
        Instant lastModified,
        String revisionId,
        List<Tag> tags) {

    /**
     * The very image that runs, whatever its name has come to mean since.
     *
     * @param id the runtime's own id of it, {@code sha256:…}
     * @param digest by which its registry knows it; null: it never saw one
     */
    public record Image(String uri, String id, @Nullable String digest) {}

    /**
     * How it is run. Empty lists, and no working directory, stand for what the image says.
     *
     * @param ephemeralStorageMiB the size of {@code /tmp}
     */
    public record Settings(
            String role,
            String description,
            int timeoutSeconds,
            int memoryMiB,
            int ephemeralStorageMiB,
            Map<String, String> environment,
            List<String> entryPoint,
            List<String> command,
            @Nullable String workingDirectory,
            String architecture) {}

    /** All that an execution environment is made from: with another one it is of no use. */
    public record Recipe(Image image, Settings settings) {

        public Duration timeout() {
            return Duration.ofSeconds(settings.timeoutSeconds());
        }
    }

    /** AWS's State, as far as there is one here. */
    public enum State {
        PENDING,
        ACTIVE,
        FAILED
    }

    public State state() {
        if (image != null) {
            return State.ACTIVE;
        }
        return lookingUp ? State.PENDING : State.FAILED;
    }

    /** What runs when it is called; null: nothing can yet. */
    public @Nullable Recipe recipe() {
        return image == null ? null : new Recipe(image, settings);
    }

    /** What was asked for is there, and runs from now on. */
    public LambdaFunction found(String imageId, @Nullable String digest) {
        return with(false, null, new Image(imageUri, imageId, digest));
    }

    /** What was asked for is not to be had; what ran before goes on running. */
    public LambdaFunction notFound(String why) {
        return with(false, why, image);
    }

    private LambdaFunction with(
            boolean nextLookingUp, @Nullable String nextProblem, @Nullable Image nextImage) {
        return new LambdaFunction(
                arn,
                imageUri,
                nextLookingUp,
                nextProblem,
                nextImage,
                settings,
                lastModified,
                revisionId,
                tags);
    }

    /** Another image, which has yet to be looked for. */
    public LambdaFunction wanting(String nextImageUri, Instant now, String nextRevisionId) {
        return new LambdaFunction(
                arn, nextImageUri, true, null, image, settings, now, nextRevisionId, tags);
    }

    public LambdaFunction withSettings(Settings next, Instant now, String nextRevisionId) {
        return new LambdaFunction(
                arn, imageUri, lookingUp, problem, image, next, now, nextRevisionId, tags);
    }

    public LambdaFunction withTags(List<Tag> next) {
        return new LambdaFunction(
                arn, imageUri, lookingUp, problem, image, settings, lastModified, revisionId, next);
    }
}
