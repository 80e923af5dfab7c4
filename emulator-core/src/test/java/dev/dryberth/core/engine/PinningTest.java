package dev.dryberth.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dryberth.core.loop.Ids;
import dev.dryberth.core.model.ContainerInstance;
import dev.dryberth.core.model.ContainerInstanceArn;
import dev.dryberth.core.model.ContainerPhase;
import dev.dryberth.core.model.ContainerRecipe;
import dev.dryberth.core.model.PinnedImage;
import dev.dryberth.core.model.RolloutRules;
import dev.dryberth.core.model.Service;
import dev.dryberth.core.model.ServiceArn;
import dev.dryberth.core.model.TaskArn;
import dev.dryberth.core.model.TaskDefinition;
import dev.dryberth.core.runtime.Effect;
import dev.dryberth.core.runtime.RuntimeEvent;
import dev.dryberth.core.service.ServiceRows;
import dev.dryberth.core.state.Tx;
import dev.dryberth.core.task.Recipes;
import dev.dryberth.core.task.Tasks;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import software.amazon.awssdk.services.ecs.model.ContainerDefinition;
import software.amazon.awssdk.services.ecs.model.VersionConsistency;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.function.Function;

/** Whatever the tag of its image comes to mean, a service revision runs what it began with. */
class PinningTest {

    private static final ServiceArn ARN = ServiceArn.of(Tasks.CLUSTER, "web");
    private static final String FIRST = "sha256:a";
    private static final String SECOND = "sha256:b";
    private static final String DIGEST = "sha256:d";

    private final Ids ids = new Ids(new Random(2));
    private EngineFixture fixture = EngineFixture.started(0);

    @Test
    void theFirstImageFoundIsKeptWithTheRevision() {
        create(1, VersionConsistency.ENABLED);
        Effect.PullImage pull = pulls().getFirst();
        assertThat(pull.pinned()).isNull();

        found(pull.task(), FIRST, DIGEST);
        assertThat(pinned()).isEqualTo(new PinnedImage("app", FIRST, DIGEST));
        assertThat(started()).containsExactly(FIRST);
        assertThat(fixture.container(pull.task(), "app").imageDigest()).isEqualTo(DIGEST);
    }

    @Test
    void aLaterTaskAsksForThatImage() {
        create(1, VersionConsistency.ENABLED);
        found(pulls().getFirst().task(), FIRST, null);
        assertThat(started()).containsExactly(FIRST);

        scale(2);
        Effect.PullImage later = pulls().getFirst();
        assertThat(later.pinned()).isEqualTo(pinned());
        found(later.task(), FIRST, null);
        assertThat(started()).containsExactly(FIRST);
    }

    @Test
    void aTaskThatFoundAnotherImageMeanwhileAsksAgain() {
        create(2, VersionConsistency.ENABLED);
        List<Effect.PullImage> both = pulls();
        TaskArn late = both.getLast().task();
        found(both.getFirst().task(), FIRST, null);
        assertThat(started()).containsExactly(FIRST);

        found(late, SECOND, null);
        assertThat(fixture.container(late, "app").phase()).isEqualTo(ContainerPhase.PULLING);
        assertThat(pulls())
                .containsExactly(new Effect.PullImage(late, "app", "app:latest", pinned()));
        found(late, FIRST, null);
        assertThat(started()).containsExactly(FIRST);
    }

    @Test
    void aTaskThatStopsMeanwhilePinsNothing() {
        create(1, VersionConsistency.ENABLED);
        TaskArn task = pulls().getFirst().task();
        assertThat(fixture.stop(task)).isCompleted();

        found(task, FIRST, null);
        assertThat(pinned()).isNull();
        found(Tasks.arn("unknown"), FIRST, null);
        assertThat(pinned()).isNull();
    }

    @Test
    void aContainerWithoutVersionConsistencyTakesWhatItsNameMeans() {
        create(2, VersionConsistency.DISABLED);
        List<Effect.PullImage> both = pulls();

        found(both.getFirst().task(), FIRST, null);
        found(both.getLast().task(), SECOND, null);
        assertThat(pinned()).isNull();
        assertThat(started()).containsExactly("app:latest", "app:latest");
    }

    @Test
    void aTaskOfItsOwnTakesWhatItsNameMeans() {
        TaskArn task = fixture.runBridge("t", Recipes.container("app"));
        assertThat(pulls().getFirst().pinned()).isNull();

        found(task, FIRST, null);
        assertThat(started()).containsExactly("app:latest");
    }

