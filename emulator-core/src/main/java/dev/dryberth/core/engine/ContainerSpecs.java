package dev.dryberth.core.engine;

import dev.dryberth.core.model.Container;
import dev.dryberth.core.model.Eni;
import dev.dryberth.core.model.LaunchType;
import dev.dryberth.core.model.PinnedImage;
import dev.dryberth.core.model.PortBinding;
import dev.dryberth.core.model.Task;
import dev.dryberth.core.model.TaskDefinition;
import dev.dryberth.core.runtime.ContainerSpec;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.ecs.model.ContainerDefinition;
import software.amazon.awssdk.services.ecs.model.ContainerOverride;
import software.amazon.awssdk.services.ecs.model.PortMapping;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Puts together what the runtime needs to start a container: definition, overrides, network. */
final class ContainerSpecs {

    private ContainerSpecs() {}

    /**
     * What to start.
     *
     * @param pinned the image it must be made from; null: the definition's
     */
    static ContainerSpec of(
            Task task,
            TaskDefinition definition,
            String containerName,
            @Nullable PinnedImage pinned) {
        Container container = task.container(containerName);
        ContainerDefinition merged = merged(task, definition, containerName);
        return new ContainerSpec(
                task.arn(),
                definition.arn(),
                container.id(),
                container.restarts(),
                merged,
                pinned == null ? merged.image() : pinned.imageId(),
                environment(task, merged),
                definition.document().volumes(),
                network(task, merged),
                number(task.origin().cpu()),
                number(task.origin().memory()),
                siblings(task, containerName));
    }

    private static ContainerDefinition merged(
            Task task, TaskDefinition definition, String containerName) {
        ContainerDefinition declared =
                definition.document().containerDefinitions().stream()
                        .filter(each -> each.name().equals(containerName))
                        .findFirst()
                        .orElseThrow();
        ContainerOverride override =
                task.origin().overrides().containerOverrides().stream()
                        .filter(each -> containerName.equals(each.name()))
                        .findFirst()
                        .orElse(ContainerOverride.builder().build());
        ContainerDefinition.Builder merged = declared.toBuilder();
        if (override.hasCommand()) {
            merged.command(override.command());
        }
        if (override.cpu() != null) {
            merged.cpu(override.cpu());
        }
        if (override.memory() != null) {
            merged.memory(override.memory());
        }
        if (override.memoryReservation() != null) {
            merged.memoryReservation(override.memoryReservation());
        }
        if (override.hasResourceRequirements()) {
            merged.resourceRequirements(override.resourceRequirements());
        }
        if (override.hasEnvironment()) {
            Map<String, software.amazon.awssdk.services.ecs.model.KeyValuePair> byName =
                    new LinkedHashMap<>();
            declared.environment().forEach(pair -> byName.put(pair.name(), pair));
            override.environment().forEach(pair -> byName.put(pair.name(), pair));
            merged.environment(byName.values());
        }
        return merged.build();
    }

    private static List<String> environment(Task task, ContainerDefinition merged) {
        Map<String, String> variables = new LinkedHashMap<>();
        String region = task.arn().scope().region();
        if (task.origin().launchType() == LaunchType.FARGATE) {
            variables.put("AWS_EXECUTION_ENV", "AWS_ECS_FARGATE");
            variables.put("AWS_REGION", region);
            variables.put("AWS_DEFAULT_REGION", region);
        } else {
            variables.put("AWS_EXECUTION_ENV", "AWS_ECS_EC2");
        }
        merged.environment()
                .forEach(pair ->
                        variables.put(pair.name(), pair.value() == null ? "" : pair.value()));
        return variables.entrySet().stream()
                .map(each -> each.getKey() + "=" + each.getValue())
                .toList();
    }

    private static ContainerSpec.Network network(Task task, ContainerDefinition merged) {
        return switch (task.origin().networkMode()) {
            case AWSVPC -> {
                Eni eni = task.eni();
                if (eni == null || eni.runtimeId() == null) {
                    throw new IllegalStateException(task.arn() + " has no network namespace yet");
                }
                yield new ContainerSpec.Network.Namespace(eni.id(), eni.runtimeId());
            }
            case BRIDGE ->
                    new ContainerSpec.Network.Bridge(
                            merged.portMappings().stream()
                                    .flatMap(ContainerSpecs::bindings)
                                    .toList());
            case HOST -> new ContainerSpec.Network.Host();
            case NONE -> new ContainerSpec.Network.None();
        };
    }

    /** On the host's network a container port is that very port of every address of the host. */
    static List<PortBinding> hostBindings(TaskDefinition definition, String containerName) {
        return definition.document().containerDefinitions().stream()
                .filter(each -> each.name().equals(containerName))
                .flatMap(each -> each.portMappings().stream())
                .flatMap(ContainerSpecs::bindings)
                .map(each ->
                        new PortBinding(
                                "0.0.0.0",
                                each.containerPort(),
                                each.containerPort(),
                                each.protocol()))
                .toList();
    }

    /** A range of container ports is as many ports, each on a host port of its own. */
    private static Stream<PortBinding> bindings(PortMapping mapping) {
        String protocol = mapping.protocol() == null ? "tcp" : mapping.protocolAsString();
        String range = mapping.containerPortRange();
        if (range == null) {
            int hostPort = mapping.hostPort() == null ? 0 : mapping.hostPort();
            return Stream.of(
                    new PortBinding("127.0.0.1", mapping.containerPort(), hostPort, protocol));
        }
        int dash = range.indexOf('-');
        int first = Integer.parseInt(range.substring(0, dash));
        int last = Integer.parseInt(range.substring(dash + 1));
        return IntStream.rangeClosed(first, last)
                .mapToObj(port -> new PortBinding("127.0.0.1", port, 0, protocol));
    }

    private static List<ContainerSpec.Sibling> siblings(Task task, String containerName) {
        List<ContainerSpec.Sibling> siblings = new ArrayList<>();
        for (Container each : task.containers()) {
            if (!each.name().equals(containerName) && each.runtimeId() != null) {
                siblings.add(new ContainerSpec.Sibling(each.name(), each.runtimeId()));
            }
        }
        return siblings;
    }

    private static @Nullable Integer number(@Nullable String text) {
        return text == null ? null : Integer.valueOf(text);
    }
}
