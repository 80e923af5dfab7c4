package dev.dryberth.api.ecs;

import dev.dryberth.core.loop.Clock;
import dev.dryberth.core.model.Cluster;
import dev.dryberth.core.model.ClusterArn;
import dev.dryberth.core.model.ContainerInstanceArn;
import dev.dryberth.core.model.DesiredStatus;
import dev.dryberth.core.model.LaunchType;
import dev.dryberth.core.model.Membership;
import dev.dryberth.core.model.ServiceArn;
import dev.dryberth.core.model.Stop;
import dev.dryberth.core.model.StopCode;
import dev.dryberth.core.model.Task;
import dev.dryberth.core.model.TaskArn;
import dev.dryberth.core.state.Tx;
import dev.dryberth.core.state.World;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.ecs.model.DescribeTasksRequest;
import software.amazon.awssdk.services.ecs.model.DescribeTasksResponse;
import software.amazon.awssdk.services.ecs.model.Failure;
import software.amazon.awssdk.services.ecs.model.ListTasksRequest;
import software.amazon.awssdk.services.ecs.model.ListTasksResponse;
import software.amazon.awssdk.services.ecs.model.StopTaskRequest;
import software.amazon.awssdk.services.ecs.model.StopTaskResponse;
import software.amazon.awssdk.services.ecs.model.TaskField;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** Stops, describes and lists tasks; {@link RunTasks} makes them. Loop thread. */
final class Tasks {

    private static final int MAX_DESCRIBED = 100;

    /** The container agent keeps no more of a reason than this. */
    private static final int MAX_REASON_LENGTH = 1024;

    private final Clock clock;
    private final TaskViews views;

    Tasks(Clock clock, TaskViews views) {
        this.clock = clock;
        this.views = views;
    }

    StopTaskResponse stopTask(Tx tx, StopTaskRequest request) {
        World world = tx.world();
        Cluster cluster = Identifiers.activeCluster(world, request.cluster());
        if (request.task() == null || request.task().isEmpty()) {
            throw EcsErrors.invalidParameter("Task can not be blank."); // [?]
        }
        Task task = world.tasks().get(Identifiers.task(request.task(), cluster.arn()));
        if (task == null) {
            throw EcsErrors.invalidParameter("The referenced task was not found.");
        }
        if (!task.stopping()) {
            task =
                    task.headedForStop(
                            new Stop(StopCode.USER_INITIATED, reason(request.reason())),
                            task.times().stopping(clock.now()));
            tx.put(world.tasks(), task.arn(), task);
        }
        return StopTaskResponse.builder().task(views.of(task, true, world)).build();
    }

    private static String reason(@Nullable String given) {
        if (given == null || given.isEmpty()) {
            return "Task stopped by user";
        }
        return given.length() > MAX_REASON_LENGTH ? given.substring(0, MAX_REASON_LENGTH) : given;
    }

    DescribeTasksResponse describeTasks(Tx tx, DescribeTasksRequest request) {
        World world = tx.world();
        ClusterArn cluster = Identifiers.existingCluster(world, request.cluster());
        if (request.tasks().isEmpty()) {
            throw EcsErrors.invalidParameter("Tasks cannot be empty.");
        }
        if (request.tasks().size() > MAX_DESCRIBED) {
            throw EcsErrors.invalidParameter(
                    "Tasks cannot have more than " + MAX_DESCRIBED + " elements"); // [?]
        }
        for (String include : request.includeAsStrings()) {
            if (!include.equals(TaskField.TAGS.toString())) {
                throw EcsErrors.notOneOf("include", List.of(TaskField.TAGS.toString()));
            }
        }
        boolean withTags = !request.includeAsStrings().isEmpty();
        List<software.amazon.awssdk.services.ecs.model.Task> found = new ArrayList<>();
        List<Failure> failures = new ArrayList<>();
        for (String reference : request.tasks()) {
            TaskArn arn = Identifiers.task(reference, cluster);
            Task task = world.tasks().get(arn);
            if (task == null) {
                failures.add(Failure.builder().arn(arn.text()).reason("MISSING").build());
            } else {
                found.add(views.of(task, withTags, world));
            }
        }
        return DescribeTasksResponse.builder().tasks(found).failures(failures).build();
    }

    ListTasksResponse listTasks(Tx tx, ListTasksRequest request) {
        World world = tx.world();
        ClusterArn cluster = Identifiers.existingCluster(world, request.cluster());
        Paging paging = Paging.upTo100("ListTasks", request.maxResults(), request.nextToken());
        Paging.Page<Task> page =
                paging.page(
                        Clusters.tasks(world, cluster).stream()
                                .filter(filter(world, cluster, request))
                                .toList(),
                        task -> task.arn().text());
        return ListTasksResponse.builder()
                .taskArns(page.items().stream().map(task -> task.arn().text()).toList())
                .nextToken(page.nextToken())
                .build();
    }

    private static Predicate<Task> filter(
            World world, ClusterArn cluster, ListTasksRequest request) {
        if (request.startedBy() != null
                && (request.family() != null
                        || request.serviceName() != null
                        || request.containerInstance() != null
                        || request.launchType() != null)) {
            throw EcsErrors.invalidParameter(
                    "startedBy cannot be combined with another filter"); // [?]
        }
        Predicate<Task> filter = desired(request);
        if (request.family() != null) {
            filter =
                    filter.and(task ->
                            task.origin().taskDefinition().family().equals(request.family()));
        }
        if (request.startedBy() != null) {
            filter = filter.and(task -> request.startedBy().equals(task.origin().startedBy()));
        }
        if (request.serviceName() != null) {
            ServiceArn service = Identifiers.service(world, request.serviceName(), cluster).arn();
            filter = filter.and(task -> isOf(task, service));
        }
        if (request.launchType() != null) {
            LaunchType launchType = launchType(request.launchTypeAsString());
            filter = filter.and(task -> task.origin().launchType() == launchType);
        }
        if (request.containerInstance() != null) {
            ContainerInstanceArn instance =
                    Identifiers.containerInstance(request.containerInstance(), cluster);
            if (world.containerInstances().get(instance) == null) {
                throw EcsErrors.invalidParameter(
                        "The referenced container instance was not found."); // [?]
            }
            filter = filter.and(task -> instance.equals(task.origin().containerInstance()));
        }
        return filter;
    }

    private static boolean isOf(Task task, ServiceArn service) {
        Membership membership = task.membership();
        return membership != null && membership.service().equals(service);
    }

    /** A task headed for RUNNING is never listed as PENDING, for ECS never wants it there. */
    private static Predicate<Task> desired(ListTasksRequest request) {
        if (request.desiredStatus() == null) {
            return task -> task.desiredStatus() == DesiredStatus.RUNNING;
        }
        return switch (request.desiredStatus()) {
            case RUNNING -> task -> task.desiredStatus() == DesiredStatus.RUNNING;
            case STOPPED -> task -> task.desiredStatus() == DesiredStatus.STOPPED;
            case PENDING -> task -> false;
            case UNKNOWN_TO_SDK_VERSION ->
                    throw EcsErrors.notOneOf(
                            "desiredStatus", List.of("RUNNING", "PENDING", "STOPPED"));
        };
    }

    static LaunchType launchType(String text) {
        return switch (text) {
            case "EC2" -> LaunchType.EC2;
            case "FARGATE" -> LaunchType.FARGATE;
            case "EXTERNAL" -> LaunchType.EXTERNAL;
            default ->
                    throw EcsErrors.notOneOf("launch type", List.of("EC2", "FARGATE", "EXTERNAL"));
        };
    }
}
