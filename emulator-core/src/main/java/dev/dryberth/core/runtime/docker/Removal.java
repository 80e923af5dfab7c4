package dev.dryberth.core.runtime.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.InspectVolumeResponse;
import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.Container;

import dev.dryberth.core.model.TaskArn;
import dev.dryberth.core.runtime.RuntimeEvent;
import dev.dryberth.core.runtime.RuntimeEvent.AllRemoved;
import dev.dryberth.core.runtime.RuntimeEvent.TaskRemoved;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * Removes by label, and answers only when a fresh listing shows that nothing is left. What Docker
 * cannot remove yet (a removal under way, a volume still being let go) is tried again a little
 * later, for as long as it takes.
 */
final class Removal {

    private static final Logger log = LoggerFactory.getLogger(Removal.class);
    private static final Duration AGAIN_AFTER = Duration.ofMillis(100);

    private final DockerClient docker;
    private final String instanceId;
    private final VpcNetworks networks;
    private final Namespaces namespaces;
    private final Ledger ledger;
    private final Consumer<RuntimeEvent> sink;

    Removal(
            Engine engine,
            String instanceId,
            VpcNetworks networks,
            Namespaces namespaces,
            Ledger ledger,
            Consumer<RuntimeEvent> sink) {
        this.docker = engine.calls();
        this.instanceId = instanceId;
        this.networks = networks;
        this.namespaces = namespaces;
        this.ledger = ledger;
        this.sink = sink;
    }

    void task(TaskArn task) {
        List<String> labels =
                List.of(
                        Labels.filter(Labels.INSTANCE, instanceId),
                        Labels.filter(Labels.TASK, task.text()));
        containers(labels);
        volumes(labels);
        sink.accept(new TaskRemoved(task));
    }

    void all() {
        List<String> labels = List.of(Labels.filter(Labels.INSTANCE, instanceId));
        containers(labels);
        volumes(labels);
        try {
            networks.removeAll();
        } catch (DockerException e) {
            throw again("a network", e);
        }
        sink.accept(new AllRemoved());
    }

    /** One container nobody knows; whatever it is, it must be this daemon's. */
    void unknown(String id) {
        try {
            Map<String, String> labels =
                    Labels.of(docker.inspectContainerCmd(id).exec().getConfig().getLabels());
            if (!Labels.ours(labels, instanceId)) {
                log.warn("Container {} is not ours and stays", id);
                return;
            }
            ledger.forget(id);
            container(id, labels);
        } catch (NotFoundException gone) {
            log.debug("Container {} is gone already", id);
        }
    }

    private void containers(List<String> labels) {
        List<Container> found = list(labels);
        // Containers that share another's namespace or volumes go first.
        found.stream()
                .filter(one -> !Labels.pause(one.getLabels()))
                .forEach(one -> container(one.getId(), one.getLabels()));
        found.stream()
                .filter(one -> Labels.pause(one.getLabels()))
                .forEach(one -> container(one.getId(), one.getLabels()));
        if (!found.isEmpty() && !list(labels).isEmpty()) {
            throw again("a container", null);
        }
    }

    private List<Container> list(List<String> labels) {
        return docker.listContainersCmd().withShowAll(true).withLabelFilter(labels).exec();
    }

    private void container(String id, Map<String, String> labels) {
        ledger.forget(id);
        if (Labels.pause(labels)) {
            namespaces.leaving(Objects.requireNonNull(labels.get(Labels.ENI)));
        }
        try {
            docker.removeContainerCmd(id).withForce(true).withRemoveVolumes(true).exec();
        } catch (NotFoundException gone) {
            log.debug("Container {} is gone already", id);
        } catch (ConflictException underWay) {
            throw again("container " + id, underWay);
        } catch (DockerException e) {
            throw again("container " + id, e);
        }
    }

    private void volumes(List<String> labels) {
        List<InspectVolumeResponse> found =
                docker.listVolumesCmd().withFilter("label", labels).exec().getVolumes();
        if (found == null) {
            return;
        }
        for (InspectVolumeResponse volume : found) {
            try {
                docker.removeVolumeCmd(volume.getName()).exec();
            } catch (NotFoundException gone) {
                log.debug("Volume {} is gone already", volume.getName());
            } catch (DockerException e) {
                throw again("volume " + volume.getName(), e);
            }
        }
    }

    private static Jobs.NotYet again(String what, @Nullable DockerException refusal) {
        String why = refusal == null ? "it is still listed" : Reasons.message(refusal);
        log.debug("{} could not be removed yet: {}", what, why);
        return new Jobs.NotYet(what + ": " + why, AGAIN_AFTER);
    }
}
