package dev.dryberth.cli.faults;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.ecs.EcsClient;
import software.amazon.awssdk.services.ecs.model.ContainerDefinition;
import software.amazon.awssdk.services.ecs.model.EcsException;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

/** A few clients that write all the time, until the daemon no longer answers. */
final class Clients {

    private static final int HOW_MANY = 3;
    private static final int LONGEST_PAUSE_MILLIS = 500;

    /** Tasks are stopped only while so many are there. */
    private static final int LEAST_TASKS = 5;

    private final EcsClient ecs;
    private final Work work;
    private final Acknowledged acknowledged;
    private final AtomicBoolean over = new AtomicBoolean();
    private final AtomicReference<@Nullable RuntimeException> refused = new AtomicReference<>();
    private final List<Thread> threads = new ArrayList<>();

    private Clients(EcsClient ecs, Work work, Acknowledged acknowledged) {
        this.ecs = ecs;
        this.work = work;
        this.acknowledged = acknowledged;
    }

    static Clients busy(
            EcsClient ecs, Work work, Acknowledged acknowledged, SplittableRandom random) {
        Clients clients = new Clients(ecs, work, acknowledged);
        for (int i = 0; i < HOW_MANY; i++) {
            SplittableRandom own = random.split();
            clients.threads.add(Thread.ofPlatform().start(() -> clients.write(own)));
        }
        return clients;
    }

    private void write(SplittableRandom random) {
        while (!over.get()) {
            try {
                one(random);
                Work.pass(Duration.ofMillis(random.nextInt(LONGEST_PAUSE_MILLIS)));
            } catch (SdkClientException unanswered) {
                // Killed under the request: neither done nor not done, as far as a client knows.
                return;
            } catch (EcsException refusal) {
                refused.compareAndSet(null, refusal);
                return;
            }
        }
    }

    private void one(SplittableRandom random) {
        switch (random.nextInt(6)) {
            case 0 -> acknowledged.cluster(createCluster("c" + random.nextInt(1_000_000)));
            case 1 -> acknowledged.taskDefinition(register("d" + random.nextInt(3)));
            case 2 -> {
                List<String> tasks = acknowledged.notStopped();
                if (tasks.size() > LEAST_TASKS) {
                    String task = Seed.oneOf(random, tasks);
                    acknowledged.stopping(task, () -> work.stop(task));
                }
            }
            default -> {
                Recipe recipe = random.nextBoolean() ? Recipe.SIDECAR : Recipe.STEADY;
                acknowledged.task(work.run(recipe, recipe.someMode(random)));
            }
        }
    }

    private String createCluster(String name) {
        return ecs.createCluster(request -> request.clusterName(name)).cluster().clusterName();
    }

    private String register(String family) {
        ContainerDefinition app =
                ContainerDefinition.builder().name("app").image("none").memory(8).build();
        return ecs.registerTaskDefinition(
                        request -> request.family(family).containerDefinitions(app))
                .taskDefinition()
                .taskDefinitionArn();
    }

    /** Waits until all have given up; throws what the daemon refused, for nothing here is wrong. */
    void end() throws InterruptedException {
        over.set(true);
        for (Thread thread : threads) {
            thread.join();
        }
        RuntimeException refusal = refused.get();
        if (refusal != null) {
            throw refusal;
        }
    }
}
