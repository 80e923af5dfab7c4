package dev.dryberth.api.ecs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dryberth.core.model.TargetGroup.TargetType;
import dev.dryberth.core.model.TaskStatus;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import software.amazon.awssdk.services.ecs.model.CreateServiceRequest;
import software.amazon.awssdk.services.ecs.model.CreateTaskSetRequest;
import software.amazon.awssdk.services.ecs.model.DeleteTaskSetRequest;
import software.amazon.awssdk.services.ecs.model.DescribeTaskSetsRequest;
import software.amazon.awssdk.services.ecs.model.DescribeTaskSetsResponse;
import software.amazon.awssdk.services.ecs.model.InvalidParameterException;
import software.amazon.awssdk.services.ecs.model.LaunchType;
import software.amazon.awssdk.services.ecs.model.Service;
import software.amazon.awssdk.services.ecs.model.StabilityStatus;
import software.amazon.awssdk.services.ecs.model.TagResourceRequest;
import software.amazon.awssdk.services.ecs.model.TaskSet;
import software.amazon.awssdk.services.ecs.model.TaskSetField;
import software.amazon.awssdk.services.ecs.model.TaskSetNotFoundException;
import software.amazon.awssdk.services.ecs.model.UpdateServicePrimaryTaskSetRequest;
import software.amazon.awssdk.services.ecs.model.UpdateServiceRequest;
import software.amazon.awssdk.services.ecs.model.UpdateTaskSetRequest;

import java.util.List;
import java.util.function.Consumer;

/** Services of the deployment controller EXTERNAL, and their task sets. */
@SuppressWarnings("unchecked") // The builders take lambdas as varargs.
class TaskSetsTest {

    private final ServiceFixture fixture = new ServiceFixture();

    @BeforeEach
    void create() {
        create(request -> request.desiredCount(3));
    }

    private Service create(Consumer<CreateServiceRequest.Builder> changes) {
        CreateServiceRequest.Builder request =
                CreateServiceRequest.builder()
                        .serviceName("web")
                        .deploymentController(controller -> controller.type("EXTERNAL"));
        changes.accept(request);
        return fixture.ecs
                .call(tx -> fixture.services.createService(tx, request.build()))
                .service();
    }

    private TaskSet add(Consumer<CreateTaskSetRequest.Builder> changes) {
        CreateTaskSetRequest.Builder request =
                CreateTaskSetRequest.builder()
                        .cluster("default")
                        .service("web")
                        .taskDefinition("web")
                        .launchType("FARGATE")
                        .networkConfiguration(fixture.network());
        changes.accept(request);
        return fixture.ecs
                .call(tx -> fixture.taskSets.createTaskSet(tx, request.build()))
                .taskSet();
    }

    private TaskSet scale(String set, double value) {
        UpdateTaskSetRequest request =
                UpdateTaskSetRequest.builder()
                        .cluster("default")
                        .service("web")
                        .taskSet(set)
                        .scale(scale -> scale.value(value).unit("PERCENT"))
                        .build();
        return fixture.ecs.call(tx -> fixture.taskSets.updateTaskSet(tx, request)).taskSet();
    }

    private TaskSet delete(String set, boolean force) {
        DeleteTaskSetRequest request =
                DeleteTaskSetRequest.builder()
                        .cluster("default")
                        .service("web")
                        .taskSet(set)
                        .force(force)
                        .build();
        return fixture.ecs.call(tx -> fixture.taskSets.deleteTaskSet(tx, request)).taskSet();
    }

    private TaskSet lead(String set) {
        UpdateServicePrimaryTaskSetRequest request =
                UpdateServicePrimaryTaskSetRequest.builder()
                        .cluster("default")
                        .service("web")
                        .primaryTaskSet(set)
                        .build();
        return fixture.ecs
                .call(tx -> fixture.taskSets.updateServicePrimaryTaskSet(tx, request))
                .taskSet();
    }

    private DescribeTaskSetsResponse describe(String... sets) {
        DescribeTaskSetsRequest request =
                DescribeTaskSetsRequest.builder()
                        .cluster("default")
                        .service("web")
                        .taskSets(sets)
                        .include(TaskSetField.TAGS)
                        .build();
        return fixture.ecs.call(tx -> fixture.taskSets.describeTaskSets(tx, request));
    }

    @Test
    void aServiceNeedsNoMoreThanAName() {
        fixture.ecs.write(tx -> tx.delete(fixture.ecs.world.services(), fixture.arn()));
        Service web = create(request -> {});
        assertThat(web.desiredCount()).isZero();
        assertThat(web.deploymentController().typeAsString()).isEqualTo("EXTERNAL");
        assertThat(web.deployments()).isEmpty();
        assertThat(web.hasTaskSets()).isTrue();
        assertThat(web.taskSets()).isEmpty();
        assertThat(web.taskDefinition()).isNull();
        assertThat(web.launchType()).isEqualTo(LaunchType.EC2);
        assertThat(web.availabilityZoneRebalancingAsString()).isEqualTo("DISABLED");
        assertThat(create(request -> {}).serviceArn()).isEqualTo(web.serviceArn());
        assertThatThrownBy(() -> create(request -> request.desiredCount(1)))
                .hasMessageContaining("Creation of service was not idempotent.");
    }

