package dev.dryberth.core.engine;

import dev.dryberth.core.model.FunctionArn;
import dev.dryberth.core.model.LambdaFunction;
import dev.dryberth.core.runtime.ContainerRuntime;
import dev.dryberth.core.runtime.Effect;
import dev.dryberth.core.runtime.FunctionEffect;
import dev.dryberth.core.runtime.FunctionEvent;
import dev.dryberth.core.state.Tx;
import dev.dryberth.core.state.World;

import org.jspecify.annotations.Nullable;

import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/** Finds out which image a function's code is, and writes it down. Loop thread. */
final class FunctionImages {

    private final World world;
    private final ContainerRuntime runtime;
    private final Consumer<Consumer<Tx>> turns;

    /** What the runtime looks for. */
    private final Map<FunctionArn, String> lookedFor = new TreeMap<>();

    FunctionImages(World world, ContainerRuntime runtime, Consumer<Consumer<Tx>> turns) {
        this.world = world;
        this.runtime = runtime;
        this.turns = turns;
    }

    /** Looks for the image of a function that has none, unless that is under way. */
    void look(LambdaFunction row) {
        if (row.lookingUp() && !row.imageUri().equals(lookedFor.get(row.arn()))) {
            lookedFor.put(row.arn(), row.imageUri());
            runtime.run(
                    new Effect.ForFunctions(
                            new FunctionEffect.FindImage(row.arn(), row.imageUri())));
        }
    }

    void found(FunctionEvent.ImageFound event) {
        ended(
                event.function(),
                event.imageUri(),
                row -> row.found(event.imageId(), event.digest()));
    }

    void notFound(FunctionEvent.ImageNotFound event) {
        ended(event.function(), event.imageUri(), row -> row.notFound(event.reason()));
    }

    private interface Change {
        LambdaFunction of(LambdaFunction row);
    }

    private void ended(FunctionArn arn, String imageUri, Change change) {
        lookedFor.remove(arn, imageUri);
        @Nullable LambdaFunction row = world.functions().get(arn);
        if (row != null && row.lookingUp() && row.imageUri().equals(imageUri)) {
            turns.accept(tx -> tx.put(world.functions(), arn, change.of(row)));
        }
    }
}
