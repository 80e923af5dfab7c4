package dev.dryberth.core.runtime.docker;

import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.exception.NotModifiedException;
import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.Container;
import com.github.dockerjava.api.model.ContainerNetwork;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.LogConfig;
import com.github.dockerjava.api.model.LogConfig.LoggingType;
import com.github.dockerjava.api.model.RestartPolicy;

import dev.dryberth.core.runtime.FunctionEffect.FindImage;
import dev.dryberth.core.runtime.FunctionEffect.ReadLog;
import dev.dryberth.core.runtime.FunctionEvent;
import dev.dryberth.core.runtime.FunctionEvent.Fault;
import dev.dryberth.core.runtime.FunctionSpec;
import dev.dryberth.core.runtime.RuntimeEvent;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * The execution environments of Lambda functions: one container each, in a network that is theirs
 * alone and in which they do not reach one another.
 *
 * <p>A container has no capability: it could otherwise send packets in another one's name, and the
 * runtime API knows them by their addresses. As on Lambda, its file system can't be written to but
 * for {@code /tmp}.
 */
final class FunctionContainers {

    private static final Logger log = LoggerFactory.getLogger(FunctionContainers.class);

    /** Lambda's, of processes and threads together. */
    private static final long MAX_PROCESSES = 1024;

    private static final long MIB = 1024L * 1024;
    private static final Map<String, String> LOG_LIMITS =
            Collections.singletonMap("max-size", "4m");
    private static final Duration AGAIN_AFTER = Duration.ofMillis(100);

    private final Engine engine;
    private final String instanceId;
    private final FunctionNetwork network;
    private final Consumer<RuntimeEvent> sink;

    FunctionContainers(Engine engine, String instanceId, Consumer<RuntimeEvent> sink) {
        this.engine = engine;
        this.instanceId = instanceId;
        this.network = new FunctionNetwork(engine, instanceId);
        this.sink = sink;
    }

    private void tell(FunctionEvent event) {
        sink.accept(new RuntimeEvent.OfFunctions(event));
    }

    void looked(FindImage asked, Images.Outcome outcome) {
        tell(
                switch (outcome) {
                    case Images.Present(String imageId, String digest) ->
                            new FunctionEvent.ImageFound(
                                    asked.function(), asked.imageUri(), imageId, digest);
                    case Images.Failed(String reason) ->
                            new FunctionEvent.ImageNotFound(
                                    asked.function(), asked.imageUri(), reason);
                });
    }

    void makeNetwork() {
        tell(new FunctionEvent.NetworkReady(network.ensure()));
    }

    void noNetwork(RuntimeException failure) {
        tell(new FunctionEvent.NetworkFailed(Reasons.networking(failure)));
    }

    void start(FunctionSpec spec) {
        String id;
        try {
            id = request(spec).exec().getId();
        } catch (ConflictException made) {
            // By an attempt whose answer was lost.
            id = Names.function(spec);
        }
        try {
            engine.calls().startContainerCmd(id).exec();
        } catch (NotModifiedException running) {
            log.debug("Container {} runs already", id);
        } catch (DockerException e) {
            tell(
                    new FunctionEvent.EnvironmentFailed(
                            spec.environmentId(), fault(e), Reasons.message(e)));
            return;
        }
        tell(new FunctionEvent.EnvironmentStarted(spec.environmentId(), address(id)));
    }

    private static Fault fault(DockerException e) {
        String said = Reasons.message(e);
        if (said.contains("network ") && said.contains("not found")) {
            return Fault.NETWORK;
        }
        boolean ofFunction =
                said.contains("exec: ") || said.contains("chdir") || said.contains("OCI runtime");
        return ofFunction ? Fault.FUNCTION : Fault.ENGINE;
    }

    void failed(FunctionSpec spec, RuntimeException failure) {
        Fault fault = failure instanceof DockerException e ? fault(e) : Fault.ENGINE;
        tell(
                new FunctionEvent.EnvironmentFailed(
                        spec.environmentId(), fault, Reasons.cannotStart(failure)));
    }

