package dev.dryberth.core.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.dryberth.core.model.Deployment;
import dev.dryberth.core.model.Membership;
import dev.dryberth.core.model.Service;
import dev.dryberth.core.model.ServiceRevisionArn;
import dev.dryberth.core.model.Task;
import dev.dryberth.core.model.TaskSet;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** What must hold of task sets after every event. */
final class TaskSetInvariants {

    private Map<ServiceRevisionArn, Integer> liveBefore = new HashMap<>();
    private Map<ServiceRevisionArn, Integer> live = new HashMap<>();

    /** Counts the live tasks of every revision. */
    void seen(List<Task> tasks) {
        liveBefore = live;
        live = new HashMap<>();
        for (Task each : tasks) {
            Membership membership = each.membership();
            if (membership != null && !each.stopping()) {
                live.merge(membership.revision(), 1, Integer::sum);
            }
        }
    }

    /** No set comes to more live tasks than it is to have. */
    void check(Service service) {
        for (Deployment each : service.deployments()) {
            int alive = live.getOrDefault(each.revision(), 0);
            int wanted = set(each).wanted(service.desiredCount());
            if (alive > wanted && alive > liveBefore.getOrDefault(each.revision(), 0)) {
                fail("%d live tasks (expected: <= %d) of %s", alive, wanted, each);
            }
        }
    }

    static void checkRow(Service service) {
        long primaries = service.deployments().stream().filter(Deployment::primary).count();
        assertThat(primaries).as("primary task sets of %s", service).isLessThanOrEqualTo(1);
        assertThat(service.leading() == null).isEqualTo(primaries == 0);
        for (Deployment each : service.deployments()) {
            assertThat(set(each).draining() && each.primary()).as("of %s", each).isFalse();
        }
    }

    private static TaskSet set(Deployment deployment) {
        return Objects.requireNonNull(deployment.taskSet());
    }
}
