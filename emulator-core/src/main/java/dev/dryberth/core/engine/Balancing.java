package dev.dryberth.core.engine;

import dev.dryberth.core.balancing.Forwards;
import dev.dryberth.core.balancing.ProbeResult;
import dev.dryberth.core.balancing.RouteTable;
import dev.dryberth.core.balancing.RouteTables;
import dev.dryberth.core.balancing.TargetHealth;
import dev.dryberth.core.loop.Loop;
import dev.dryberth.core.model.Listener;
import dev.dryberth.core.model.ListenerArn;
import dev.dryberth.core.model.Target;
import dev.dryberth.core.model.TargetGroup;
import dev.dryberth.core.model.TargetGroupArn;
import dev.dryberth.core.state.Change;
import dev.dryberth.core.state.Tx;
import dev.dryberth.core.state.World;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/**
 * Where the loop and the data plane meet. The data plane reads {@link #routes} and tells what it
 * found by {@link #probed}, {@link #idle} and {@link #listening}, on any thread; neither waits for
 * the other. All else is the engine's, on the loop thread.
 */
public final class Balancing {

    private static final Logger log = LoggerFactory.getLogger(Balancing.class);

    /** A target drains at least this long, so that who looks sees it drain. */
    private static final Duration LEAST_DRAIN = Duration.ofSeconds(1);

    private final World world;
    private final Loop loop;
    private final Consumer<Consumer<Tx>> turns;
    private final List<Consumer<RouteTable>> subscribers = new CopyOnWriteArrayList<>();
    private volatile RouteTable routes = RouteTable.EMPTY;

    /** The table of the last commit, which may not be durable and so not be published yet. */
    private RouteTable latest = RouteTable.EMPTY;

    /** The groups that are forwarded to; null: not looked for yet. */
    private @Nullable Set<TargetGroupArn> used;

    /**
     * Makes a balancing without routes.
     *
     * @param turns runs a change in a turn of the loop and commits it
     */
    Balancing(World world, Loop loop, Consumer<Consumer<Tx>> turns) {
        this.world = world;
        this.loop = loop;
        this.turns = turns;
    }

    /** What traffic is to be carried by now; everything in it is durable. */
    public RouteTable routes() {
        return routes;
    }

    /**
     * Calls {@code subscriber} now and whenever the routes change, on the thread that made the
     * change durable: only short work belongs there.
     */
    public void subscribe(Consumer<RouteTable> subscriber) {
        subscribers.add(subscriber);
        subscriber.accept(routes);
    }

    /** What a health check of a target found. Dropped, as an old one would be, when it is gone. */
    public void probed(String targetGroupArn, String targetId, int port, ProbeResult result) {
        later(tx -> {
            Target target = target(targetGroupArn, targetId, port);
            TargetGroup group = target == null ? null : world.targetGroups().get(target.group());
            if (target != null && group != null) {
                put(
                        tx,
                        target,
                        TargetHealth.probed(
                                target, group.healthCheck(), result, loop.clock().now()));
            }
        });
    }

    /** Nothing is in flight any more on a target that drains: it need not wait any longer. */
    public void idle(String targetGroupArn, String targetId, int port) {
        later(tx -> {
            Target target = target(targetGroupArn, targetId, port);
            Instant since = target == null ? null : target.drainingSince();
            Instant until = target == null ? null : target.drainUntil();
            if (target == null || since == null || until == null) {
                return;
            }
            Instant earliest = since.plus(loop.clock().wait(LEAST_DRAIN));
            if (!loop.clock().now().isBefore(earliest)) {
                tx.delete(world.targets(), target.key());
            } else if (earliest.isBefore(until)) {
                endDrain(target.key(), earliest);
            }
        });
    }

    /**
     * Whether a listener's port could be bound.
     *
     * @param problem why it could not; null: it could
     */
    public void listening(String listenerArn, @Nullable String problem) {
        later(tx -> {
            Listener listener = world.listeners().get(ListenerArn.parse(listenerArn));
            if (listener != null && !Objects.equals(listener.problem(), problem)) {
                tx.put(world.listeners(), listener.arn(), listener.withProblem(problem));
            }
        });
    }

    /** A report that finds the loop's queue full is lost; the next check makes it again. */
    private void later(Consumer<Tx> change) {
        if (!loop.tryPost(() -> turns.accept(change))) {
            log.warn("Too much waits already; a report of the data plane is dropped");
        }
    }

