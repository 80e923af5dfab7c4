package dev.dryberth.core.simulation;

import dev.dryberth.core.engine.Engine;
import dev.dryberth.core.model.Deployment;
import dev.dryberth.core.model.Service;
import dev.dryberth.core.model.TaskSet;
import dev.dryberth.core.service.ServiceRows;
import dev.dryberth.core.state.Tx;

import java.time.Instant;
import java.util.List;
import java.util.Objects;

/** What users do with the task sets of a service that they deploy themselves. */
final class TaskSetWorkload {

    private static final int MAX_SETS = 3;
    private static final double[] SCALES = {0, 0.5, 33.3, 50, 100};

    private final Faults faults;

    TaskSetWorkload(Faults faults) {
        this.faults = faults;
    }

    /** One thing that a user does with the sets of {@code service}; what it was. */
    String act(Engine engine, Tx tx, Service service, ServiceRows.Wish wish) {
        List<Deployment> sets = service.deployments();
        Instant now = engine.loop().clock().now();
        if (sets.isEmpty() || (sets.size() < MAX_SETS && faults.below(3) == 0)) {
            Deployment made = ServiceRows.addTaskSet(tx, service, wish, scale(), engine.ids(), now);
            return "add " + made.id();
        }
        Deployment chosen = sets.get(faults.below(sets.size()));
        TaskSet set = Objects.requireNonNull(chosen.taskSet());
        if (set.draining()) {
            return "leave " + chosen.id();
        }
        return switch (faults.below(4)) {
            case 0 -> {
                put(tx, service.with(chosen.with(set.drained(), now).serving(false, now)));
                yield "delete " + chosen.id();
            }
            case 1 -> {
                put(tx, service.ledBy(chosen, now));
                yield "lead with " + chosen.id();
            }
            default -> {
                double scale = scale();
                put(tx, service.with(chosen.with(set.scaled(scale), now)));
                yield "scale " + chosen.id() + " to " + scale;
            }
        };
    }

    private double scale() {
        return SCALES[faults.below(SCALES.length)];
    }

    private static void put(Tx tx, Service next) {
        tx.put(tx.world().services(), next.arn(), next);
    }
}
