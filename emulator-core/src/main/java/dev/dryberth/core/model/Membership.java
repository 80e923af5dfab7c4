package dev.dryberth.core.model;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.List;

/**
 * A task's place in its service.
 *
 * @param deployment the id ({@code ecs-svc/…}) of the deployment that started it
 * @param healthyAt when it first was healthy by the rules of its service; null: not yet
 * @param reportedUnhealthy whether the service has said that it is unhealthy now
 * @param targets the targets that its traffic comes through, until each has drained
 * @param counted whether the service has taken note that it stops
 * @param left whether the service has nothing to do with it any more
 * @param protectedUntil until when scale-in and deployments spare it; null: not protected
 */
public record Membership(
        ServiceArn service,
        String deployment,
        ServiceRevisionArn revision,
        @Nullable Instant healthyAt,
        boolean reportedUnhealthy,
        List<Target.Key> targets,
        boolean counted,
        boolean left,
        @Nullable Instant protectedUntil) {

    public static Membership fresh(
            ServiceArn service, String deployment, ServiceRevisionArn revision) {
        return new Membership(
                service, deployment, revision, null, false, List.of(), false, false, null);
    }

    public Membership healthySince(Instant at) {
        return new Membership(
                service,
                deployment,
                revision,
                healthyAt == null ? at : healthyAt,
                false,
                targets,
                counted,
                left,
                protectedUntil);
    }

    public Membership withReportedUnhealthy(boolean next) {
        return new Membership(
                service,
                deployment,
                revision,
                healthyAt,
                next,
                targets,
                counted,
                left,
                protectedUntil);
    }

    public Membership withTargets(List<Target.Key> next) {
        return new Membership(
                service,
                deployment,
                revision,
                healthyAt,
                reportedUnhealthy,
                List.copyOf(next),
                counted,
                left,
                protectedUntil);
    }

    public Membership asCounted() {
        return new Membership(
                service,
                deployment,
                revision,
                healthyAt,
                reportedUnhealthy,
                targets,
                true,
                left,
                protectedUntil);
    }

    public Membership asLeft() {
        return new Membership(
                service,
                deployment,
                revision,
                healthyAt,
                reportedUnhealthy,
                targets,
                true,
                true,
                protectedUntil);
    }

    public Membership protectedUntil(@Nullable Instant until) {
        return new Membership(
                service,
                deployment,
                revision,
                healthyAt,
                reportedUnhealthy,
                targets,
                counted,
                left,
                until);
    }
}
