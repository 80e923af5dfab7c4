package dev.dryberth.cli.faults;

import software.amazon.awssdk.services.ecs.model.ContainerCondition;
import software.amazon.awssdk.services.ecs.model.ContainerDefinition;
import software.amazon.awssdk.services.ecs.model.ContainerDependency;
import software.amazon.awssdk.services.ecs.model.MountPoint;
import software.amazon.awssdk.services.ecs.model.NetworkMode;
import software.amazon.awssdk.services.ecs.model.PortMapping;
import software.amazon.awssdk.services.ecs.model.RegisterTaskDefinitionRequest;
import software.amazon.awssdk.services.ecs.model.Volume;

import java.util.List;
import java.util.Locale;

/** The kinds of tasks that are started, well-behaved and not. */
enum Recipe {
    STEADY,
    SIDECAR,
    VOLUME,
    INIT,
    CRASH,
    QUICK_EXIT,
    IGNORES_SIGTERM,
    MISSING_IMAGE,
    CREATE_FAILURE,
    START_FAILURE,
    BRIDGE;

    private static final int MEMORY_MIB = 32;
    private static final int STOP_TIMEOUT_SECONDS = 2;

    /** Nothing listens there, so the pull fails at once. */
    private static final String NO_IMAGE = "127.0.0.1:1/none:1";

    private static final MountPoint DATA =
            MountPoint.builder().sourceVolume("data").containerPath("/data").build();

    private static final PortMapping HTTP = PortMapping.builder().containerPort(80).build();

    private static final String STEADY_SCRIPT = "trap 'exit 0' TERM; sleep 1000 & wait";

    String family() {
        return name().toLowerCase(Locale.ROOT);
    }

    boolean onInstances() {
        return this == BRIDGE;
    }

    RegisterTaskDefinitionRequest definition(String busybox) {
        RegisterTaskDefinitionRequest.Builder request =
                RegisterTaskDefinitionRequest.builder()
                        .family(family())
                        .containerDefinitions(
                                containers(busybox).stream()
                                        .map(ContainerDefinition.Builder::build)
                                        .toList());
        if (this == VOLUME) {
            request.volumes(Volume.builder().name("data").build());
        }
        if (onInstances()) {
            return request.networkMode(NetworkMode.BRIDGE).build();
        }
        return request.networkMode(NetworkMode.AWSVPC)
                .requiresCompatibilitiesWithStrings("FARGATE")
                .cpu("256")
                .memory("512")
                .build();
    }

    private List<ContainerDefinition.Builder> containers(String busybox) {
        ContainerDefinition.Builder app = container("app", busybox, STEADY_SCRIPT);
        return switch (this) {
            case STEADY -> List.of(app);
            case SIDECAR ->
                    List.of(
                            container("side", busybox, STEADY_SCRIPT),
                            app.dependsOn(after("side", ContainerCondition.START)));
            case VOLUME ->
                    List.of(
                            app.command("sh", "-c", "echo 1 > /data/file; " + STEADY_SCRIPT)
                                    .mountPoints(DATA));
            case INIT ->
                    List.of(
                            container("init", busybox, "sleep 0.2").essential(false),
                            app.dependsOn(after("init", ContainerCondition.SUCCESS)));
            case CRASH -> List.of(app.command("sh", "-c", "sleep 0.2; exit 3"));
            case QUICK_EXIT -> List.of(app.command("sh", "-c", "exit 1"));
            case IGNORES_SIGTERM ->
                    List.of(app.command("sh", "-c", "trap '' TERM; while :; do sleep 0.2; done"));
            case MISSING_IMAGE -> List.of(app.image(NO_IMAGE));
            case CREATE_FAILURE -> List.of(app.workingDirectory("not/absolute"));
            case START_FAILURE -> List.of(app.entryPoint("/no/such/program"));
            case BRIDGE -> List.of(app.portMappings(HTTP));
        };
    }

    private static ContainerDefinition.Builder container(
            String name, String busybox, String script) {
        return ContainerDefinition.builder()
                .name(name)
                .image(busybox)
                .command("sh", "-c", script)
                .memory(MEMORY_MIB)
                .stopTimeout(STOP_TIMEOUT_SECONDS);
    }

    private static ContainerDependency after(String container, ContainerCondition condition) {
        return ContainerDependency.builder().containerName(container).condition(condition).build();
    }
}
