package dev.dryberth.core.runtime.docker;

import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.command.InspectContainerResponse.ContainerState;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.Container;

import dev.dryberth.core.model.HealthStatus;
import dev.dryberth.core.model.TaskArn;
import dev.dryberth.core.runtime.FunctionEvent.Observed;
import dev.dryberth.core.runtime.FunctionEvent.ObservedEnvironment;
import dev.dryberth.core.runtime.RuntimeEvent.Inventory;
import dev.dryberth.core.runtime.RuntimeEvent.ObservedContainer;
import dev.dryberth.core.runtime.RuntimeEvent.ObservedNamespace;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/** Lists all that exists under the daemon's label, with all facts the engine has of it. */
final class Observation {

    /** What is there: of tasks, and of functions. */
    record Seen(Inventory tasks, Observed functions) {}

    private final Engine engine;
    private final String instanceId;

    Observation(Engine engine, String instanceId) {
        this.engine = engine;
        this.instanceId = instanceId;
    }

    Seen take(Instant asOf) {
        List<Container> listed =
                engine.calls()
                        .listContainersCmd()
                        .withShowAll(true)
                        .withLabelFilter(List.of(Labels.filter(Labels.INSTANCE, instanceId)))
                        .exec();
        List<ObservedNamespace> namespaces = new ArrayList<>();
        List<Container> apps = new ArrayList<>();
        List<ObservedEnvironment> environments = new ArrayList<>();
        for (Container container : listed) {
            Map<String, String> labels = container.getLabels();
            if (Labels.pause(labels)) {
                namespaces.add(
                        new ObservedNamespace(
                                container.getId(),
                                Objects.requireNonNull(labels.get(Labels.ENI)),
                                "running".equals(container.getState())));
            } else if (Labels.app(labels)) {
                apps.add(container);
            } else if (Labels.function(labels)) {
                environments.add(
                        new ObservedEnvironment(
                                Objects.requireNonNull(labels.get(Labels.ENVIRONMENT)),
                                container.getId(),
                                "running".equals(container.getState())));
            }
        }
        return new Seen(
                new Inventory(asOf, apps.parallelStream().flatMap(this::look).toList(), namespaces),
                new Observed(asOf, environments));
    }

    /** Empty for a container that vanished since it was listed. */
    private Stream<ObservedContainer> look(Container listed) {
        InspectContainerResponse found;
        try {
            found = engine.calls().inspectContainerCmd(listed.getId()).exec();
        } catch (NotFoundException gone) {
            return Stream.empty();
        }
        ContainerState state = found.getState();
        Map<String, String> labels = listed.getLabels();
        boolean ran = Containers.startedAt(state) != null;
        boolean running = Containers.running(state);
        return Stream.of(
                new ObservedContainer(
                        listed.getId(),
                        TaskArn.parse(Objects.requireNonNull(labels.get(Labels.TASK))),
                        Objects.requireNonNull(labels.get(Labels.CONTAINER)),
                        running,
                        Containers.startedAt(state),
                        ran && !running ? Containers.exitCode(state) : null,
                        Boolean.TRUE.equals(state.getOOMKilled()),
                        ran && !running ? Containers.time(state.getFinishedAt()) : null,
                        state.getHealth() == null
                                ? HealthStatus.UNKNOWN
                                : HealthChecks.status(state.getHealth().getStatus()),
                        ContainerRequest.bindings(found.getNetworkSettings().getPorts())));
    }
}
