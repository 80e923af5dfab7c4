package dev.dryberth.core.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dryberth.core.engine.EngineSettings;
import dev.dryberth.core.engine.ServiceRecords;
import dev.dryberth.core.model.Service;
import dev.dryberth.core.model.TaskDefinition;
import dev.dryberth.core.task.Tasks;

import org.junit.jupiter.api.Test;

import software.amazon.awssdk.services.ecs.model.TaskDefinitionStatus;

import java.util.Objects;

/** What is left of a service that was deleted, and for how long. */
class ForgettingTest {

    private final ServiceRun run =
            new ServiceRun(2, ServiceRun.percentages(100, 200)).create(ServiceRun.GOOD);

    @Test
    void anInactiveServiceIsForgottenWithAllThatBelongsToIt() {
        run.passSeconds(30);
        run.delete();
        run.passSeconds(60);
        assertThat(run.service().status()).isEqualTo(Service.Status.INACTIVE);

        run.pass(EngineSettings.INACTIVE_SERVICE_RETENTION.minusMinutes(2));
        assertThat(run.service().status()).isEqualTo(Service.Status.INACTIVE);
        assertThat(ServiceRecords.events(run.world, run.arn)).isNotEmpty();

        run.passSeconds(240);
        assertThat(run.world.services().all()).isEmpty();
        assertThat(ServiceRecords.revisions(run.world, run.arn)).isEmpty();
        assertThat(ServiceRecords.deployments(run.world, run.arn)).isEmpty();
        assertThat(ServiceRecords.events(run.world, run.arn)).isEmpty();
    }

    /** A service keeps what it may still make tasks of; when it is gone, so is the definition. */
    @Test
    void aDeletedTaskDefinitionGoesSoonAfterTheServiceThatUsedIt() {
        run.passSeconds(30);
        run.command(tx -> {
            TaskDefinition definition =
                    Objects.requireNonNull(run.world.taskDefinitions().get(Tasks.DEFINITION));
            tx.put(
                    run.world.taskDefinitions(),
                    Tasks.DEFINITION,
                    definition.withDocument(
                            definition.document().toBuilder()
                                    .status(TaskDefinitionStatus.DELETE_IN_PROGRESS)
                                    .build()));
            return true;
        });
        run.passSeconds(120);
        assertThat(run.world.taskDefinitions().get(Tasks.DEFINITION)).isNotNull();

        run.delete();
        run.passSeconds(120);
        assertThat(run.service().status()).isEqualTo(Service.Status.INACTIVE);
        assertThat(run.world.taskDefinitions().get(Tasks.DEFINITION)).isNull();
    }
}
