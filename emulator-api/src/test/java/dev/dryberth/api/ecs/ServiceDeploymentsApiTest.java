package dev.dryberth.api.ecs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dryberth.core.model.PinnedImage;
import dev.dryberth.core.model.ServiceDeployment;
import dev.dryberth.core.model.TaskStatus;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import software.amazon.awssdk.services.ecs.model.ConflictException;
import software.amazon.awssdk.services.ecs.model.ContinueServiceDeploymentRequest;
import software.amazon.awssdk.services.ecs.model.DescribeServiceDeploymentsRequest;
import software.amazon.awssdk.services.ecs.model.DescribeServiceDeploymentsResponse;
import software.amazon.awssdk.services.ecs.model.DescribeServiceRevisionsRequest;
import software.amazon.awssdk.services.ecs.model.InvalidParameterException;
import software.amazon.awssdk.services.ecs.model.ListServiceDeploymentsRequest;
import software.amazon.awssdk.services.ecs.model.ListServiceDeploymentsResponse;
import software.amazon.awssdk.services.ecs.model.ServiceDeploymentBrief;
import software.amazon.awssdk.services.ecs.model.ServiceDeploymentNotFoundException;
import software.amazon.awssdk.services.ecs.model.ServiceDeploymentStatus;
import software.amazon.awssdk.services.ecs.model.ServiceRevision;
import software.amazon.awssdk.services.ecs.model.StopServiceDeploymentRequest;

import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;

/** Service deployments and revisions as they are described, listed and stopped. */
@SuppressWarnings("unchecked") // The builders take lambdas as varargs.
class ServiceDeploymentsApiTest {

    private static final String NOBODYS =
            EcsFixture.ARN + "service-deployment/default/web/abcdefghijklmnopqrstu";

    private final ServiceFixture fixture = new ServiceFixture();

    @BeforeEach
    void create() {
        fixture.create(request -> request.desiredCount(2));
    }

    private ServiceDeployment newest() {
        return Objects.requireNonNull(
                fixture.ecs.world.serviceDeployments().get(fixture.row().primary().deployment()));
    }

    private DescribeServiceDeploymentsResponse describe(String... arns) {
        return fixture.ecs.call(tx ->
                fixture.deployments.describeServiceDeployments(
                        tx,
                        DescribeServiceDeploymentsRequest.builder()
                                .serviceDeploymentArns(arns)
                                .build()));
    }

    private ListServiceDeploymentsResponse list(
            Consumer<ListServiceDeploymentsRequest.Builder> changes) {
        ListServiceDeploymentsRequest.Builder request =
                ListServiceDeploymentsRequest.builder().service("web");
        changes.accept(request);
        return fixture.ecs.call(
                tx -> fixture.deployments.listServiceDeployments(tx, request.build()));
    }

    private void stop(String arn, String type) {
        fixture.ecs.call(tx ->
                fixture.deployments.stopServiceDeployment(
                        tx,
                        StopServiceDeploymentRequest.builder()
                                .serviceDeploymentArn(arn)
                                .stopType(type)
                                .build()));
    }

    @Test
    void describesADeploymentWithTheTasksOfItsRevisions() {
        fixture.task("a".repeat(32), fixture.row().primary(), TaskStatus.RUNNING);
        fixture.update(request -> request.forceNewDeployment(true));
        fixture.task("b".repeat(32), fixture.row().primary(), TaskStatus.PENDING);
        var response = describe(newest().arn().text(), NOBODYS);
        assertThat(response.failures()).hasSize(1);
        assertThat(response.failures().getFirst().arn()).isEqualTo(NOBODYS);
        assertThat(response.failures().getFirst().reason()).isEqualTo("MISSING");
        var shown = response.serviceDeployments().getFirst();
        assertThat(shown.status()).isEqualTo(ServiceDeploymentStatus.PENDING);
        assertThat(shown.serviceArn()).isEqualTo(EcsFixture.ARN + "service/default/web");
        assertThat(shown.targetServiceRevision().requestedTaskCount()).isEqualTo(2);
        assertThat(shown.targetServiceRevision().pendingTaskCount()).isEqualTo(1);
        assertThat(shown.targetServiceRevision().requestedProductionTrafficWeight()).isNull();
        assertThat(shown.sourceServiceRevisions()).hasSize(1);
        assertThat(shown.sourceServiceRevisions().getFirst().runningTaskCount()).isEqualTo(1);
        assertThat(shown.deploymentConfiguration().bakeTimeInMinutes()).isZero();
        assertThat(shown.deploymentCircuitBreaker().statusAsString()).isEqualTo("DISABLED");
        assertThat(shown.deploymentCircuitBreaker().threshold()).isEqualTo(3);
        assertThat(shown.alarms().statusAsString()).isEqualTo("DISABLED");
        assertThat(shown.rollback()).isNull();
        assertThat(shown.lifecycleStage()).isNull();
    }

