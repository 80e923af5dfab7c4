package dev.dryberth.core.task;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dryberth.core.model.Container;
import dev.dryberth.core.model.ContainerPhase;
import dev.dryberth.core.model.Dependency;
import dev.dryberth.core.model.HealthStatus;
import dev.dryberth.core.model.TaskStatus;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * Random orders of events over random graphs of containers: {@link TaskRun} checks every
 * transition, and once a stop is asked for and the runtime answers what it was asked, the task
 * always stops.
 */
class TaskRandomWalkTest {

    private static final int SEEDS = 500;
    private static final int MAX_CONTAINERS = 6;

    @Test
    void everyTaskStopsWhenToldToWhateverHappensAndWhenever() {
        for (long seed = 0; seed < SEEDS; seed++) {
            try {
                new Walk(seed).walk();
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("seed " + seed, e);
            }
        }
    }

    private static final class Walk {

        private final Random random;
        private final TaskRun run;

        Walk(long seed) {
            random = new Random(seed);
            List<Recipes> containers = new ArrayList<>();
            int count = 1 + random.nextInt(MAX_CONTAINERS);
            for (int i = 0; i < count; i++) {
                containers.add(container(i));
            }
            Collections.shuffle(containers, random);
            Recipes[] all = containers.toArray(Recipes[]::new);
            run = random.nextBoolean() ? TaskRun.fargate(all) : TaskRun.bridge(all);
        }

        private Recipes container(int index) {
            Recipes recipe = Recipes.container("c" + index);
            boolean essential = index == 0 || random.nextBoolean();
            if (!essential) {
                recipe.nonEssential();
            }
            if (random.nextBoolean()) {
                recipe.checked();
            }
            if (random.nextInt(3) == 0) {
                recipe.startTimeout(Duration.ofSeconds(2 + random.nextInt(20)));
            }
            if (random.nextInt(3) == 0) {
                recipe.restarting(Duration.ofSeconds(5), 2);
            }
            for (int other = 0; other < index; other++) {
                if (random.nextInt(3) == 0) {
                    Dependency.Condition[] all = Dependency.Condition.values();
                    recipe.after("c" + other, all[random.nextInt(all.length)]);
                }
            }
            return recipe;
        }

        void walk() {
            List<String> cleaned = new ArrayList<>();
            for (int i = random.nextInt(60); i > 0; i--) {
                anything();
                keepFinal(cleaned);
            }
            run.stop();
            for (int i = 0; i < 200 && !run.task().isStopped(); i++) {
                answerSomething();
                keepFinal(cleaned);
            }
            keepFinal(cleaned);
            assertThat(run.task().lastStatus()).isEqualTo(TaskStatus.STOPPED);
            assertThat(run.task().stop()).isNotNull();
            assertThat(run.task().containers())
                    .allSatisfy(c -> assertThat(c.phase()).isEqualTo(ContainerPhase.STOPPED));
            assertThat(cleaned)
                    .filteredOn(action -> action.equals("clean"))
                    .as("cleaned once")
                    .hasSize(1);
        }

        private void keepFinal(List<String> cleaned) {
            cleaned.addAll(run.takeActions());
        }

        private void anything() {
            switch (random.nextInt(10)) {
                case 0 -> run.later(Duration.ofSeconds(1 + random.nextInt(30)));
                case 1 -> stray();
                case 2 -> ownAccord();
                default -> answerSomething();
            }
        }

        private Container some() {
            List<Container> all = run.task().containers();
            return all.get(random.nextInt(all.size()));
        }

        /** Something a container does by itself. */
        private void ownAccord() {
            Container container = some();
            if (container.phase() == ContainerPhase.RUNNING) {
                switch (random.nextInt(3)) {
                    case 0 -> run.exited(container.name(), random.nextInt(3));
                    case 1 -> run.health(container.name(), HealthStatus.HEALTHY);
                    default -> run.health(container.name(), HealthStatus.UNHEALTHY);
                }
            }
        }

        /** An event that may well not fit. */
        private void stray() {
            String name = some().name();
            switch (random.nextInt(6)) {
                case 0 -> run.pulled(name);
                case 1 -> run.exited(name, null);
                case 2 -> run.exited(name, "docker-of-somebody-else", 1, false);
                case 3 -> run.change(t -> TaskEvents.networkFailed(t, "lost", run.now()));
                case 4 -> run.health(name, HealthStatus.HEALTHY);
                default -> run.failed(name, "failed");
            }
        }

        /** The runtime answers one thing it was asked, for good or ill. */
        private void answerSomething() {
            if (run.task().lastStatus() == TaskStatus.PROVISIONING) {
                run.attached();
                return;
            }
            List<Container> busy =
                    run.task().containers().stream()
                            .filter(each ->
                                    switch (each.phase()) {
                                        case PULLING, STARTING, STOPPING -> true;
                                        case WAITING, PULLED, RUNNING, STOPPED -> false;
                                    })
                            .toList();
            if (busy.isEmpty()) {
                run.later(Duration.ofSeconds(1));
                return;
            }
            Container one = busy.get(random.nextInt(busy.size()));
            boolean well = random.nextInt(10) > 0;
            switch (one.phase()) {
                case PULLING -> {
                    if (well) {
                        run.pulled(one.name());
                    } else {
                        run.pullFailed(one.name(), "CannotPullContainerError: no");
                    }
                }
                case STARTING -> {
                    if (well) {
                        run.started(one.name());
                    } else {
                        run.failed(one.name(), "CannotStartContainerError: no");
                    }
                }
                case STOPPING -> run.exited(one.name(), well ? 143 : null);
                case WAITING, PULLED, RUNNING, STOPPED -> throw new AssertionError(one);
            }
        }
    }
}
