package dev.dryberth.core.runtime.docker;

import com.github.dockerjava.api.command.InspectImageResponse;
import com.github.dockerjava.api.command.PullImageCmd;
import com.github.dockerjava.api.command.PullImageResultCallback;
import com.github.dockerjava.api.exception.NotFoundException;

import dev.dryberth.core.model.PinnedImage;
import dev.dryberth.core.model.TaskArn;
import dev.dryberth.core.runtime.Effect;
import dev.dryberth.core.runtime.RuntimeEvent;
import dev.dryberth.core.runtime.RuntimeEvent.ImagePullFailed;
import dev.dryberth.core.runtime.RuntimeEvent.ImagePulled;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * Makes sure of images.
 *
 * <p>Deviation: ECS asks the registry at every start of a task; here an image that the engine has
 * under its reference is used as it is. A developer builds images that no registry knows, and often
 * has no network.
 *
 * <p>A pinned image is looked for by its id, which no tag can move from it; when it is gone, its
 * registry is asked for its digest, if it has one.
 *
 * <p>That an image is there is remembered until the engine tells of any change to its images, or
 * cannot be heard, so a task whose image was used before starts without asking.
 */
final class Images {

    static final int MAX_PULLS = 6;
    private static final Duration PULL_PATIENCE = Duration.ofMinutes(30);
    private static final int MAX_REMEMBERED = 1000;

    private final Engine engine;
    private final Gate gate;
    private final Consumer<RuntimeEvent> sink;
    private final Semaphore pulls = new Semaphore(MAX_PULLS, true);
    private final Map<String, CompletableFuture<Outcome>> underWay = new ConcurrentHashMap<>();
    private final Map<String, Present> present = new ConcurrentHashMap<>();
    private final AtomicLong changes = new AtomicLong();

    Images(Engine engine, Gate gate, Consumer<RuntimeEvent> sink) {
        this.engine = engine;
        this.gate = gate;
        this.sink = sink;
    }

    /** What came of looking for an image. */
    sealed interface Outcome {}

    record Present(String imageId, @Nullable String digest) implements Outcome {}

    record Failed(String reason) implements Outcome {}

    /**
     * An image to look for.
     *
     * @param name or id by which the engine has it
     * @param reference by which a registry has it
     * @param anywhere whether one may have it
     */
    private record Wanted(String name, ImageReference reference, boolean anywhere) {

        static Wanted of(String image, @Nullable PinnedImage pinned) {
            ImageReference reference = ImageReference.parse(image);
            if (pinned == null) {
                return new Wanted(image, reference, true);
            }
            String digest = pinned.digest();
            return digest == null
                    ? new Wanted(pinned.imageId(), reference, false)
                    : new Wanted(pinned.imageId(), reference.at(digest), true);
        }
    }

    void ensure(Effect.PullImage pull) {
        ensure(
                pull.image(),
                pull.pinned(),
                outcome -> tell(pull.task(), pull.container(), outcome));
    }

    /** Requests for one image that come while it is being fetched share what comes of it. */
    void ensure(String reference, @Nullable PinnedImage pinned, Consumer<Outcome> then) {
        // What is known of a pinned image depends on the registry it can be had from.
        String image =
                pinned == null
                        ? reference
                        : reference + " " + pinned.imageId() + " " + pinned.digest();
        Present known = present.get(image);
        if (known != null) {
            then.accept(known);
            return;
        }
        CompletableFuture<Outcome> mine = new CompletableFuture<>();
        CompletableFuture<Outcome> other = underWay.putIfAbsent(image, mine);
        var _ = (other == null ? mine : other).thenAccept(then);
        if (other == null) {
            Thread.ofVirtual()
                    .name("docker image " + image)
                    .start(() -> {
                        Outcome outcome = obtain(reference, pinned);
                        underWay.remove(image, mine);
                        mine.complete(outcome);
                    });
        }
    }

    private void tell(TaskArn task, String container, Outcome outcome) {
        sink.accept(
                switch (outcome) {
                    case Present(String imageId, String digest) ->
                            new ImagePulled(task, container, imageId, digest);
                    case Failed(String reason) -> new ImagePullFailed(task, container, reason);
                });
    }

