package dev.dryberth.cli.acceptance;

import static dev.dryberth.cli.acceptance.TaskBench.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import software.amazon.awssdk.services.ecs.model.ClientException;
import software.amazon.awssdk.services.ecs.model.Container;
import software.amazon.awssdk.services.ecs.model.ContainerDefinition;
import software.amazon.awssdk.services.ecs.model.LaunchType;
import software.amazon.awssdk.services.ecs.model.MountPoint;
import software.amazon.awssdk.services.ecs.model.RegisterTaskDefinitionRequest;
import software.amazon.awssdk.services.ecs.model.RunTaskRequest;
import software.amazon.awssdk.services.ecs.model.Volume;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Containers come near the developer's machine only as far as the daemon was told to let them. */
class HostAccessIT {

    private static final String CIDR = "10.230.0.0/16";

    @TempDir private Path shared;

    private static RegisterTaskDefinitionRequest.Builder definition(
            ContainerDefinition.Builder container) {
        return RegisterTaskDefinitionRequest.builder()
                .family("near")
                .containerDefinitions(TaskBench.built(container.memory(64)));
    }

    private RegisterTaskDefinitionRequest mounting(TaskBench bench, Path directory) {
        return definition(
                        bench.container(
                                        "app",
                                        "test \"$(cat /shared/question)\" = why && echo because > /shared/answer")
                                .mountPoints(
                                        MountPoint.builder()
                                                .sourceVolume("shared")
                                                .containerPath("/shared")
                                                .build()))
                .volumes(
                        Volume.builder()
                                .name("shared")
                                .host(host -> host.sourcePath(directory.toString()))
                                .build())
                .build();
    }

    /** Only a privileged container may mount. */
    private static RegisterTaskDefinitionRequest privileged(TaskBench bench) {
        return definition(
                        bench.container("app", "mkdir /m && mount -t tmpfs none /m")
                                .privileged(true))
                .build();
    }

    @Test
    void refusesPrivilegeAndHostDirectoriesByDefault() {
        try (DaemonUnderTest daemon = DaemonUnderTest.startWithoutPool(CIDR)) {
            TaskBench bench = new TaskBench(daemon);

            assertThatExceptionOfType(ClientException.class)
                    .isThrownBy(() -> daemon.ecs().registerTaskDefinition(privileged(bench)))
                    .withMessageContaining("--allow-privileged");
            assertThatExceptionOfType(ClientException.class)
                    .isThrownBy(() -> daemon.ecs().registerTaskDefinition(mounting(bench, shared)))
                    .withMessageContaining(shared.toString())
                    .withMessageContaining("--allow-mount");
        }
    }

    @Test
    void grantsWhatTheDaemonWasStartedWith() throws IOException {
        Files.writeString(shared.resolve("question"), "why\n");
        try (DaemonUnderTest daemon =
                DaemonUnderTest.startWithoutPool(
                        CIDR, "--allow-privileged", "--allow-mount", shared.toString())) {
            TaskBench bench = new TaskBench(daemon);
            daemon.ecs().registerContainerInstance(request -> request.cluster(TaskBench.CLUSTER));

            Container reader = run(daemon, bench, mounting(bench, shared));
            Container mounter = run(daemon, bench, privileged(bench));

            assertThat(reader.exitCode()).as(reader.reason()).isZero();
            assertThat(shared.resolve("answer")).hasContent("because");
            // An engine that is confined itself can't start what it was asked for; a container
            // without privilege would have started, and mounted nothing.
            if (mounter.exitCode() == null) {
                assertThat(mounter.reason())
                        .startsWith("CannotStartContainerError: ")
                        .contains("not permitted");
            } else {
                assertThat(mounter.exitCode()).isZero();
            }
            Path parent = shared.resolve("..");
            assertThatExceptionOfType(ClientException.class)
                    .isThrownBy(() -> daemon.ecs().registerTaskDefinition(mounting(bench, parent)));
        }
    }

    private static Container run(
            DaemonUnderTest daemon, TaskBench bench, RegisterTaskDefinitionRequest request) {
        String definition =
                daemon.ecs().registerTaskDefinition(request).taskDefinition().taskDefinitionArn();
        String task =
                bench.run(
                        RunTaskRequest.builder()
                                .cluster(TaskBench.CLUSTER)
                                .taskDefinition(definition)
                                .launchType(LaunchType.EC2)
                                .build());
        return container(bench.awaitStopped(task), "app");
    }
}