    @Test
    void whatBelongsToTaskSetsIsRefusedInAService() {
        for (Consumer<CreateServiceRequest.Builder> each :
                List.<Consumer<CreateServiceRequest.Builder>>of(
                        request -> request.taskDefinition("web"),
                        request -> request.launchType("FARGATE"),
                        request -> request.platformVersion("LATEST"),
                        request -> request.networkConfiguration(fixture.network()),
                        request -> request.loadBalancers(lb -> lb.containerName("app")),
                        request ->
                                request.capacityProviderStrategy(
                                        item -> item.capacityProvider("FARGATE")))) {
            assertThatThrownBy(() -> create(each))
                    .isInstanceOf(InvalidParameterException.class)
                    .hasMessageContaining("CreateTaskSet");
        }
        assertThatThrownBy(() -> create(request -> request.schedulingStrategy("DAEMON")))
                .hasMessageContaining("EXTERNAL deployment controller");
        assertThatThrownBy(() ->
                        create(request ->
                                request.deploymentConfiguration(rules ->
                                        rules.deploymentCircuitBreaker(
                                                breaker -> breaker.enable(true).rollback(true)))))
                .hasMessageContaining("circuit breaker");
        assertThatThrownBy(() -> create(request -> request.availabilityZoneRebalancing("ENABLED")))
                .hasMessageContaining("EXTERNAL");
    }

    @Test
    void aTaskSetIsShownWithWhatItIsMadeOf() {
        fixture.group("blue", TargetType.IP);
        fixture.listen("blue");
        String group = ServiceFixture.group("blue").text();
        TaskSet set =
                add(request ->
                        request.externalId("release-7")
                                .scale(scale -> scale.value(40.0))
                                .tags(EcsFixture.tag("team", "web"))
                                .loadBalancers(lb ->
                                        lb.targetGroupArn(group)
                                                .containerName("app")
                                                .containerPort(80)));

        assertThat(set.id()).matches("ecs-svc/\\d{19}");
        assertThat(set.taskSetArn()).isEqualTo(EcsFixture.ARN + "task-set/default/web/" + set.id());
        assertThat(set.status()).isEqualTo("ACTIVE");
        assertThat(set.computedDesiredCount()).isEqualTo(2);
        assertThat(set.scale().value()).isEqualTo(40.0);
        assertThat(set.scale().unitAsString()).isEqualTo("PERCENT");
        assertThat(set.stabilityStatus()).isEqualTo(StabilityStatus.STABILIZING);
        assertThat(set.stabilityStatusAt()).isEqualTo(EcsFixture.NOW);
        assertThat(set.externalId()).isEqualTo("release-7");
        assertThat(set.startedBy()).isNull();
        assertThat(set.launchType()).isEqualTo(LaunchType.FARGATE);
        assertThat(set.platformVersion()).isEqualTo("1.4.0");
        assertThat(set.loadBalancers().getFirst().targetGroupArn()).isEqualTo(group);
        assertThat(set.tags()).hasSize(1);

        assertThat(describe(set.id()).taskSets()).containsExactly(set);
        assertThat(fixture.describe().taskSets()).hasSize(1);
        assertThat(fixture.describe().taskSets().getFirst().tags()).isEmpty();
        fixture.ecs.call(tx ->
                new Tags()
                        .tagResource(
                                tx,
                                TagResourceRequest.builder()
                                        .resourceArn(set.taskSetArn())
                                        .tags(EcsFixture.tag("stage", "test"))
                                        .build()));
        assertThat(describe(set.taskSetArn()).taskSets().getFirst().tags()).hasSize(2);
    }

    @Test
    void countsItsOwnTasks() {
        TaskSet set = add(request -> request.scale(scale -> scale.value(100.0)));
        var row = fixture.row().deployments().getFirst();
        fixture.task("1".repeat(32), row, TaskStatus.RUNNING);
        fixture.task("2".repeat(32), row, TaskStatus.PENDING);
        TaskSet shown = describe(set.id()).taskSets().getFirst();
        assertThat(shown.runningCount()).isEqualTo(1);
        assertThat(shown.pendingCount()).isEqualTo(1);
        assertThat(fixture.describe().runningCount()).isEqualTo(1);
    }

