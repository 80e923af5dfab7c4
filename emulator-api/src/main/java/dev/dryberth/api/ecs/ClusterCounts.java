package dev.dryberth.api.ecs;

import dev.dryberth.core.model.LaunchType;
import dev.dryberth.core.model.Task;

import software.amazon.awssdk.services.ecs.model.KeyValuePair;

import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * How many tasks of a cluster run and how many are on their way there, by launch type. A task
 * counts as pending from its creation until it runs, and as neither once it leaves RUNNING for
 * good.
 */
record ClusterCounts(
        Map<LaunchType, Integer> runningByLaunchType,
        Map<LaunchType, Integer> pendingByLaunchType) {

    static ClusterCounts of(Collection<Task> tasks) {
        Map<LaunchType, Integer> running = new EnumMap<>(LaunchType.class);
        Map<LaunchType, Integer> pending = new EnumMap<>(LaunchType.class);
        for (Task task : tasks) {
            switch (task.lastStatus()) {
                case PROVISIONING, PENDING, ACTIVATING ->
                        pending.merge(task.origin().launchType(), 1, Integer::sum);
                case RUNNING -> running.merge(task.origin().launchType(), 1, Integer::sum);
                case DEACTIVATING, STOPPING, DEPROVISIONING, STOPPED -> {}
            }
        }
        return new ClusterCounts(running, pending);
    }

    int running() {
        return sum(runningByLaunchType);
    }

    int pending() {
        return sum(pendingByLaunchType);
    }

    /** The name-value pairs of {@code include: STATISTICS}. There are no services yet. */
    List<KeyValuePair> statistics() {
        List<KeyValuePair> statistics = new ArrayList<>();
        for (LaunchType type : LaunchType.values()) {
            String name = named(type);
            statistics.add(pair("running" + name + "TasksCount", count(runningByLaunchType, type)));
            statistics.add(pair("pending" + name + "TasksCount", count(pendingByLaunchType, type)));
            statistics.add(pair("active" + name + "ServiceCount", 0));
            statistics.add(pair("draining" + name + "ServiceCount", 0));
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

    private static int count(Map<LaunchType, Integer> counts, LaunchType type) {
        return counts.getOrDefault(type, 0);
    }

    private static int sum(Map<LaunchType, Integer> counts) {
        return counts.values().stream().mapToInt(Integer::intValue).sum();
    }

    private static KeyValuePair pair(String name, int value) {
        return KeyValuePair.builder().name(name).value(Integer.toString(value)).build();
    }
}
