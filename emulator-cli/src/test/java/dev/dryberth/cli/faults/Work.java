package dev.dryberth.cli.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dryberth.cli.acceptance.DaemonUnderTest;
import dev.dryberth.core.runtime.docker.BusyboxImage;

import org.awaitility.Awaitility;

import software.amazon.awssdk.services.ecs.EcsClient;
import software.amazon.awssdk.services.ecs.model.DesiredStatus;
import software.amazon.awssdk.services.ecs.model.KeyValuePair;
import software.amazon.awssdk.services.ecs.model.LaunchType;
import software.amazon.awssdk.services.ecs.model.NetworkMode;
import software.amazon.awssdk.services.ecs.model.Resource;
import software.amazon.awssdk.services.ecs.model.RunTaskRequest;
import software.amazon.awssdk.services.ecs.model.RunTaskResponse;
import software.amazon.awssdk.services.ecs.model.Task;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** Runs tasks of a daemon's cluster and looks at them. Safe for any number of threads. */
final class Work {

    static final String CLUSTER = "faults";
    static final String RUNNING = "RUNNING";
    static final String STOPPED = "STOPPED";

    /** Generous: every core may have other work. */
    static final Duration PATIENCE = Duration.ofMinutes(2);

    static final Duration LOOK_AGAIN = Duration.ofMillis(200);

    private static final int DESCRIBED_AT_ONCE = 100;
    private static final int INSTANCE_UNITS = 100_000;

    private final DaemonUnderTest daemon;
    private final EcsClient ecs;
    private final List<String> subnets;

    /** Registers all there is to run. */
    Work(DaemonUnderTest daemon) {
        this.daemon = daemon;
        this.ecs = daemon.ecs();
        this.subnets = daemon.subnets();
        String busybox = new BusyboxImage(System.getenv("DOCKER_HOST")).ensure();
        ecs.createCluster(request -> request.clusterName(CLUSTER));
        ecs.registerContainerInstance(request ->
                request.cluster(CLUSTER).totalResources(resource("CPU"), resource("MEMORY")));
        for (Recipe recipe : Recipe.values()) {
            for (NetworkMode mode : recipe.modes()) {
                ecs.registerTaskDefinition(recipe.definition(busybox, mode));
            }
        }
    }

    private static Resource resource(String name) {
        return Resource.builder().name(name).type("INTEGER").integerValue(INSTANCE_UNITS).build();
    }

    /** Runs one task on the network it usually has; its ARN. */
    String run(Recipe recipe) {
        return run(recipe, recipe.modes().getFirst());
    }

    /** Runs one task; its ARN. */
    String run(Recipe recipe, NetworkMode mode) {
        RunTaskRequest.Builder request =
                RunTaskRequest.builder().cluster(CLUSTER).taskDefinition(recipe.family(mode));
        if (mode != NetworkMode.AWSVPC) {
            request.launchType(LaunchType.EC2);
        } else {
            request.launchType(LaunchType.FARGATE)
                    .networkConfiguration(
                            network -> network.awsvpcConfiguration(vpc -> vpc.subnets(subnets)));
        }
        RunTaskResponse answer = ecs.runTask(request.build());
        assertThat(answer.failures()).isEmpty();
        return answer.tasks().getFirst().taskArn();
    }

    void stop(String task) {
        ecs.stopTask(request -> request.cluster(CLUSTER).task(task).reason("enough"));
    }

    Task describe(String task) {
        return ecs.describeTasks(request -> request.cluster(CLUSTER).tasks(task))
                .tasks()
                .getFirst();
    }

    /** Every task the daemon knows of, by ARN. */
    Map<String, Task> all() {
        List<String> arns = new ArrayList<>();
        for (DesiredStatus status : List.of(DesiredStatus.RUNNING, DesiredStatus.STOPPED)) {
            ecs.listTasksPaginator(request -> request.cluster(CLUSTER).desiredStatus(status))
                    .taskArns()
                    .forEach(arns::add);
        }
        Map<String, Task> all = new LinkedHashMap<>();
        for (int from = 0; from < arns.size(); from += DESCRIBED_AT_ONCE) {
            List<String> some = arns.subList(from, Math.min(from + DESCRIBED_AT_ONCE, arns.size()));
            ecs.describeTasks(request -> request.cluster(CLUSTER).tasks(some))
                    .tasks()
                    .forEach(task -> all.put(task.taskArn(), task));
        }
        return all;
    }

    /** Waits until a task is as wanted; fails at once when it stops without being so. */
    Task await(String what, String task, Predicate<Task> wanted) {
        Task seen =
                Awaitility.await(what)
                        .pollDelay(Duration.ZERO)
                        .pollInterval(LOOK_AGAIN)
                        .atMost(PATIENCE)
                        .until(() -> describe(task), now -> wanted.test(now) || stopped(now));
        assertThat(seen).as(what).matches(wanted);
        return seen;
    }

    /** Lets a moment pass, so that what comes next meets a task wherever it is by then. */
    static void pass(Duration moment) {
        Awaitility.await("a moment")
                .pollDelay(moment)
                .atMost(moment.plus(PATIENCE))
                .until(() -> true);
    }

    static boolean stopped(Task task) {
        return task.lastStatus().equals(STOPPED);
    }

    static boolean running(Task task) {
        return task.lastStatus().equals(RUNNING);
    }

    /** Whether a task is where it is to be: nothing more happens to it by itself. */
    static boolean settled(Task task) {
        return task.lastStatus().equals(task.desiredStatus()) && (stopped(task) || running(task));
    }

    /** The name of the container that holds the task's network namespace. */
    Optional<String> namespaceOf(Task task) {
        return task.attachments().stream()
                .flatMap(attachment -> attachment.details().stream())
                .filter(detail -> detail.name().equals("networkInterfaceId"))
                .map(KeyValuePair::value)
                .map(eni -> "dryberth-" + daemon.instance() + "-" + eni)
                .findFirst();
    }
}