    @Test
    void thePrimarySetIsWhatTheServiceShows() {
        TaskSet one = add(request -> {});
        assertThat(one.scale().value()).isZero();
        fixture.define();
        TaskSet two = add(request -> {});
        assertThat(fixture.describe().taskDefinition()).isNull();

        assertThat(lead(one.id()).status()).isEqualTo("PRIMARY");
        assertThat(fixture.describe().taskDefinition()).endsWith("web:1");
        assertThat(fixture.describe().launchType()).isEqualTo(LaunchType.FARGATE);
        assertThat(lead(two.taskSetArn()).status()).isEqualTo("PRIMARY");
        assertThat(fixture.describe().taskDefinition()).endsWith("web:2");
        assertThat(describe(one.id()).taskSets().getFirst().status()).isEqualTo("ACTIVE");

        assertThatThrownBy(() -> delete(two.id(), false))
                .isInstanceOf(InvalidParameterException.class)
                .hasMessageContaining("Primary TaskSet cannot be deleted");
        assertThat(delete(two.id(), true).status()).isEqualTo("DRAINING");
        assertThat(fixture.describe().taskDefinition()).endsWith("web:2");
        assertThatThrownBy(() -> lead(two.id())).isInstanceOf(InvalidParameterException.class);
        assertThatThrownBy(() -> scale(two.id(), 1)).isInstanceOf(InvalidParameterException.class);
    }

    @Test
    void onlyASetOfScaleZeroIsDeletedWithoutForce() {
        TaskSet set = add(request -> request.scale(scale -> scale.value(1.0)));
        assertThatThrownBy(() -> delete(set.id(), false))
                .isInstanceOf(InvalidParameterException.class)
                .hasMessageContaining("scaled above 0");
        assertThat(scale(set.id(), 0).computedDesiredCount()).isZero();
        TaskSet gone = delete(set.id(), false);
        assertThat(gone.status()).isEqualTo("DRAINING");
        assertThat(gone.computedDesiredCount()).isZero();
    }

    @Test
    void thereAreAtMostFive() {
        for (int i = 0; i < 5; i++) {
            add(request -> {});
        }
        assertThatThrownBy(() -> add(request -> {}))
                .isInstanceOf(InvalidParameterException.class)
                .hasMessageContaining(
                        "5 deployments exist on the service. Unable to create new TaskSet since"
                                + " this exceeds the maximum limit.");
    }

    @Test
    void aRepeatedRequestMakesNoSecondSet() {
        TaskSet set = add(request -> request.clientToken("once"));
        assertThat(add(request -> request.clientToken("once")).id()).isEqualTo(set.id());
        assertThatThrownBy(() -> add(request -> request.clientToken("once").externalId("other")))
                .isInstanceOf(InvalidParameterException.class);
        assertThat(fixture.row().deployments()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(doubles = {-0.1, 100.1, Double.NaN})
    void aScaleIsAPercentage(double value) {
        assertThatThrownBy(() -> add(request -> request.scale(scale -> scale.value(value))))
                .isInstanceOf(InvalidParameterException.class)
                .hasMessageContaining("scale.value must be between 0 and 100");
    }

    @Test
    void whatIsNotThereIsSaid() {
        assertThatThrownBy(() -> scale("ecs-svc/1", 1))
                .isInstanceOf(TaskSetNotFoundException.class)
                .hasMessageContaining("The specified task set does not exist.");
        assertThat(describe("ecs-svc/1").failures().getFirst().reason()).isEqualTo("MISSING");
        assertThat(describe("ecs-svc/1").failures().getFirst().arn())
                .isEqualTo(EcsFixture.ARN + "task-set/default/web/ecs-svc/1");
        assertThatThrownBy(this::describe).hasMessageContaining("TaskSets cannot be empty.");
    }

    @Test
    void onlyServicesOfTheControllerExternalHaveThem() {
        fixture.create(request -> request.serviceName("rolling"));
        assertThatThrownBy(() -> add(request -> request.service("rolling")))
                .isInstanceOf(InvalidParameterException.class)
                .hasMessageContaining("EXTERNAL");
    }

    @Test
    void anUpdateChangesWhatSetsHaveInCommon() {
        add(request -> request.scale(scale -> scale.value(100.0)));
        Service web =
                fixture.update(request ->
                        request.desiredCount(7)
                                .healthCheckGracePeriodSeconds(30)
                                .propagateTags("SERVICE")
                                .enableECSManagedTags(true));
        assertThat(web.desiredCount()).isEqualTo(7);
        assertThat(web.taskSets().getFirst().computedDesiredCount()).isEqualTo(7);
        assertThat(web.healthCheckGracePeriodSeconds()).isEqualTo(30);
        assertThat(web.propagateTagsAsString()).isEqualTo("SERVICE");
        for (Consumer<UpdateServiceRequest.Builder> each :
                List.<Consumer<UpdateServiceRequest.Builder>>of(
                        request -> request.taskDefinition("web"),
                        request -> request.networkConfiguration(fixture.network()),
                        request -> request.platformVersion("LATEST"),
                        request -> request.loadBalancers(List.of()),
                        request -> request.deploymentConfiguration(rules -> {}),
                        request -> request.forceNewDeployment(true))) {
            assertThatThrownBy(() -> fixture.update(each))
                    .isInstanceOf(InvalidParameterException.class)
                    .hasMessageContaining("services with an EXTERNAL deployment controller");
        }
    }
}
