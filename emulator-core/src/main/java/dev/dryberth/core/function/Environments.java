package dev.dryberth.core.function;

import dev.dryberth.core.function.ExecutionEnvironment.Phase;
import dev.dryberth.core.model.FunctionArn;
import dev.dryberth.core.model.LambdaFunction.Recipe;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Which execution environments there are, and which call each has.
 *
 * <p>Goal: a call is handed to an environment of its function as soon as one has nothing to do; as
 * few are made as that allows, and none stays for nothing.
 *
 * <p>Constraints: an environment has one call at a time and is of the function as it is now; there
 * are never more than {@link #MAX_ENVIRONMENTS}; whatever a container does or fails to do, every
 * call ends.
 *
 * <p>Algorithm: a call takes the idle environment of its function that was used last. If there is
 * none it waits, and for each call that waits one environment must be coming: being made,
 * beginning, or having answered and about to ask again. If too few are coming another is made, for
 * which the one that was idle for longest has to make room; if none is idle the call is throttled.
 * What asks gets the call that waits longest. Each phase but the first has an end by the clock: at
 * it, and when the container exits or says that it could not begin, the environment is dropped, the
 * call it had, or for which it was made, fails, and the calls that still wait are looked at again.
 * The first phase ends because the runtime always answers. An environment of a function that has
 * changed is dropped once it has no call.
 *
 * <p>Example: A is called twice at once. Environments 1 and 2 are made; 1 asks first and gets the
 * first call. It answers, and before it asks again A is called a third time: 1 is coming, so none
 * is made. 2 begins, asks and gets the second call; 1 asks and gets the third.
 *
 * <p>Follows "Understanding the Lambda execution environment lifecycle". How long an environment is
 * kept idle is not said there. [?]
 *
 * <p>Nothing is done here: what is decided is returned. Loop thread.
 */
public final class Environments {

    /** What a new account may run side by side. */
    public static final int MAX_ENVIRONMENTS = 10;

    static final Duration IDLE_LIMIT = Duration.ofMinutes(5);

    /** Beginning may take this long, and once more the function's own timeout. */
    static final Duration INIT_LIMIT = Duration.ofSeconds(10);

    /** From an answer to the next question; who takes longer has died without ending. */
    static final Duration RETURN_LIMIT = Duration.ofSeconds(10);

    private final Supplier<String> ids;
    private final Map<FunctionArn, Recipe> recipes = new TreeMap<>();
    private final Map<String, ExecutionEnvironment> environments = new LinkedHashMap<>();
    private final Deque<Call> waiting = new ArrayDeque<>();

    /** {@code ids} makes those of environments. */
    public Environments(Supplier<String> ids) {
        this.ids = ids;
    }

    /** One call of a function; {@code id} is the request id its runtime sees. */
    public record Call(String id, FunctionArn function) {}

    /** What a function is made of from now on. */
    public List<Act> define(FunctionArn function, Recipe recipe, Instant now) {
        List<Act> acts = new ArrayList<>();
        recipes.put(function, recipe);
        retire(of(function, each -> !each.recipe.equals(recipe)), acts);
        serve(function, now, acts);
        return acts;
    }

    /** There is no such function any more; a call that is under way may end. */
    public List<Act> forget(FunctionArn function) {
        List<Act> acts = new ArrayList<>();
        recipes.remove(function);
        retire(of(function, each -> true), acts);
        for (Call each : List.copyOf(waiting)) {
            if (each.function().equals(function)) {
                waiting.remove(each);
                acts.add(new Act.Refuse(each, gone(function)));
            }
        }
        return acts;
    }

    private void retire(List<ExecutionEnvironment> old, List<Act> acts) {
        for (ExecutionEnvironment each : old) {
            if (each.call == null) {
                drop(each, acts);
            } else {
                each.retired = true;
            }
        }
    }

    static Invocation.NotInvoked gone(FunctionArn function) {
        return new Invocation.NotInvoked(
                Invocation.Cause.NOT_FOUND, "Function not found: " + function.text());
    }

    public List<Act> call(Call call, Instant now) {
        List<Act> acts = new ArrayList<>();
        if (!recipes.containsKey(call.function())) {
            acts.add(new Act.Refuse(call, gone(call.function())));
            return acts;
        }
        List<ExecutionEnvironment> idle = of(call.function(), each -> each.phase == Phase.IDLE);
        if (!idle.isEmpty()) {
            ExecutionEnvironment latest = idle.getFirst();
            for (ExecutionEnvironment each : idle) {
                latest = each.until.isAfter(latest.until) ? each : latest;
            }
            deliver(latest, call, now, acts);
            return acts;
        }
        waiting.addLast(call);
        serve(call.function(), now, acts);
        return acts;
    }

    /** Makes environments until one is coming for each call that waits, or sends calls away. */
    private void serve(FunctionArn function, Instant now, List<Act> acts) {
        int coming = of(function, ExecutionEnvironment::isComing).size();
        int position = 0;
        for (Call each : List.copyOf(waiting)) {
            if (!each.function().equals(function) || position++ < coming) {
                continue;
            }
            Recipe recipe = recipes.get(function);
            if (recipe == null || !makeRoom(acts)) {
                waiting.remove(each);
                acts.add(new Act.Refuse(each, recipe == null ? gone(function) : throttled()));
                continue;
            }
            ExecutionEnvironment made = new ExecutionEnvironment(ids.get(), function, recipe, now);
            environments.put(made.id, made);
            acts.add(new Act.Start(made.id, function, recipe));
        }
    }

    private static Invocation.NotInvoked throttled() {
        return new Invocation.NotInvoked(Invocation.Cause.THROTTLED, "Rate Exceeded.");
    }

    private boolean makeRoom(List<Act> acts) {
        if (environments.size() < MAX_ENVIRONMENTS) {
            return true;
        }
        ExecutionEnvironment longest = null;
        for (ExecutionEnvironment each : environments.values()) {
            if (each.phase == Phase.IDLE
                    && (longest == null || each.until.isBefore(longest.until))) {
                longest = each;
            }
        }
        if (longest == null) {
            return false;
        }
        drop(longest, acts);
        return true;
    }

    /** A container runs, and has an address that no other has. */
    public void started(String id, String address, Instant now) {
        ExecutionEnvironment found = environments.get(id);
        if (found != null && found.phase == Phase.STARTING) {
            found.address = address;
            found.enter(Phase.BEGINNING, now.plus(INIT_LIMIT).plus(found.recipe.timeout()));
        }
    }

    /** Whose address it is; null: nobody's that is known. */
    public @Nullable String at(String address) {
        for (ExecutionEnvironment each : environments.values()) {
            if (address.equals(each.address)) {
                return each.id;
            }
        }
        return null;
    }

    /** Whether an environment may come to have an address that nobody has yet. */
    public boolean isOneStarting() {
        return environments.values().stream().anyMatch(each -> each.phase == Phase.STARTING);
    }

    /** The call that it was given and has not answered; null: it has none. */
    public Act.@Nullable Deliver inHand(String id) {
        ExecutionEnvironment found = environments.get(id);
        return found == null || found.call == null || found.phase != ExecutionEnvironment.Phase.BUSY
                ? null
                : new Act.Deliver(id, found.call, found.until);
    }

    /** It asks for a call. */
    public List<Act> asked(String id, Instant now) {
        List<Act> acts = new ArrayList<>();
        ExecutionEnvironment found = environments.get(id);
        if (found == null || !found.isComing()) {
            return acts;
        }
        found.enter(Phase.IDLE, now.plus(IDLE_LIMIT));
        Call next = firstWaiting(found.function);
        if (next != null) {
            deliver(found, next, now, acts);
        }
        return acts;
    }

    /** Taken out of those that wait; null: none does. */
    private @Nullable Call firstWaiting(FunctionArn function) {
        for (Call each : waiting) {
            if (each.function().equals(function)) {
                waiting.remove(each);
                return each;
            }
        }
        return null;
    }

    private static void deliver(ExecutionEnvironment to, Call call, Instant now, List<Act> acts) {
        to.call = call;
        to.enter(Phase.BUSY, now.plus(to.recipe.timeout()));
        acts.add(new Act.Deliver(to.id, call, to.until));
    }

    /** Whether an environment has this very call. */
    public boolean has(String id, String callId) {
        ExecutionEnvironment found = environments.get(id);
        return found != null && found.call != null && found.call.id().equals(callId);
    }

    /** It has answered the call that it {@link #has}. */
    public List<Act> answered(String id, Invocation what, Instant now) {
        List<Act> acts = new ArrayList<>();
        ExecutionEnvironment found = environments.get(id);
        if (found != null && found.call != null) {
            finish(found, found.call, what, now, acts);
            found.enter(Phase.RETURNED, now.plus(RETURN_LIMIT));
            if (found.retired) {
                drop(found, acts);
            }
        }
        return acts;
    }

    private static void finish(
            ExecutionEnvironment by, Call call, Invocation what, Instant now, List<Act> acts) {
        acts.add(new Act.Finish(call, by.id, what, by.logSince));
        by.call = null;
        by.logSince = now;
    }

    /** It says that it cannot begin; whether it was still to say so. */
    public boolean mayFailToBegin(String id) {
        ExecutionEnvironment found = environments.get(id);
        return found != null && found.phase == Phase.BEGINNING;
    }

    /** It has said why it cannot begin. */
    public List<Act> couldNotBegin(String id, Invocation why, Instant now) {
        return end(id, now, call -> why);
    }

    /** Its container could not be made, or not started. */
    public List<Act> failed(String id, boolean ofFunction, String reason, Instant now) {
        return end(
                id,
                now,
                call ->
                        ofFunction
                                ? FunctionErrors.notRunnable(call.id(), reason)
                                : new Invocation.NotInvoked(
                                        Invocation.Cause.SERVICE_FAILED, reason));
    }

    /** Its container has ended, however that came. */
    public List<Act> exited(String id, @Nullable Integer exitCode, Instant now) {
        return end(id, now, call -> FunctionErrors.exited(call.id(), exitCode));
    }

    private interface Failure {
        Invocation of(Call call);
    }

    /** Drops an environment; its call fails, or the first that waited for it to begin. */
    private List<Act> end(String id, Instant now, Failure failure) {
        List<Act> acts = new ArrayList<>();
        ExecutionEnvironment found = environments.get(id);
        if (found == null) {
            return acts;
        }
        boolean begun = found.phase != Phase.STARTING && found.phase != Phase.BEGINNING;
        Call call = begun ? found.call : firstWaiting(found.function);
        if (call != null) {
            finish(found, call, failure.of(call), now, acts);
        }
        drop(found, acts);
        serve(found.function, now, acts);
        return acts;
    }

    private void drop(ExecutionEnvironment one, List<Act> acts) {
        environments.remove(one.id);
        acts.add(new Act.Remove(one.id));
    }

    /** Ends what is over by the clock. */
    public List<Act> tick(Instant now) {
        List<Act> acts = new ArrayList<>();
        for (ExecutionEnvironment each : List.copyOf(environments.values())) {
            if (!each.until.isAfter(now)) {
                acts.addAll(
                        end(
                                each.id,
                                now,
                                call -> FunctionErrors.timedOut(call.id(), each.recipe.timeout())));
            }
        }
        return acts;
    }

    /** When to {@link #tick} next; null: not before something happens. */
    public @Nullable Instant wakeAt() {
        Instant earliest = Instant.MAX;
        for (ExecutionEnvironment each : environments.values()) {
            earliest = each.until.isBefore(earliest) ? each.until : earliest;
        }
        return earliest.equals(Instant.MAX) ? null : earliest;
    }

    /** Those that the runtime ought to know. */
    public List<String> running() {
        return environments.values().stream()
                .filter(each -> each.phase != Phase.STARTING)
                .map(each -> each.id)
                .toList();
    }

    public boolean knows(String id) {
        return environments.containsKey(id);
    }

    /** Drops them all, and whatever was called. */
    public List<Act> clear() {
        List<Act> acts = new ArrayList<>();
        for (ExecutionEnvironment each : List.copyOf(environments.values())) {
            if (each.call != null) {
                acts.add(new Act.Refuse(each.call, gone(each.function)));
            }
            drop(each, acts);
        }
        waiting.forEach(each -> acts.add(new Act.Refuse(each, gone(each.function()))));
        waiting.clear();
        recipes.clear();
        return acts;
    }

    private List<ExecutionEnvironment> of(
            FunctionArn function, Predicate<ExecutionEnvironment> which) {
        return environments.values().stream()
                .filter(each -> each.function.equals(function) && which.test(each))
                .toList();
    }
}
