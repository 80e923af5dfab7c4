package dev.dryberth.core.service;

import dev.dryberth.core.model.Deployment;
import dev.dryberth.core.model.Deployment.RolloutState;
import dev.dryberth.core.model.Lifecycle;
import dev.dryberth.core.model.Stage;

import java.util.Objects;

/**
 * Keeps the two revisions of a deployment that moves traffic at the number of tasks that its stage
 * wants: green none before SCALE_UP and all from then on, blue all until CLEAN_UP and none from
 * then on, any other none. When it goes back, it is green that is wanted until CLEAN_UP.
 *
 * <p>Each has the room of a service of its own: {@code maximumPercent} of the desired count.
 */
final class SideBySide {

    private final ServiceView view;
    private final Plan.Draft plan;
    private final Colours colours;
    private final Lifecycle lifecycle;

    private SideBySide(ServiceView view, Plan.Draft plan) {
        this.view = view;
        this.plan = plan;
        colours = Objects.requireNonNull(view.colours());
        lifecycle = Objects.requireNonNull(Objects.requireNonNull(view.rollout()).lifecycle());
    }

    static void add(ServiceView view, Plan.Draft plan) {
        SideBySide all = new SideBySide(view, plan);
        for (Deployment each : view.service().deployments()) {
            all.add(each);
        }
        Fleet.reportSpared(view, plan);
        if (!plan.stopsNothing()) {
            plan.saysWhatStops();
        }
    }

    private void add(Deployment deployment) {
        int wanted = wanted(deployment);
        Deployment counted = deployment.withDesiredCount(wanted, view.now());
        plan.deployment(counted);
        Fleet fleet = new Fleet(view, plan, counted, wanted);
        int room = Math.max(view.upper(), view.desiredCount()) - fleet.live().size();
        fleet.scaleIn();
        fleet.replaceUnhealthy(room);
        if (plan.stopsNothing() && deployment.rolloutState() != RolloutState.FAILED) {
            fleet.start(room);
        }
    }

    private int wanted(Deployment deployment) {
        if (lifecycle.goesBack()) {
            return deployment.primary() ? view.desiredCount() : staying(deployment);
        }
        if (deployment.primary()) {
            return lifecycle.stage().reached(Stage.SCALE_UP) ? view.desiredCount() : 0;
        }
        boolean stays = colours.isBlue(deployment) && !lifecycle.stage().reached(Stage.CLEAN_UP);
        return stays ? view.desiredCount() : 0;
    }

    /** What failed keeps what it has until it is to go. */
    private int staying(Deployment deployment) {
        boolean stays = colours.isGreen(deployment) && !lifecycle.stage().reached(Stage.CLEAN_UP);
        return stays ? Math.min(view.desiredCount(), view.live(deployment).size()) : 0;
    }
}
