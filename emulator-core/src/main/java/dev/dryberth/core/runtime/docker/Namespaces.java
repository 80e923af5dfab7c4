package dev.dryberth.core.runtime.docker;

import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.exception.NotModifiedException;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.LogConfig;

import dev.dryberth.core.model.Eni;
import dev.dryberth.core.runtime.Effect;
import dev.dryberth.core.runtime.RuntimeEvent;
import dev.dryberth.core.runtime.RuntimeEvent.NamespaceFailed;
import dev.dryberth.core.runtime.RuntimeEvent.NamespaceLost;
import dev.dryberth.core.runtime.RuntimeEvent.NamespaceReady;
import dev.dryberth.core.runtime.RuntimeEvent.NamespaceRemoved;
import dev.dryberth.core.runtime.RuntimeEvent.ObservedNamespace;
import dev.dryberth.core.runtime.docker.Reasons.Refused;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * Network namespaces of elastic network interfaces. Each is held by a pause container with the
 * interface's address on the VPC's network; a task's containers join it, share localhost and keep
 * the address when one of them is restarted.
 */
final class Namespaces {

    /** Changes when the image's content does. */
    static final String PAUSE_IMAGE = "dryberth/pause:1";

    private final Engine engine;
    private final String instanceId;
    private final VpcNetworks networks;
    private final Consumer<RuntimeEvent> sink;

    /** Interfaces told to be ready and not yet asked to go: their holder's death is news. */
    private final Set<String> ready = ConcurrentHashMap.newKeySet();

    private final ReentrantLock loading = new ReentrantLock();

    Namespaces(
            Engine engine, String instanceId, VpcNetworks networks, Consumer<RuntimeEvent> sink) {
        this.engine = engine;
        this.instanceId = instanceId;
        this.networks = networks;
        this.sink = sink;
    }

    void create(Effect.CreateNamespace effect) {
        Eni eni = effect.eni();
        String id;
        try {
            id = createAndStart(effect, 0);
        } catch (Refused | DockerException e) {
            failed(eni, e);
            return;
        }
        ready.add(eni.id());
        sink.accept(new NamespaceReady(eni.id(), id));
    }

    void failed(Eni eni, RuntimeException failure) {
        sink.accept(new NamespaceFailed(eni.id(), Reasons.networking(failure)));
    }

    private String createAndStart(Effect.CreateNamespace effect, int tries) {
        Eni eni = effect.eni();
        String network = networks.ensure(eni.vpcId(), effect.vpcCidr());
        String id;
        try {
            id = request(eni, network).exec().getId();
        } catch (ConflictException taken) {
            id = adopt(eni);
        } catch (NotFoundException noImage) {
            if (tries > 0 || !Reasons.message(noImage).contains("image")) {
                throw noImage;
            }
            loadPauseImage();
            return createAndStart(effect, tries + 1);
        }
        try {
            engine.calls().startContainerCmd(id).exec();
        } catch (NotModifiedException running) {
            return id;
        } catch (DockerException e) {
            discard(id);
            if (tries == 0 && e instanceof NotFoundException) {
                networks.forget(eni.vpcId());
                return createAndStart(effect, tries + 1);
            }
            throw e;
        }
        return id;
    }

    private CreateContainerCmd request(Eni eni, String network) {
        return engine.calls()
                .createContainerCmd(PAUSE_IMAGE)
                .withName(Names.pause(instanceId, eni.id()))
                .withHostName(eni.privateDnsName())
                .withMacAddress(eni.macAddress())
                .withIpv4Address(eni.address())
                .withLabels(Labels.pause(instanceId, eni))
                .withHostConfig(
                        new HostConfig()
                                .withNetworkMode(network)
                                .withLogConfig(new LogConfig(LogConfig.LoggingType.NONE)));
    }

    /** The holder that was made before for the same interface. */
    private String adopt(Eni eni) {
        InspectContainerResponse found =
                engine.calls().inspectContainerCmd(Names.pause(instanceId, eni.id())).exec();
        if (!Labels.ours(Labels.of(found.getConfig().getLabels()), instanceId)) {
            throw new Refused("a container named '" + found.getName() + "' is not ours");
        }
        return found.getId();
    }

    private void discard(String id) {
        try {
            engine.calls().removeContainerCmd(id).withForce(true).exec();
        } catch (NotFoundException gone) {
            // Nothing is left behind, which is what was wanted.
            return;
        }
    }

    private void loadPauseImage() {
        loading.lock();
        try (InputStream archive =
                new ImageArchive()
                        .executable("pause", PauseProgram.forArchitecture(engine.architecture()))
                        .finish(
                                PAUSE_IMAGE,
                                engine.architecture(),
                                config -> {
                                    config.putArray("Entrypoint").add("/pause");
                                    config.put("StopSignal", "SIGKILL");
                                })) {
            engine.calls().loadImageCmd(archive).exec();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            loading.unlock();
        }
    }

    /** Called before {@link #remove} so that a death on the way is no loss. */
    void leaving(String eniId) {
        ready.remove(eniId);
    }

    void remove(Eni eni) {
        leaving(eni.id());
        discard(Names.pause(instanceId, eni.id()));
        sink.accept(new NamespaceRemoved(eni.id()));
    }

    /** A holder died; whether that is a loss depends on who wanted it. */
    void died(String eniId) {
        if (ready.remove(eniId)) {
            sink.accept(new NamespaceLost(eniId));
        }
    }

    /** Takes over what an inventory shows. */
    void observed(List<ObservedNamespace> seen) {
        ready.clear();
        for (ObservedNamespace namespace : seen) {
            if (namespace.running()) {
                ready.add(Objects.requireNonNull(namespace.eniId()));
            }
        }
    }
}
