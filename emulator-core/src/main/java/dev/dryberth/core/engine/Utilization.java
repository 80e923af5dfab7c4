package dev.dryberth.core.engine;

import dev.dryberth.core.loop.Loop;
import dev.dryberth.core.metrics.Aggregate;
import dev.dryberth.core.metrics.MetricSample;
import dev.dryberth.core.metrics.TaskUsage;
import dev.dryberth.core.model.Alarm;
import dev.dryberth.core.model.ClusterArn;
import dev.dryberth.core.model.Container;
import dev.dryberth.core.model.ContainerInstance;
import dev.dryberth.core.model.Dimension;
import dev.dryberth.core.model.Metric;
import dev.dryberth.core.model.Scope;
import dev.dryberth.core.model.Task;
import dev.dryberth.core.model.TaskArn;
import dev.dryberth.core.model.TaskStatus;
import dev.dryberth.core.runtime.Effect;
import dev.dryberth.core.runtime.RuntimeEvent;
import dev.dryberth.core.state.World;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * Measures what the tasks of services use and publishes it as AWS/ECS CPUUtilization and
 * MemoryUtilization: for each task of a service a value under ClusterName and ServiceName, and
 * under ClusterName alone what all tasks on a cluster's container instances use of what these have.
 * Loop thread.
 *
 * <p>The engine is asked at most once a minute a task, and only while an alarm is on such a metric
 * or somebody asked for one within the last {@link #INTEREST}. The first answer comes at once: it
 * is what the containers used on average since they started.
 */
public final class Utilization {

    static final String NAMESPACE = "AWS/ECS";

    /** How long who asked once is taken to want more. */
    static final Duration INTEREST = Duration.ofMinutes(15);

    /** How many services and clusters can be asked for at a time, besides those with an alarm. */
    static final int MAX_INTERESTS = 1000;

    private static final String TAG = "utilization";
    private static final String CPU = "CPUUtilization";
    private static final String MEMORY = "MemoryUtilization";
    private static final String CLUSTER = "ClusterName";
    private static final String SERVICE = "ServiceName";
    private static final String PERCENT = "Percent";
    private static final String SERVICE_GROUP = "service:";

    private final World world;
    private final Loop loop;
    private final Alarming alarming;
    private final Consumer<Consumer<List<Effect>>> turns;
    private final LinkedHashMap<Wanted, Instant> interests = new LinkedHashMap<>();
    private final Map<TaskArn, Measured> last = new TreeMap<>();
    private final TreeSet<TaskArn> awaited = new TreeSet<>();
    private TreeSet<ClusterArn> clusters = new TreeSet<>();
    private boolean running;

    /**
     * Measures nothing yet.
     *
     * @param turns runs what adds effects in a turn of the loop
     */
    Utilization(World world, Loop loop, Alarming alarming, Consumer<Consumer<List<Effect>>> turns) {
        this.world = world;
        this.loop = loop;
        this.alarming = alarming;
        this.turns = turns;
        alarming.watch(arn -> alarmed(world.alarms().get(arn)));
    }

    /** A service, or with an empty name a whole cluster, that somebody wants to know about. */
    private record Wanted(ClusterArn cluster, String service) {

        static Wanted of(Scope scope, Metric metric) {
            return new Wanted(
                    new ClusterArn(scope, metric.dimension(CLUSTER)), metric.dimension(SERVICE));
        }
    }

    /** The last measurement of a task. {@code cpuUnits} empty: not known yet. */
    private record Measured(TaskUsage usage, OptionalDouble cpuUnits) {}

    /** Somebody asked for a metric: from now on it is measured for a while. */
    public void asked(Scope scope, Metric metric) {
        if (concerns(metric)) {
            Instant until = loop.clock().now().plus(INTEREST);
            interests.remove(Wanted.of(scope, metric));
            interests.put(Wanted.of(scope, metric), until);
            if (interests.size() > MAX_INTERESTS) {
                interests.pollFirstEntry();
            }
            begin();
        }
    }

    private void alarmed(@Nullable Alarm alarm) {
        if (alarm != null && concerns(alarm.rule().metric())) {
            begin();
        }
    }

    private static boolean concerns(Metric metric) {
        return metric.namespace().equals(NAMESPACE)
                && (metric.name().equals(CPU) || metric.name().equals(MEMORY))
                && !metric.dimension(CLUSTER).isEmpty();
    }

    private void begin() {
        if (!running) {
            running = true;
            loop.schedule(TAG, loop.clock().now(), this::tick);
        }
    }

    /** After the journal was read. */
    void resume() {
        world.alarms().all().forEach(this::alarmed);
    }

    /** Forgets who asked, and what for. */
    void clear() {
        interests.clear();
        last.clear();
        awaited.clear();
    }

    private void tick() {
        Instant now = loop.clock().now();
        Map<ClusterArn, Set<String>> wanted = wanted(now);
        if (!awaited.isEmpty()) {
            publishClusters(now);
        }
        awaited.clear();
        if (wanted.isEmpty()) {
            running = false;
            last.clear();
            return;
        }
        clusters = new TreeSet<>();
        wanted.forEach((cluster, services) -> {
            if (services.contains("")) {
                clusters.add(cluster);
            }
        });
        turns.accept(effects -> measure(wanted, effects));
        last.keySet().retainAll(awaited);
        long minute = alarming.times().minuteMillis();
        long next = (Math.floorDiv(now.toEpochMilli(), minute) + 1) * minute;
        loop.schedule(TAG, Instant.ofEpochMilli(next), this::tick);
    }

    private Map<ClusterArn, Set<String>> wanted(Instant now) {
        interests.values().removeIf(until -> until.isBefore(now));
        List<Wanted> all = new ArrayList<>(interests.keySet());
        for (Alarm each : world.alarms().all()) {
            if (concerns(each.rule().metric())) {
                all.add(Wanted.of(each.arn().scope(), each.rule().metric()));
            }
        }
        Map<ClusterArn, Set<String>> wanted = new TreeMap<>();
        for (Wanted each : all) {
            wanted.computeIfAbsent(each.cluster(), fresh -> new TreeSet<>()).add(each.service());
        }
        return wanted;
    }

    private void measure(Map<ClusterArn, Set<String>> wanted, List<Effect> effects) {
        for (Task task : world.tasks().all()) {
            Set<String> services = wanted.get(task.arn().clusterArn());
            if (services != null
                    && task.lastStatus() == TaskStatus.RUNNING
                    && (services.contains(service(task))
                            || (services.contains("") && isOnInstance(task)))) {
                List<String> ids =
                        task.containers().stream()
                                .filter(each -> each.startedAt() != null)
                                .filter(each -> each.finishedAt() == null)
                                .map(Container::runtimeId)
                                .filter(Objects::nonNull)
                                .toList();
                awaited.add(task.arn());
                effects.add(new Effect.MeasureTask(task.arn(), ids));
            }
        }
    }

    /** The name of the service a task is of; something no service is called: of none. */
    private static String service(Task task) {
        String group = task.origin().group();
        return group.startsWith(SERVICE_GROUP) ? group.substring(SERVICE_GROUP.length()) : "/";
    }

    private static boolean isOnInstance(Task task) {
        return task.origin().containerInstance() != null;
    }

    void on(RuntimeEvent.TaskMeasured event) {
        Task task = world.tasks().get(event.task());
        if (task == null || !awaited.remove(event.task())) {
            return;
        }
        Instant since =
                task.containers().stream()
                        .map(Container::startedAt)
                        .filter(Objects::nonNull)
                        .min(Instant::compareTo)
                        .orElse(event.at());
        TaskUsage usage = new TaskUsage(event.cpuNanos(), event.memoryBytes(), since, event.at());
        Measured before = last.get(event.task());
        OptionalDouble cpuUnits = usage.cpuUnits(before == null ? null : before.usage());
        last.put(event.task(), new Measured(usage, cpuUnits));
        String service = service(task);
        if (!service.equals("/")) {
            List<Dimension> dimensions =
                    List.of(
                            new Dimension(CLUSTER, task.arn().cluster()),
                            new Dimension(SERVICE, service));
            publish(
                    task.arn().clusterArn(),
                    dimensions,
                    event.at(),
                    TaskUsage.percent(cpuUnits, TaskUsage.reservedCpu(task)),
                    TaskUsage.percent(
                            OptionalDouble.of(usage.memoryMiB()), TaskUsage.reservedMemory(task)));
        }
        if (awaited.isEmpty()) {
            publishClusters(event.at());
        }
    }

    private void publishClusters(Instant at) {
        for (ClusterArn cluster : clusters) {
            double cpuUnits = 0;
            double memoryMiB = 0;
            for (Map.Entry<TaskArn, Measured> each : last.entrySet()) {
                Task task = world.tasks().get(each.getKey());
                if (task != null && isOnInstance(task) && task.arn().clusterArn().equals(cluster)) {
                    cpuUnits += each.getValue().cpuUnits().orElse(0);
                    memoryMiB += each.getValue().usage().memoryMiB();
                }
            }
            double cpuThere = 0;
            double memoryThere = 0;
            for (ContainerInstance each : world.containerInstances().all()) {
                if (each.arn().clusterArn().equals(cluster)
                        && each.status() != ContainerInstance.Status.INACTIVE) {
                    cpuThere += each.cpuUnits();
                    memoryThere += each.memoryMiB();
                }
            }
            publish(
                    cluster,
                    List.of(new Dimension(CLUSTER, cluster.name())),
                    at,
                    TaskUsage.percent(OptionalDouble.of(cpuUnits), cpuThere),
                    TaskUsage.percent(OptionalDouble.of(memoryMiB), memoryThere));
        }
    }

    private void publish(
            ClusterArn cluster,
            List<Dimension> dimensions,
            Instant at,
            OptionalDouble cpu,
            OptionalDouble memory) {
        List<MetricSample> samples = new ArrayList<>();
        cpu.ifPresent(value -> samples.add(sample(cluster, CPU, dimensions, at, value)));
        memory.ifPresent(value -> samples.add(sample(cluster, MEMORY, dimensions, at, value)));
        alarming.put(samples);
    }

    private static MetricSample sample(
            ClusterArn cluster, String name, List<Dimension> dimensions, Instant at, double value) {
        return new MetricSample(
                cluster.scope(),
                new Metric(NAMESPACE, name, dimensions),
                PERCENT,
                at,
                false,
                Aggregate.of(value, 1));
    }
}
