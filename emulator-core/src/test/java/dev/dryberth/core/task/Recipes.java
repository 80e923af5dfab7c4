package dev.dryberth.core.task;

import dev.dryberth.core.model.ContainerRecipe;
import dev.dryberth.core.model.Dependency;
import dev.dryberth.core.model.RestartPolicy;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Writes the recipes of containers in tests: {@code container("app").after("init", SUCCESS)}. */
public final class Recipes {

    private final String name;
    private boolean essential = true;
    private final List<Dependency> dependsOn = new ArrayList<>();
    private @Nullable Duration startTimeout;
    private boolean healthCheck;
    private @Nullable RestartPolicy restartPolicy;

    private Recipes(String name) {
        this.name = name;
    }

    /** An essential container that depends on nothing. */
    public static Recipes container(String name) {
        return new Recipes(name);
    }

    public Recipes nonEssential() {
        essential = false;
        return this;
    }

    public Recipes after(String other, Dependency.Condition condition) {
        dependsOn.add(new Dependency(other, condition));
        return this;
    }

    public Recipes startTimeout(Duration timeout) {
        startTimeout = timeout;
        return this;
    }

    public Recipes checked() {
        healthCheck = true;
        return this;
    }

    public Recipes restarting(Duration attemptPeriod, Integer... ignoredExitCodes) {
        restartPolicy = new RestartPolicy(List.of(ignoredExitCodes), attemptPeriod);
        return this;
    }

    public ContainerRecipe recipe() {
        return recipe(name + ":latest");
    }

    /** The container made from an image. */
    public ContainerRecipe recipe(String image) {
        return new ContainerRecipe(
                name,
                image,
                essential,
                List.copyOf(dependsOn),
                startTimeout,
                Duration.ofSeconds(30),
                healthCheck,
                restartPolicy,
                0,
                null,
                null);
    }
}
