package dev.dryberth.api.ecs;

import dev.dryberth.core.model.ClusterArn;
import dev.dryberth.core.model.LaunchType;
import dev.dryberth.core.model.Service;
import dev.dryberth.core.model.ServiceRevision;
import dev.dryberth.core.model.Task;
import dev.dryberth.core.state.World;

import software.amazon.awssdk.services.ecs.model.KeyValuePair;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToIntFunction;

/**
 * How many tasks of a cluster run and how many are on their way there, and how many services it
 * has, by launch type. Services with a capacity provider strategy count for the launch type that
 * their providers stand for.
 */
record ClusterCounts(
        Map<LaunchType, TaskCounts> tasks,
        Map<LaunchType, Integer> activeByLaunchType,
        Map<LaunchType, Integer> drainingByLaunchType) {

    static ClusterCounts of(World world, ClusterArn cluster) {
        Map<LaunchType, TaskCounts> tasks = new EnumMap<>(LaunchType.class);
        for (Task task : Clusters.tasks(world, cluster)) {
            tasks.merge(
                    task.origin().launchType(),
                    TaskCounts.NONE.and(task),
                    (some, one) -> some.and(task));
        }
        Map<LaunchType, Integer> active = new EnumMap<>(LaunchType.class);
        Map<LaunchType, Integer> draining = new EnumMap<>(LaunchType.class);
        for (Service service : ServiceLists.of(world, cluster)) {
            ServiceRevision newest = ServiceViews.newestRevision(world, service);
            LaunchType type = newest == null ? LaunchType.EC2 : newest.template().launchType();
            switch (service.status()) {
                case ACTIVE -> active.merge(type, 1, Integer::sum);
                case DRAINING -> draining.merge(type, 1, Integer::sum);
                case INACTIVE -> {}
            }
        }
        return new ClusterCounts(tasks, active, draining);
    }

    int running() {
        return sum(TaskCounts::running);
    }

    int pending() {
        return sum(TaskCounts::pending);
    }

    int activeServices() {
        return activeByLaunchType.values().stream().mapToInt(Integer::intValue).sum();
    }

    /** The name-value pairs of {@code include: STATISTICS}. */
    List<KeyValuePair> statistics() {
        List<KeyValuePair> statistics = new ArrayList<>();
        for (LaunchType type : LaunchType.values()) {
            String name = named(type);
            TaskCounts counts = tasks.getOrDefault(type, TaskCounts.NONE);
            statistics.add(pair("running" + name + "TasksCount", counts.running()));
            statistics.add(pair("pending" + name + "TasksCount", counts.pending()));
            statistics.add(
                    pair(
                            "active" + name + "ServiceCount",
                            activeByLaunchType.getOrDefault(type, 0)));
            statistics.add(
                    pair(
                            "draining" + name + "ServiceCount",
                            drainingByLaunchType.getOrDefault(type, 0)));
        }
        return statistics;
    }

    private static String named(LaunchType type) {
        return switch (type) {
            case EC2 -> "EC2";
            case FARGATE -> "Fargate";
            case EXTERNAL -> "External";
        };
    }

    private int sum(ToIntFunction<TaskCounts> count) {
        return tasks.values().stream().mapToInt(count).sum();
    }

    private static KeyValuePair pair(String name, int value) {
        return KeyValuePair.builder().name(name).value(Integer.toString(value)).build();
    }
}