    /** The engine's images changed, or may have: nothing is known any more. */
    void changed() {
        changes.incrementAndGet();
        present.clear();
    }

    private Outcome obtain(String image, @Nullable PinnedImage pinned) {
        Wanted wanted;
        try {
            wanted = Wanted.of(image, pinned);
        } catch (Reasons.Refused invalid) {
            return new Failed(Reasons.named("CannotPullContainerError", invalid));
        }
        try {
            try {
                return fetch(wanted);
            } catch (RuntimeException e) {
                // An engine that went away is waited for, and asked once more when it is back.
                if (!Engine.unreachable(e) || !gate.enter(Jobs.ENGINE_WAIT)) {
                    throw e;
                }
                gate.leave();
                return fetch(wanted);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Failed(pullFailed(wanted.reference(), "interrupted"));
        } catch (RuntimeException | Error e) {
            // An Error too, or all who want this image would wait for ever.
            return new Failed(pullFailed(wanted.reference(), Reasons.message(e)));
        }
    }

    private Outcome fetch(Wanted wanted) throws InterruptedException {
        Present local = local(wanted.name(), wanted.reference());
        if (local != null) {
            return local;
        }
        if (!wanted.anywhere()) {
            return new Failed(gone(wanted));
        }
        pull(wanted.reference());
        Present pulled = local(wanted.name(), wanted.reference());
        return pulled != null
                ? pulled
                : new Failed(pullFailed(wanted.reference(), wanted.reference() + ": not found"));
    }

    /** A pinned image that no registry has can't be had again. */
    private static String gone(Wanted wanted) {
        return Reasons.cut(
                "CannotPullContainerError: image %s, which this service revision runs as %s, is gone from the engine and in no registry; a new deployment takes what that name means now"
                        .formatted(wanted.name(), wanted.reference()));
    }

    private @Nullable Present local(String image, ImageReference reference) {
        long before = changes.get();
        InspectImageResponse found;
        try {
            found = engine.calls().inspectImageCmd(image).exec();
        } catch (NotFoundException absent) {
            return null;
        }
        Present result =
                new Present(
                        Objects.requireNonNull(found.getId()),
                        digest(reference, found.getRepoDigests()));
        if (present.size() < MAX_REMEMBERED && changes.get() == before) {
            present.put(image, result);
            if (changes.get() != before) {
                present.remove(image, result);
            }
        }
        return result;
    }

    /** The digest under which the image's own repository knows it. */
    static @Nullable String digest(ImageReference reference, @Nullable List<String> repoDigests) {
        if (reference.digest() != null) {
            return reference.digest();
        }
        if (repoDigests == null) {
            return null;
        }
        for (String known : repoDigests) {
            int at = known.indexOf('@');
            if (at > 0 && ImageReference.parse(known).repository().equals(reference.repository())) {
                return known.substring(at + 1);
            }
        }
        return null;
    }

    private void pull(ImageReference reference) throws InterruptedException {
        pulls.acquire();
        try {
            String repository =
                    reference.digest() == null
                            ? reference.repository()
                            : reference.repository() + "@" + reference.digest();
            PullImageCmd command = engine.streams().pullImageCmd(repository);
            if (reference.tag() != null) {
                command.withTag(reference.tag());
            }
            PullImageResultCallback progress = command.exec(new PullImageResultCallback());
            if (!progress.awaitCompletion(PULL_PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                throw new IllegalStateException(
                        "no end after " + PULL_PATIENCE.toMinutes() + " minutes");
            }
        } finally {
            pulls.release();
        }
    }

    /** What AWS says when a pull fails, with the engine's reason mapped to a registry's words. */
    static String pullFailed(ImageReference reference, String said) {
        String why;
        if (said.contains("not found") || said.contains("manifest unknown")) {
            why = reference + ": not found";
        } else if (said.contains("denied") || said.contains("unauthorized")) {
            why =
                    "pull access denied, repository does not exist or may require authorization:"
                            + " server message: insufficient_scope: authorization failed";
        } else {
            why = "failed to do request: " + said;
        }
        return Reasons.cut(
                "CannotPullContainerError: pull image manifest has been retried 1 time(s): failed"
                        + " to resolve ref "
                        + reference
                        + ": "
                        + why);
    }
}