    @Test
    void aNewDeploymentLooksAgain() {
        create(1, VersionConsistency.ENABLED);
        found(pulls().getFirst().task(), FIRST, null);
        fixture.effects();

        command(tx -> ServiceRows.deploy(tx, service(), wish(1), ids, fixture.loop.clock().now()));
        Effect.PullImage pull = pulls().getFirst();
        assertThat(pull.pinned()).isNull();
        found(pull.task(), SECOND, null);
        assertThat(started()).containsExactly(SECOND);
    }

    @Test
    void aRestartedDaemonKnowsTheImage() {
        create(1, VersionConsistency.ENABLED);
        found(pulls().getFirst().task(), FIRST, null);
        PinnedImage before = pinned();
        scale(2);
        TaskArn waiting = pulls().getFirst().task();

        fixture = fixture.killed();
        fixture.inventory(List.of(), List.of());
        assertThat(pinned()).isEqualTo(before);
        List<Effect> asked = fixture.runtime.take();
        assertThat(asked).contains(new Effect.PullImage(waiting, "app", "app:latest", before));
        assertThat(asked)
                .filteredOn(Effect.StartContainer.class::isInstance)
                .extracting(each -> ((Effect.StartContainer) each).spec().image())
                .containsExactly(FIRST);
    }

    private void create(int desired, VersionConsistency consistency) {
        ContainerInstance instance =
                new ContainerInstance(
                        new ContainerInstanceArn(Tasks.SCOPE, "default", "1"),
                        "i-1",
                        ContainerInstance.Status.ACTIVE,
                        true,
                        4096,
                        4096,
                        List.of(),
                        List.of(),
                        List.of(),
                        Tasks.CREATED,
                        1,
                        List.of());
        command(tx -> {
            tx.put(tx.world().containerInstances(), instance.arn(), instance);
            tx.put(
                    tx.world().taskDefinitions(),
                    Tasks.DEFINITION,
                    new TaskDefinition(
                            Tasks.DEFINITION,
                            software.amazon.awssdk.services.ecs.model.TaskDefinition.builder()
                                    .family("web")
                                    .containerDefinitions(
                                            container("app", consistency),
                                            container("other", VersionConsistency.DISABLED))
                                    .build(),
                            List.of()));
            return ServiceRows.create(tx, Tasks.CLUSTER, wish(desired), ids, Tasks.CREATED);
        });
    }

    private static ContainerDefinition container(String name, VersionConsistency consistency) {
        return ContainerDefinition.builder()
                .name(name)
                .image(name + ":latest")
                .versionConsistency(consistency)
                .build();
    }

    private static ServiceRows.Wish wish(int desired) {
        List<ContainerRecipe> recipes = List.of(Recipes.container("app").recipe());
        return new ServiceRows.Wish(
                "web",
                desired,
                new RolloutRules(100, 200, RolloutRules.Breaker.OFF, RolloutRules.Alarms.OFF, null),
                Duration.ZERO,
                Tasks.onInstances(recipes),
                List.of(),
                false);
    }

    private void scale(int desired) {
        command(tx -> ServiceRows.scale(tx, ARN, desired));
    }

    private void command(Function<Tx, Service> body) {
        assertThat(fixture.submit(body)).isCompleted();
    }

    private Service service() {
        return Objects.requireNonNull(fixture.world.services().get(ARN));
    }

    private @Nullable PinnedImage pinned() {
        return Objects.requireNonNull(
                        fixture.world.serviceRevisions().get(service().primary().revision()))
                .pinned("app");
    }

    private void found(TaskArn task, String imageId, @Nullable String digest) {
        fixture.tell(new RuntimeEvent.ImagePulled(task, "app", imageId, digest));
    }

    private List<Effect.PullImage> pulls() {
        List<Effect.PullImage> pulls = new ArrayList<>();
        for (Effect each : fixture.runtime.take()) {
            if (each instanceof Effect.PullImage pull) {
                pulls.add(pull);
            }
        }
        return pulls;
    }

    /** The images of the containers that were started since somebody looked. */
    private List<String> started() {
        List<String> images = new ArrayList<>();
        for (Effect each : fixture.runtime.take()) {
            if (each instanceof Effect.StartContainer start) {
                images.add(start.spec().image());
            }
        }
        return images;
    }
}