    private @Nullable Target target(String group, String id, int port) {
        return world.targets().get(new Target.Key(TargetGroupArn.parse(group), id, port));
    }

    private void put(Tx tx, Target before, Target after) {
        if (!after.equals(before)) {
            tx.put(world.targets(), after.key(), after);
        }
    }

    private static String tag(Target.Key key) {
        return "drain " + key;
    }

    /** Whether changes of that table are this class's concern. */
    boolean concerns(String table) {
        return table.equals(world.targets().name())
                || isStructure(table)
                || table.equals(world.targetGroups().name())
                || (table.equals(world.containerInstances().name()) && world.targets().size() > 0);
    }

    private boolean isStructure(String table) {
        return table.equals(world.loadBalancers().name())
                || table.equals(world.listeners().name())
                || table.equals(world.listenerRules().name())
                || table.equals(world.trustStores().name())
                || (table.equals(world.certificates().name()) && world.listeners().size() > 0);
    }

    /**
     * Follows up what a transaction changed: targets whose group came into use or went out of it,
     * and those that drain from now on.
     *
     * @return the table to publish when the transaction is durable
     */
    RouteTable settle(Tx tx) {
        boolean structure = used == null;
        boolean groups = false;
        for (Change change : tx.changes()) {
            structure |= isStructure(change.table());
            groups |= change.table().equals(world.targetGroups().name());
        }
        Set<TargetGroupArn> inUse = used;
        if (inUse == null || structure) {
            inUse = Forwards.users(world).keySet();
        }
        if (structure || groups) {
            for (Target each : List.copyOf(world.targets().all())) {
                follow(tx, each, inUse);
            }
        }
        for (Change change : tx.changes()) {
            if (change.table().equals(world.targets().name())) {
                Target.Key key = Target.Key.parse(change.key());
                Target target = world.targets().get(key);
                if (target == null) {
                    loop.cancel(tag(key));
                } else {
                    follow(tx, target, inUse);
                    watch(target);
                }
            }
        }
        // Kept last, so that a turn that fails on the way leaves what was known before.
        latest =
                structure
                        ? RouteTables.of(world)
                        : RouteTables.of(world, latest, alteredGroups(tx));
        used = inUse;
        return latest;
    }

    /** What was written is undone, so what was made of it can't be built upon. */
    void rolledBack() {
        used = null;
    }

    /** The groups whose part of the table these changes alter. */
    private Set<TargetGroupArn> alteredGroups(Tx tx) {
        Set<TargetGroupArn> altered = new HashSet<>();
        for (Change change : tx.changes()) {
            String table = change.table();
            if (table.equals(world.targets().name())) {
                altered.add(Target.Key.parse(change.key()).group());
            } else if (table.equals(world.targetGroups().name())) {
                altered.add(TargetGroupArn.parse(change.key()));
            } else if (table.equals(world.containerInstances().name())) {
                world.targetGroups().all().stream()
                        .filter(group -> group.targetType() == TargetGroup.TargetType.INSTANCE)
                        .forEach(group -> altered.add(group.arn()));
            }
        }
        return altered;
    }

    private void follow(Tx tx, Target target, Set<TargetGroupArn> inUse) {
        TargetGroup group = world.targetGroups().get(target.group());
        if (group == null) {
            tx.delete(world.targets(), target.key());
        } else {
            put(
                    tx,
                    target,
                    TargetHealth.used(
                            target, inUse.contains(target.group()), group.healthCheck().enabled()));
        }
    }

    private void watch(Target target) {
        if (target.drainUntil() == null) {
            loop.cancel(tag(target.key()));
        } else {
            endDrain(target.key(), target.drainUntil());
        }
    }

    private void endDrain(Target.Key key, Instant at) {
        loop.schedule(
                tag(key),
                at,
                () ->
                        turns.accept(tx -> {
                            Target target = world.targets().get(key);
                            if (target != null && target.draining()) {
                                tx.delete(world.targets(), key);
                            }
                        }));
    }

    /** After the journal was read: timers and routes do not survive the daemon, rows do. */
    void resume() {
        if (world.loadBalancers().size() + world.targets().size() > 0) {
            world.targets().all().forEach(this::watch);
            latest = RouteTables.of(world);
            publish(latest);
        }
    }

    void publish(RouteTable next) {
        routes = next;
        for (Consumer<RouteTable> each : subscribers) {
            try {
                each.accept(next);
            } catch (RuntimeException | Error e) {
                log.error("A reader of the routes failed", e);
            }
        }
    }
}
