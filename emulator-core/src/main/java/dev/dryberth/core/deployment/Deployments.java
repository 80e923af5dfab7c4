package dev.dryberth.core.deployment;

import dev.dryberth.core.model.Deployment;
import dev.dryberth.core.model.HookRun;
import dev.dryberth.core.model.Lifecycle;
import dev.dryberth.core.model.RolloutRules;
import dev.dryberth.core.model.Service;
import dev.dryberth.core.model.ServiceDeployment;
import dev.dryberth.core.model.ServiceDeployment.Monitoring;
import dev.dryberth.core.model.ServiceDeployment.Status;
import dev.dryberth.core.model.ServiceDeploymentArn;
import dev.dryberth.core.model.ServiceRevisionArn;
import dev.dryberth.core.model.Shift;
import dev.dryberth.core.model.Stage;
import dev.dryberth.core.model.TaskSet;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.ecs.model.DeploymentConfiguration;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * How deployments of a service begin and how they are asked to end, as pure functions of its rows.
 * What happens in between is the service scheduler's.
 */
public final class Deployments {

    /** Why a deployment that something newer replaced has stopped. */
    public static final String REPLACED =
            "Service deployment stopped because a new service deployment was started.";

    private Deployments() {}

    /**
     * A roll-out that begins.
     *
     * @param service with the new deployment first; the ones before it are to give way
     * @param started the record of the roll-out
     * @param stopped the record of the roll-out that it cut short; null: none was under way
     */
    public record Begun(
            Service service, ServiceDeployment started, @Nullable ServiceDeployment stopped) {}

    /**
     * Begins to roll out a revision.
     *
     * @param service as it is to be, still with the deployments it had
     * @param ongoing the record of the roll-out that is under way; null: none is
     * @param number of the deployment and its revision
     */
    public static Begun begin(
            Service service,
            @Nullable ServiceDeployment ongoing,
            ServiceRevisionArn revision,
            ServiceDeploymentArn arn,
            String number,
            DeploymentConfiguration configuration,
            Instant now) {
        Service before = settled(service, ongoing);
        String id = "ecs-svc/" + number;
        Deployment primary =
                Deployment.fresh(id, revision, arn, before.desiredCount(), inProgress(id), now);
        return begin(before, ongoing, primary, before.rules().shift(), configuration, now);
    }

    /**
     * Begins to replace the task set that serves by another one.
     *
     * @param service as it is to be, still with the task sets it has
     * @param replacement its new task set
     * @param shift how traffic moves to it
     */
    public static Begun replace(
            Service service,
            @Nullable ServiceDeployment ongoing,
            ServiceRevisionArn revision,
            ServiceDeploymentArn arn,
            TaskSet replacement,
            Shift shift,
            Instant now) {
        String id = "ecs-svc/" + revision.number();
        Deployment primary =
                Deployment.fresh(id, revision, arn, 0, inProgress(id), now).with(replacement, now);
        return begin(
                service,
                ongoing,
                primary,
                shift,
                service.document().deploymentConfiguration(),
                now);
    }

    private static Begun begin(
            Service before,
            @Nullable ServiceDeployment ongoing,
            Deployment primary,
            @Nullable Shift shift,
            DeploymentConfiguration configuration,
            Instant now) {
        List<Deployment> deployments = new ArrayList<>();
        List<ServiceRevisionArn> sources = new ArrayList<>();
        deployments.add(primary);
        for (Deployment each : before.deployments()) {
            deployments.add(each.primary() ? each.demoted(each.desiredCount(), now) : each);
            sources.add(each.revision());
        }
        ServiceDeployment started =
                new ServiceDeployment(
                        primary.deployment(),
                        Status.PENDING,
                        null,
                        primary.revision(),
                        List.copyOf(sources),
                        null,
                        breaker(before),
                        alarms(before.rules()),
                        lifecycle(before, ongoing, shift, now),
                        configuration,
                        now,
                        null,
                        null,
                        null,
                        now);
        ServiceDeployment stopped =
                ongoing == null || ongoing.status().terminal()
                        ? null
                        : ongoing.inStatus(Status.STOP_REQUESTED, REPLACED, now)
                                .inStatus(Status.STOPPED, REPLACED, now);
        return new Begun(
                before.copy().deployments(deployments).steady(false).problem(null, null).build(),
                started,
                stopped);
    }

