package dev.dryberth.core.engine;

import dev.dryberth.core.model.ClientToken;
import dev.dryberth.core.model.Task;
import dev.dryberth.core.state.Tx;
import dev.dryberth.core.state.World;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Which rows go because their time is over. Loop thread. */
final class Forgetting {

    private Forgetting() {}

    /**
     * Removes stopped tasks, services that are gone, client tokens and deleted task definitions
     * that are past their time.
     *
     * @param stoppedTaskRetention how long a stopped task is still described
     */
    static void past(Tx tx, Instant now, Duration stoppedTaskRetention) {
        World world = tx.world();
        for (Task task : List.copyOf(world.tasks().all())) {
            Instant stoppedAt = task.times().stoppedAt();
            if (task.cleaned()
                    && stoppedAt != null
                    && stoppedAt.plus(stoppedTaskRetention).isBefore(now)) {
                tx.delete(world.tasks(), task.arn());
            }
        }
        for (ClientToken token : List.copyOf(world.clientTokens().all())) {
            if (token.expiresAt().isBefore(now)) {
                tx.delete(world.clientTokens(), token.key());
            }
        }
        ServiceRecords.forgetInactive(tx, now);
        DeletedDefinitions.removeUnreferenced(tx);
    }
}