    @Test
    void listsTheNewestFirstPageByPage() {
        for (int i = 0; i < 4; i++) {
            fixture.later(60);
            fixture.update(request -> request.forceNewDeployment(true));
        }
        List<ServiceDeploymentBrief> all = list(request -> {}).serviceDeployments();
        assertThat(all)
                .hasSize(5)
                .isSortedAccordingTo(
                        Comparator.comparing(ServiceDeploymentBrief::createdAt).reversed());
        assertThat(all.getFirst().serviceDeploymentArn()).isEqualTo(newest().arn().text());
        var first = list(request -> request.maxResults(3));
        var second = list(request -> request.maxResults(3).nextToken(first.nextToken()));
        assertThat(first.serviceDeployments()).isEqualTo(all.subList(0, 3));
        assertThat(second.serviceDeployments()).isEqualTo(all.subList(3, 5));
        assertThat(second.nextToken()).isNull();
        assertThat(
                        list(request -> request.status(ServiceDeploymentStatus.STOPPED))
                                .serviceDeployments())
                .hasSize(4);
        assertThat(
                        list(request ->
                                        request.createdAt(at ->
                                                at.after(EcsFixture.NOW).before(fixture.now())))
                                .serviceDeployments())
                .hasSize(3);
        assertThatThrownBy(() -> list(request -> request.statusWithStrings("GONE")))
                .hasMessageContaining("status should be one of");
    }

    @Test
    void stoppingAsksForARollback() {
        stop(newest().arn().text(), "ROLLBACK");
        assertThat(newest().status()).isEqualTo(ServiceDeployment.Status.ROLLBACK_REQUESTED);
        ServiceDeployment once = newest();
        fixture.later(1);
        stop(newest().arn().text(), "ROLLBACK");
        assertThat(newest()).isEqualTo(once);
    }

    @Test
    void abortingStopsItWhereItIs() {
        stop(newest().arn().text(), "ABORT");
        assertThat(newest().status()).isEqualTo(ServiceDeployment.Status.STOP_REQUESTED);
    }

    @Test
    void whatHasEndedCanNotBeStopped() {
        ServiceDeployment ended =
                newest().inStatus(ServiceDeployment.Status.SUCCESSFUL, null, fixture.now());
        fixture.ecs.write(tx -> tx.put(fixture.ecs.world.serviceDeployments(), ended.arn(), ended));
        assertThat(fixture.describe().currentServiceDeployment()).isNull();
        assertThatThrownBy(() -> stop(ended.arn().text(), "ROLLBACK"))
                .isInstanceOf(ConflictException.class);
        assertThatThrownBy(() -> proceed(ended.arn().text(), "ecs-pause-x"))
                .hasMessageContaining("in terminal states");
        assertThatThrownBy(() -> stop(NOBODYS, "ROLLBACK"))
                .isInstanceOf(ServiceDeploymentNotFoundException.class)
                .hasMessageContaining("The service deployment does not exist.");
        assertThatThrownBy(() -> stop("nonsense", "ROLLBACK"))
                .isInstanceOf(InvalidParameterException.class);
    }

    private void proceed(String arn, String hook) {
        fixture.ecs.call(tx ->
                fixture.deployments.continueServiceDeployment(
                        tx,
                        ContinueServiceDeploymentRequest.builder()
                                .serviceDeploymentArn(arn)
                                .hookId(hook)
                                .build()));
    }

    @Test
    void noHookWaitsToBeContinued() {
        assertThatThrownBy(() -> proceed(newest().arn().text(), "hook"))
                .hasMessageContaining("hookId must follow the format: ecs-{hookType}-{id}");
        assertThatThrownBy(() -> proceed(newest().arn().text(), "ecs-pause-" + "a".repeat(43)))
                .isInstanceOf(InvalidParameterException.class)
                .hasMessageContaining("Provided hookId is either completed, unavailable");
    }

    @Test
    void describesRevisionsWithTheDigestsOfTheirImages() {
        var row =
                Objects.requireNonNull(
                        ServiceViews.newestRevision(fixture.ecs.world, fixture.row()));
        ServiceRevision plain = revision(row.arn().text());
        assertThat(plain.taskDefinition()).endsWith("web:1");
        assertThat(plain.launchTypeAsString()).isEqualTo("FARGATE");
        assertThat(plain.containerImages().getFirst().image()).isEqualTo("busybox");
        assertThat(plain.containerImages().getFirst().imageDigest()).isNull();
        assertThat(plain.createdAt()).isEqualTo(EcsFixture.NOW);
        assertThat(digestWhenPinned(row, "sha256:0")).isEqualTo("sha256:0");
        assertThat(digestWhenPinned(row, null)).isEqualTo("sha256:1");
    }

    private String digestWhenPinned(
            dev.dryberth.core.model.ServiceRevision row, @Nullable String digest) {
        var pinned = row.pin(new PinnedImage("app", "sha256:1", digest));
        fixture.ecs.write(tx -> tx.put(fixture.ecs.world.serviceRevisions(), row.arn(), pinned));
        return revision(row.arn().text()).containerImages().getFirst().imageDigest();
    }

    private ServiceRevision revision(String arn) {
        return fixture.ecs
                .call(tx ->
                        fixture.deployments.describeServiceRevisions(
                                tx,
                                DescribeServiceRevisionsRequest.builder()
                                        .serviceRevisionArns(arn)
                                        .build()))
                .serviceRevisions()
                .getFirst();
    }
}