    /**
     * All traffic is green's once blue is being cleaned up: whoever begins something new then would
     * come back to green.
     */
    private static Service settled(Service service, @Nullable ServiceDeployment ongoing) {
        if (ongoing == null || ongoing.status().terminal() || !cleansUp(ongoing)) {
            return service;
        }
        Deployment green = service.primary();
        return service.copy()
                .completed(new Service.Completed(green.id(), green.revision()))
                .build();
    }

    /** Whether a roll-out stops what served before, so that it can't go back any more. */
    public static boolean cleansUp(ServiceDeployment ongoing) {
        Lifecycle lifecycle = ongoing.lifecycle();
        return lifecycle != null && lifecycle.stage() == Stage.CLEAN_UP && !lifecycle.goesBack();
    }

    private static @Nullable Lifecycle lifecycle(
            Service before, @Nullable ServiceDeployment last, @Nullable Shift shift, Instant now) {
        if (shift == null) {
            return null;
        }
        ServiceRevisionArn blue = blue(before, last == null ? null : last.lifecycle());
        boolean others =
                before.deployments().stream().anyMatch(each -> !each.revision().equals(blue));
        return Lifecycle.fresh(
                shift, blue, others ? Stage.RECONCILE_SERVICE : Stage.PRE_SCALE_UP, now);
    }

    /**
     * The revision that serves: what completed last; if nothing did, what is newest, unless it
     * never got any traffic.
     */
    private static @Nullable ServiceRevisionArn blue(Service before, @Nullable Lifecycle last) {
        if (before.completed() != null) {
            return before.completed().revision();
        }
        boolean serves = last == null || last.production() > 0;
        return before.deployments().isEmpty() || !serves ? null : before.primary().revision();
    }

    private static ServiceDeployment.Breaker breaker(Service service) {
        RolloutRules.Breaker breaker = service.rules().breaker();
        return new ServiceDeployment.Breaker(
                breaker.enable() ? Monitoring.MONITORING : Monitoring.DISABLED,
                0,
                CircuitBreaker.threshold(breaker, service.desiredCount()));
    }

    private static ServiceDeployment.Alarms alarms(RolloutRules rules) {
        return new ServiceDeployment.Alarms(
                rules.alarms().enable() ? Monitoring.MONITORING : Monitoring.DISABLED,
                rules.alarms().names(),
                List.of());
    }

    /** The reason of a deployment under way. */
    public static String inProgress(String id) {
        return "ECS deployment " + id + " in progress.";
    }

    /**
     * A roll-out that somebody asked to end by going back; the scheduler does the rest.
     *
     * @return the same when it is on its way back or stopping already
     */
    public static ServiceDeployment rollbackRequested(ServiceDeployment ongoing, Instant now) {
        return switch (ongoing.status()) {
            case PENDING, IN_PROGRESS ->
                    ongoing.inStatus(
                            Status.ROLLBACK_REQUESTED,
                            cleansUp(ongoing)
                                    ? null
                                    : "Service deployment rolled back because of a user request.",
                            now); // [?]
            case STOP_REQUESTED, ROLLBACK_REQUESTED, ROLLBACK_IN_PROGRESS -> ongoing;
            case SUCCESSFUL, STOPPED, ROLLBACK_SUCCESSFUL, ROLLBACK_FAILED ->
                    throw new IllegalArgumentException(
                            ongoing.arn() + " has ended: " + ongoing.status());
        };
    }

    /** A roll-out that is to end where it is. */
    public static ServiceDeployment stopRequested(ServiceDeployment ongoing, Instant now) {
        return ongoing.status().terminal()
                ? ongoing
                : ongoing.inStatus(Status.STOP_REQUESTED, null, now);
    }

    /**
     * A roll-out whose pause somebody ends.
     *
     * @param goesOn whether it goes on, or back
     * @return null if no such pause waits
     */
    public static @Nullable ServiceDeployment continued(
            ServiceDeployment ongoing, String hook, boolean goesOn) {
        Lifecycle lifecycle = ongoing.lifecycle();
        HookRun run = lifecycle == null ? null : lifecycle.run(hook);
        if (lifecycle == null || run == null || run.status() != HookRun.Status.AWAITING_ACTION) {
            return null;
        }
        return ongoing.withLifecycle(
                lifecycle.with(
                        goesOn
                                ? run.inStatus(HookRun.Status.SUCCEEDED, null)
                                : run.inStatus(
                                        HookRun.Status.FAILED,
                                        "Pause hook " + run.id() + " was rolled back."))); // [?]
    }
}
