package dev.dryberth.cli.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import software.amazon.awssdk.services.ecs.EcsClient;

/** {@code POST /_dryberth/reset}: a daemon as on its first day. */
class ResetIT {

    private static DaemonUnderTest daemon;

    @BeforeAll
    static void start() {
        daemon = DaemonUnderTest.start("10.244.0.0/16", "--pause-pool", "1");
    }

    @AfterAll
    static void close() {
        daemon.close();
    }

    @Test
    void removesEverythingAndGoesOn() {
        EcsClient ecs = daemon.ecs();
        TaskBench before = new TaskBench(daemon);
        before.awaitRunning(
                before.runFargate(
                        "before", before.container("app", TaskBench.server("before", 80))));
        // One is caught on its way.
        before.runFargate("starting", before.container("app", TaskBench.IDLE));

        daemon.reset();

        try (DockerView docker = new DockerView(daemon.instance())) {
            assertThat(docker.everything()).isEmpty();
        }
        assertThat(ecs.listClusters().clusterArns()).isEmpty();
        assertThat(ecs.listTaskDefinitionFamilies().families()).isEmpty();
        TaskBench after = new TaskBench(daemon);
        String task =
                after.runFargate("after", after.container("app", TaskBench.server("after", 80)));
        String address = TaskBench.address(after.awaitRunning(task));
        assertThat(Web.get(address, 80)).isEqualTo("after");
        assertThat(
                        ecs.describeTaskDefinition(request -> request.taskDefinition("after"))
                                .taskDefinition()
                                .revision())
                .isEqualTo(1);
    }
}
