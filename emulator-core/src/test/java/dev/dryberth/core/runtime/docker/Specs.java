package dev.dryberth.core.runtime.docker;

import dev.dryberth.core.model.Eni;
import dev.dryberth.core.model.PortBinding;
import dev.dryberth.core.model.Scope;
import dev.dryberth.core.model.TaskArn;
import dev.dryberth.core.model.TaskDefinitionArn;
import dev.dryberth.core.runtime.ContainerSpec;
import dev.dryberth.core.runtime.ContainerSpec.Network;
import dev.dryberth.core.runtime.ContainerSpec.Sibling;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.ecs.model.ContainerDefinition;
import software.amazon.awssdk.services.ecs.model.Volume;

import java.util.List;
import java.util.function.Consumer;

/** Container specs for tests, as the engine would build them. */
final class Specs {

    static final Scope SCOPE = new Scope("us-east-1", "000000000000");
    static final TaskDefinitionArn DEFINITION = new TaskDefinitionArn(SCOPE, "web", 3);

    private final ContainerDefinition.Builder definition;
    private TaskArn task = task("0af0");
    private int attempt;
    private List<String> environment = List.of();
    private List<Volume> volumes = List.of();
    private Network network = new Network.None();
    private @Nullable Integer taskCpu;
    private @Nullable Integer taskMemory;
    private List<Sibling> siblings = List.of();

    private Specs(String image) {
        definition = ContainerDefinition.builder().name("app").image(image);
    }

    static Specs of(String image, String... command) {
        Specs specs = new Specs(image);
        specs.definition.command(command);
        return specs;
    }

    /** A shell script as the container's command. */
    static Specs shell(String image, String script) {
        return of(image, "sh", "-c", script);
    }

    static TaskArn task(String id) {
        return new TaskArn(SCOPE, "default", id);
    }

    static Eni eni(String id, String address, String mac) {
        return new Eni(
                id,
                "attachment-" + id,
                SCOPE,
                "vpc-test",
                "subnet-test",
                address,
                mac,
                Eni.State.CREATING,
                null,
                null);
    }

    Specs define(Consumer<ContainerDefinition.Builder> change) {
        change.accept(definition);
        return this;
    }

    Specs named(String name) {
        definition.name(name);
        return this;
    }

    Specs task(TaskArn newTask) {
        task = newTask;
        return this;
    }

    Specs attempt(int newAttempt) {
        attempt = newAttempt;
        return this;
    }

    Specs environment(String... variables) {
        environment = List.of(variables);
        return this;
    }

    Specs volumes(Volume... newVolumes) {
        volumes = List.of(newVolumes);
        return this;
    }

    Specs network(Network newNetwork) {
        network = newNetwork;
        return this;
    }

    Specs bridge(PortBinding... ports) {
        return network(new Network.Bridge(List.of(ports)));
    }

    Specs taskLimits(@Nullable Integer cpu, @Nullable Integer memory) {
        taskCpu = cpu;
        taskMemory = memory;
        return this;
    }

    Specs siblings(Sibling... newSiblings) {
        siblings = List.of(newSiblings);
        return this;
    }

    ContainerSpec build() {
        ContainerDefinition built = definition.build();
        return new ContainerSpec(
                task,
                DEFINITION,
                "id-" + task.id() + "-" + built.name(),
                attempt,
                built,
                built.image(),
                environment,
                volumes,
                network,
                taskCpu,
                taskMemory,
                siblings);
    }
}
