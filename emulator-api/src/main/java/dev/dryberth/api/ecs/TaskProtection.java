package dev.dryberth.api.ecs;

import dev.dryberth.core.loop.Clock;
import dev.dryberth.core.model.Cluster;
import dev.dryberth.core.model.Membership;
import dev.dryberth.core.model.Task;
import dev.dryberth.core.model.TaskArn;
import dev.dryberth.core.state.Tx;
import dev.dryberth.core.state.World;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.ecs.model.Failure;
import software.amazon.awssdk.services.ecs.model.GetTaskProtectionRequest;
import software.amazon.awssdk.services.ecs.model.GetTaskProtectionResponse;
import software.amazon.awssdk.services.ecs.model.ProtectedTask;
import software.amazon.awssdk.services.ecs.model.UpdateTaskProtectionRequest;
import software.amazon.awssdk.services.ecs.model.UpdateTaskProtectionResponse;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Whether scale-in and deployments spare a service's tasks. Loop thread. */
final class TaskProtection {

    private static final int MAX_TASKS = 10;
    private static final int MAX_MINUTES = 2880;
    private static final int USUAL_MINUTES = 120;

    private final Clock clock;

    TaskProtection(Clock clock) {
        this.clock = clock;
    }

    UpdateTaskProtectionResponse updateTaskProtection(Tx tx, UpdateTaskProtectionRequest request) {
        World world = tx.world();
        Cluster cluster = Identifiers.activeCluster(world, request.cluster());
        checkTasks(request.tasks());
        if (request.protectionEnabled() == null) {
            throw EcsErrors.invalidParameter("protectionEnabled can not be null."); // [?]
        }
        Integer minutes = request.expiresInMinutes();
        if (minutes != null && (minutes < 1 || minutes > MAX_MINUTES)) {
            throw EcsErrors.outOfRange("expiresInMinutes", 1, MAX_MINUTES);
        }
        Duration lasting = Duration.ofMinutes(minutes == null ? USUAL_MINUTES : minutes);
        Instant until = request.protectionEnabled() ? clock.now().plus(clock.wait(lasting)) : null;
        List<ProtectedTask> shown = new ArrayList<>();
        List<Failure> failures = new ArrayList<>();
        for (String reference : request.tasks()) {
            Task task = ofService(world, cluster, reference, failures);
            if (task != null && task.membership() != null) {
                Task next = task.withMembership(task.membership().protectedUntil(until));
                tx.put(world.tasks(), next.arn(), next);
                shown.add(view(next.arn(), until));
            }
        }
        return UpdateTaskProtectionResponse.builder()
                .protectedTasks(shown)
                .failures(failures)
                .build();
    }

    GetTaskProtectionResponse getTaskProtection(Tx tx, GetTaskProtectionRequest request) {
        World world = tx.world();
        Cluster cluster = Identifiers.activeCluster(world, request.cluster());
        checkTasks(request.tasks());
        List<ProtectedTask> shown = new ArrayList<>();
        List<Failure> failures = new ArrayList<>();
        for (String reference : request.tasks()) {
            Task task = ofService(world, cluster, reference, failures);
            if (task != null && task.membership() != null) {
                Instant until = task.membership().protectedUntil();
                boolean lasts = until != null && clock.now().isBefore(until);
                shown.add(view(task.arn(), lasts ? until : null));
            }
        }
        return GetTaskProtectionResponse.builder().protectedTasks(shown).failures(failures).build();
    }

    private static void checkTasks(List<String> tasks) {
        if (tasks.isEmpty()) {
            throw EcsErrors.invalidParameter("Tasks cannot be empty.");
        }
        if (tasks.size() > MAX_TASKS) {
            throw EcsErrors.invalidParameter(
                    "Tasks cannot have more than " + MAX_TASKS + " elements"); // [?]
        }
    }

    /** The task, if it is one that can be protected; else null, and a failure says why. */
    private static @Nullable Task ofService(
            World world, Cluster cluster, String reference, List<Failure> failures) {
        TaskArn arn = Identifiers.task(reference, cluster.arn());
        Task task = world.tasks().get(arn);
        if (task == null) {
            failures.add(Failure.builder().arn(arn.text()).reason("MISSING").build());
            return null;
        }
        Membership membership = task.membership();
        if (membership == null || task.stopping()) {
            failures.add(
                    Failure.builder()
                            .arn(arn.text())
                            .reason("TASK_NOT_VALID")
                            .detail(
                                    membership == null
                                            ? "The specified task is not part of an Amazon ECS"
                                                    + " service. Only Amazon ECS service-managed"
                                                    + " tasks can be protected."
                                            : "The specified task is stopping.") // [?]
                            .build());
            return null;
        }
        return task;
    }

    private static ProtectedTask view(TaskArn arn, @Nullable Instant until) {
        return ProtectedTask.builder()
                .taskArn(arn.text())
                .protectionEnabled(until != null)
                .expirationDate(until)
                .build();
    }
}