    private CreateContainerCmd request(FunctionSpec spec) {
        HostConfig host =
                new HostConfig()
                        .withNetworkMode(Names.functionNetwork(instanceId))
                        .withRestartPolicy(RestartPolicy.noRestart())
                        .withCapDrop(Capability.ALL)
                        .withSecurityOpts(List.of("no-new-privileges"))
                        .withPidsLimit(MAX_PROCESSES)
                        // Whatever the engine's default is: it must be readable, and have an end.
                        .withLogConfig(new LogConfig(LoggingType.JSON_FILE, LOG_LIMITS))
                        .withMemory(spec.memoryMiB() * MIB)
                        .withMemorySwap(spec.memoryMiB() * MIB)
                        .withReadonlyRootfs(true)
                        .withTmpFs(
                                Collections.singletonMap(
                                        "/tmp",
                                        "mode=1777,exec,size=" + spec.temporaryMiB() + "m"));
        CreateContainerCmd request =
                engine.calls()
                        .createContainerCmd(spec.imageId())
                        .withName(Names.function(spec))
                        .withLabels(Labels.function(instanceId, spec))
                        .withEnv(environment(spec))
                        .withHostConfig(host);
        if (!spec.entryPoint().isEmpty()) {
            request.withEntrypoint(spec.entryPoint());
        }
        if (!spec.command().isEmpty()) {
            request.withCmd(spec.command());
        }
        if (spec.workingDirectory() != null) {
            request.withWorkingDir(spec.workingDirectory());
        }
        return request;
    }

    private List<String> environment(FunctionSpec spec) {
        List<String> environment = new ArrayList<>(spec.environment());
        String handler = handler(spec);
        if (handler != null) {
            environment.add("_HANDLER=" + handler);
        }
        return environment;
    }

    /** The command's first word, as Lambda's base images have it. */
    private @Nullable String handler(FunctionSpec spec) {
        if (!spec.command().isEmpty()) {
            return spec.command().getFirst();
        }
        var config = engine.calls().inspectImageCmd(spec.imageId()).exec().getConfig();
        String[] command = config == null ? null : config.getCmd();
        return command == null || command.length == 0 ? null : command[0];
    }

    /** Empty for one that has ended already. */
    private String address(String id) {
        try {
            InspectContainerResponse found = engine.calls().inspectContainerCmd(id).exec();
            ContainerNetwork joined =
                    found.getNetworkSettings().getNetworks().get(Names.functionNetwork(instanceId));
            return joined == null ? "" : Objects.requireNonNullElse(joined.getIpAddress(), "");
        } catch (NotFoundException gone) {
            return "";
        }
    }

    /** An event of one that died, or was removed by somebody. */
    void ended(Map<String, String> attributes) {
        String exitCode = attributes.get("exitCode");
        tell(
                new FunctionEvent.EnvironmentExited(
                        Objects.requireNonNull(attributes.get(Labels.ENVIRONMENT)),
                        exitCode == null ? null : Integer.valueOf(exitCode)));
    }

    void remove(String environmentId) {
        List<String> found = find(environmentId);
        for (String id : found) {
            try {
                engine.calls()
                        .removeContainerCmd(id)
                        .withForce(true)
                        .withRemoveVolumes(true)
                        .exec();
            } catch (NotFoundException gone) {
                log.debug("Container {} is gone already", id);
            } catch (DockerException e) {
                throw new Jobs.NotYet("container " + id + ": " + Reasons.message(e), AGAIN_AFTER);
            }
        }
        tell(new FunctionEvent.EnvironmentRemoved(environmentId));
    }

    private List<String> find(String environmentId) {
        return engine
                .calls()
                .listContainersCmd()
                .withShowAll(true)
                .withLabelFilter(
                        List.of(
                                Labels.filter(Labels.INSTANCE, instanceId),
                                Labels.filter(Labels.ENVIRONMENT, environmentId)))
                .exec()
                .stream()
                .map(Container::getId)
                .toList();
    }

    void readLog(ReadLog asked) {
        List<String> found = find(asked.environmentId());
        String text =
                found.isEmpty() ? "" : ContainerLog.since(engine, found.getFirst(), asked.since());
        tell(new FunctionEvent.LogRead(asked.callId(), text));
    }

    void unread(ReadLog asked, RuntimeException failure) {
        log.debug("The log of environment {} can't be read", asked.environmentId(), failure);
        tell(new FunctionEvent.LogRead(asked.callId(), ""));
    }
}
