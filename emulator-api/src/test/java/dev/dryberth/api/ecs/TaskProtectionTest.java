package dev.dryberth.api.ecs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dryberth.core.model.LaunchType;
import dev.dryberth.core.model.Membership;
import dev.dryberth.core.model.Task;
import dev.dryberth.core.model.TaskStatus;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import software.amazon.awssdk.services.ecs.model.Failure;
import software.amazon.awssdk.services.ecs.model.GetTaskProtectionRequest;
import software.amazon.awssdk.services.ecs.model.ProtectedTask;
import software.amazon.awssdk.services.ecs.model.UpdateTaskProtectionRequest;
import software.amazon.awssdk.services.ecs.model.UpdateTaskProtectionResponse;

import java.util.Collections;
import java.util.Objects;

class TaskProtectionTest {

    private static final String STANDALONE = "b".repeat(32);
    private static final String NOBODY = "c".repeat(32);

    private final ServiceFixture fixture = new ServiceFixture();
    private Task task;

    @BeforeEach
    void create() {
        fixture.create(request -> {});
        task = fixture.task(EcsFixture.ID, fixture.row().primary(), TaskStatus.RUNNING);
        fixture.ecs.addTask("default", STANDALONE, LaunchType.FARGATE, TaskStatus.RUNNING);
    }

    private UpdateTaskProtectionResponse protect(
            boolean on, @Nullable Integer minutes, String... tasks) {
        return fixture.ecs.call(tx ->
                fixture.protection.updateTaskProtection(
                        tx,
                        UpdateTaskProtectionRequest.builder()
                                .cluster("default")
                                .tasks(tasks)
                                .protectionEnabled(on)
                                .expiresInMinutes(minutes)
                                .build()));
    }

    private ProtectedTask state() {
        return fixture.ecs
                .call(tx ->
                        fixture.protection.getTaskProtection(
                                tx,
                                GetTaskProtectionRequest.builder()
                                        .cluster("default")
                                        .tasks(task.arn().text())
                                        .build()))
                .protectedTasks()
                .getFirst();
    }

    private Membership membership() {
        Task row = Objects.requireNonNull(fixture.ecs.world.tasks().get(task.arn()));
        return Objects.requireNonNull(row.membership());
    }

    @Test
    void protectsForTwoHoursUnlessSaidOtherwise() {
        assertThat(state().protectionEnabled()).isFalse();
        ProtectedTask shown = protect(true, null, EcsFixture.ID).protectedTasks().getFirst();
        assertThat(shown.taskArn()).isEqualTo(task.arn().text());
        assertThat(shown.protectionEnabled()).isTrue();
        assertThat(shown.expirationDate()).isEqualTo(fixture.now().plusSeconds(7200));
        assertThat(membership().protectedUntil()).isEqualTo(shown.expirationDate());
        assertThat(state()).isEqualTo(shown);
        protect(true, 1, EcsFixture.ID);
        fixture.later(60);
        assertThat(state().protectionEnabled()).isFalse();
        assertThat(state().expirationDate()).isNull();
    }

    @Test
    void takesProtectionAway() {
        protect(true, null, EcsFixture.ID);
        assertThat(
                        protect(false, null, EcsFixture.ID)
                                .protectedTasks()
                                .getFirst()
                                .protectionEnabled())
                .isFalse();
        assertThat(membership().protectedUntil()).isNull();
    }

    @Test
    void onlyTasksOfServicesCanBeProtected() {
        var response = protect(true, null, STANDALONE, NOBODY, EcsFixture.ID);
        assertThat(response.failures())
                .extracting(Failure::reason)
                .containsExactly("TASK_NOT_VALID", "MISSING");
        assertThat(response.protectedTasks()).hasSize(1);
    }

    @Test
    void refusesWhatIsOutOfRange() {
        assertThatThrownBy(() -> protect(true, 0, EcsFixture.ID))
                .hasMessageContaining("expiresInMinutes must be between 1 and 2880");
        assertThatThrownBy(() -> protect(true, 2881, EcsFixture.ID))
                .hasMessageContaining("expiresInMinutes must be between 1 and 2880");
        assertThatThrownBy(() -> protect(true, 1)).hasMessageContaining("Tasks cannot be empty.");
        String[] many = Collections.nCopies(11, EcsFixture.ID).toArray(String[]::new);
        assertThatThrownBy(() -> protect(true, 1, many)).hasMessageContaining("more than 10");
    }
}
