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
import java.util.SplittableRandom;

/**
 * The kinds of tasks that are started, well-behaved and not. All but one run in a namespace of
 * their own or on the host's network; the latter costs the engine a third of the former's time.
 */
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

    String family(NetworkMode mode) {
        return name().toLowerCase(Locale.ROOT) + "-" + mode;
    }

    List<NetworkMode> modes() {
        return this == BRIDGE
                ? List.of(NetworkMode.BRIDGE)
                : List.of(NetworkMode.AWSVPC, NetworkMode.HOST);
    }

    /** One of its networks, two times in three the one that costs the engine less. */
    NetworkMode someMode(SplittableRandom random) {
        return random.nextInt(3) == 0 ? modes().getFirst() : modes().getLast();
    }

    RegisterTaskDefinitionRequest definition(String busybox, NetworkMode mode) {
        RegisterTaskDefinitionRequest.Builder request =
                RegisterTaskDefinitionRequest.builder()
                        .family(family(mode))
                        .containerDefinitions(
                                containers(busybox).stream()
                                        .map(ContainerDefinition.Builder::build)
                                        .toList());
        if (this == VOLUME) {
            request.volumes(Volume.builder().name("data").build());
        }
        request.networkMode(mode);
        if (mode != NetworkMode.AWSVPC) {
            return request.build();
        }
        return request.requiresCompatibilitiesWithStrings("FARGATE")
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
