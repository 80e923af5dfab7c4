package dev.dryberth.cli.faults;

import static org.assertj.core.api.Assertions.assertThat;

import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.ecs.EcsClient;
import software.amazon.awssdk.services.ecs.model.Task;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** What the daemon said is done, and therefore must be known ever after. Any thread. */
final class Acknowledged {

    private final Set<String> tasks = new TreeSet<>();
    private final Set<String> clusters = new TreeSet<>();
    private final Set<String> taskDefinitions = new TreeSet<>();
    private final Set<String> stopsAsked = new TreeSet<>();
    private final Set<String> stopped = new TreeSet<>();

    synchronized void task(String arn) {
        tasks.add(arn);
    }

    synchronized void cluster(String name) {
        clusters.add(name);
    }

    synchronized void taskDefinition(String arn) {
        taskDefinitions.add(arn);
    }

    /** A stop that is not acknowledged may have come about all the same. */
    void stopping(String task, Runnable stop) {
        synchronized (this) {
            stopsAsked.add(task);
        }
        stop.run();
        synchronized (this) {
            stopped.add(task);
        }
    }

    synchronized int runs() {
        return tasks.size();
    }

    synchronized List<String> notStopped() {
        return tasks.stream().filter(task -> !stopsAsked.contains(task)).toList();
    }

    synchronized boolean mayBeStopped(String task) {
        return stopsAsked.contains(task);
    }

    synchronized Set<String> stopped() {
        return new TreeSet<>(stopped);
    }

    /**
     * The tasks as the daemon shows them at this moment; what it can't say any more is left out.
     */
    Map<String, Task> described(Work work) {
        Map<String, Task> described = new LinkedHashMap<>();
        for (String task : notStopped()) {
            try {
                described.put(task, work.describe(task));
            } catch (SdkException e) {
                return described;
            }
        }
        return described;
    }

    synchronized void assertKnown(EcsClient ecs, Work work, String moment) {
        List<String> knownClusters = new ArrayList<>();
        ecs.listClustersPaginator()
                .clusterArns()
                .forEach(arn -> knownClusters.add(arn.substring(arn.indexOf('/') + 1)));
        List<String> knownDefinitions = new ArrayList<>();
        ecs.listTaskDefinitionsPaginator().taskDefinitionArns().forEach(knownDefinitions::add);
        assertThat(work.all().keySet()).as(moment).containsAll(tasks);
        assertThat(knownClusters).as(moment).containsAll(clusters);
        assertThat(knownDefinitions).as(moment).containsAll(taskDefinitions);
    }
}
