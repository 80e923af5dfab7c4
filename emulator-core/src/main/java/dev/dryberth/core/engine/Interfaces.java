package dev.dryberth.core.engine;

import dev.dryberth.core.loop.Ids;
import dev.dryberth.core.loop.Loop;
import dev.dryberth.core.model.Eni;
import dev.dryberth.core.model.TaskArn;
import dev.dryberth.core.model.TaskStatus;
import dev.dryberth.core.model.Vpc;
import dev.dryberth.core.network.Addresses;
import dev.dryberth.core.runtime.Effect;
import dev.dryberth.core.state.Tx;
import dev.dryberth.core.state.World;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;

/**
 * Network interfaces: given to tasks, taken back, and kept ready.
 *
 * <p>Making a network namespace takes longer than starting a container in one, so a few stand ready
 * in every subnet of every VPC. They are rows like those of tasks, only without an owner: the
 * journal knows them before they exist, and after a crash they are adopted or removed as any other.
 * A task takes a ready one, else one that is being made, else a new one.
 *
 * <p>The pool is refilled only while no task is starting, because making a namespace would take the
 * processor from the very start it is to speed up; a long run of starts is not waited for longer
 * than {@link #MAX_DEFERRAL}. Loop thread only.
 */
final class Interfaces {

    /** How long refilling waits for starting tasks, at most. */
    static final Duration MAX_DEFERRAL = Duration.ofSeconds(15);

    /** After a namespace for the pool could not be made, how long until the next try. */
    static final Duration RETRY_AFTER_FAILURE = Duration.ofSeconds(30);

    private final Addresses addresses = new Addresses();
    private final Loop loop;
    private final Ids ids;
    private final int poolSize;
    private boolean closed;
    private @Nullable Instant deferredSince;
    private @Nullable Instant notBefore;

    Interfaces(Loop loop, Ids ids, int poolSize) {
        this.loop = loop;
        this.ids = ids;
        this.poolSize = poolSize;
    }

    /** Gives {@code task} an interface in the subnet; effects that make it are added. */
    Eni take(Tx tx, Vpc vpc, Vpc.Subnet subnet, TaskArn task, List<Effect> effects)
            throws Addresses.SubnetFull {
        Eni best = null;
        for (Eni eni : tx.world().spareEnis().of(subnet.id())) {
            best = eni;
            if (eni.state() == Eni.State.READY) {
                break;
            }
        }
        if (best == null) {
            best = create(tx, vpc, subnet, effects);
        }
        Eni owned = best.ownedBy(task);
        tx.put(tx.world().enis(), owned.id(), owned);
        return owned;
    }

    private Eni create(Tx tx, Vpc vpc, Vpc.Subnet subnet, List<Effect> effects)
            throws Addresses.SubnetFull {
        String address = addresses.next(tx.world(), subnet);
        Eni eni =
                new Eni(
                        "eni-" + ids.hex17(),
                        ids.uuid(),
                        vpc.scope(),
                        vpc.id(),
                        subnet.id(),
                        address,
                        Addresses.macAddress(address),
                        Eni.State.CREATING,
                        null,
                        null);
        tx.put(tx.world().enis(), eni.id(), eni);
        effects.add(new Effect.CreateNamespace(eni, vpc.cidr()));
        return eni;
    }

    void release(Tx tx, Eni eni, List<Effect> effects) {
        Eni row = tx.world().enis().get(eni.id());
        if (row != null) {
            tx.put(tx.world().enis(), row.id(), row.inState(Eni.State.DELETING));
            effects.add(new Effect.RemoveNamespace(row));
        }
    }

    /** A namespace of the pool could not be made or died: it goes, and the next try waits. */
    void poolFailed(Tx tx, Eni eni, List<Effect> effects) {
        notBefore = loop.clock().now().plus(RETRY_AFTER_FAILURE);
        release(tx, eni, effects);
    }

    /** Gives back all that stands ready, for good. */
    void releasePool(Tx tx, List<Effect> effects) {
        closed = true;
        for (Eni eni : List.copyOf(tx.world().enis().all())) {
            if (eni.task() == null && eni.state() != Eni.State.DELETING) {
                release(tx, eni, effects);
            }
        }
    }

    static boolean poolIsEmpty(World world) {
        return world.enis().all().stream().noneMatch(eni -> eni.task() == null);
    }

    /** Makes what the pool lacks, or arranges to look again later. */
    void refill(Tx tx, List<Effect> effects, Runnable lookAgain) {
        World world = tx.world();
        if (closed || poolSize == 0 || world.vpcs().size() == 0) {
            return;
        }
        Instant now = loop.clock().now();
        List<Missing> missing = missing(world);
        if (missing.isEmpty()) {
            deferredSince = null;
            return;
        }
        Instant wait =
                notBefore != null && now.isBefore(notBefore) ? notBefore : deferral(world, now);
        if (wait != null) {
            loop.schedule("pause-pool", wait, lookAgain);
            return;
        }
        deferredSince = null;
        for (Missing each : missing) {
            try {
                create(tx, each.vpc(), each.subnet(), effects);
            } catch (Addresses.SubnetFull e) {
                // A full subnet has no room for a pool; the others still get theirs.
                notBefore = now.plus(RETRY_AFTER_FAILURE);
                loop.schedule("pause-pool", notBefore, lookAgain);
            }
        }
    }

    private record Missing(Vpc vpc, Vpc.Subnet subnet) {}

    private List<Missing> missing(World world) {
        List<Missing> missing = new ArrayList<>();
        for (Vpc vpc : world.vpcs().all()) {
            for (Vpc.Subnet subnet : vpc.subnets()) {
                for (int i = world.spareEnis().size(subnet.id()); i < poolSize; i++) {
                    missing.add(new Missing(vpc, subnet));
                }
            }
        }
        return missing;
    }

    /** Until when refilling waits for tasks that are starting; null: it need not wait. */
    private @Nullable Instant deferral(World world, Instant now) {
        boolean starting =
                EnumSet.range(TaskStatus.PROVISIONING, TaskStatus.ACTIVATING).stream()
                        .anyMatch(status -> world.tasksComingUp().size(status) > 0);
        if (!starting) {
            return null;
        }
        if (deferredSince == null) {
            deferredSince = now;
        }
        Instant until = deferredSince.plus(MAX_DEFERRAL);
        return now.isBefore(until) ? until : null;
    }
}
