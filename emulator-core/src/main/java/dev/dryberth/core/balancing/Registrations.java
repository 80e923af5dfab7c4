package dev.dryberth.core.balancing;

import dev.dryberth.core.loop.Clock;
import dev.dryberth.core.model.Target;
import dev.dryberth.core.model.TargetGroup;
import dev.dryberth.core.state.Tx;
import dev.dryberth.core.state.World;

import org.jspecify.annotations.Nullable;

import java.time.Duration;

/** Registers targets and lets them drain, for whoever asks. Loop thread. */
public final class Registrations {

    private static final String DELAY = "deregistration_delay.timeout_seconds";

    private Registrations() {}

    /** A target that drains is taken back; any other that is there stays as it is. */
    public static void register(
            Tx tx, Target.Key key, @Nullable String availabilityZone, Clock clock) {
        World world = tx.world();
        Target present = world.targets().get(key);
        if (present == null || present.draining()) {
            tx.put(
                    world.targets(),
                    key,
                    TargetHealth.registered(key, availabilityZone, clock.now()));
        }
    }

    /** Lets a target drain as long as its group says, on this clock; one that is gone stays so. */
    public static void deregister(Tx tx, Target.Key key, Clock clock) {
        World world = tx.world();
        Target target = world.targets().get(key);
        TargetGroup group = world.targetGroups().get(key.group());
        if (target == null) {
            return;
        }
        Target next =
                TargetHealth.deregistered(
                        target, group == null ? Duration.ZERO : delay(group, clock), clock.now());
        if (next == null) {
            tx.delete(world.targets(), key);
        } else {
            tx.put(world.targets(), key, next);
        }
    }

    private static Duration delay(TargetGroup group, Clock clock) {
        String seconds = AttributeRules.complete(group).get(DELAY);
        return seconds == null
                ? Duration.ZERO
                : clock.wait(Duration.ofSeconds(Long.parseLong(seconds)));
    }
}
