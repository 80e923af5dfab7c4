package dev.dryberth.api.ecs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dryberth.core.engine.DeletedDefinitions;
import dev.dryberth.core.engine.ServiceRecords;
import dev.dryberth.core.loop.Clock;
import dev.dryberth.core.model.LaunchType;
import dev.dryberth.core.model.Service.Status;
import dev.dryberth.core.model.ServiceEvent;
import dev.dryberth.core.model.TaskDefinitionArn;
import dev.dryberth.core.model.TaskStatus;

import org.junit.jupiter.api.Test;

import software.amazon.awssdk.services.ecs.model.Cluster;
import software.amazon.awssdk.services.ecs.model.ClusterContainsServicesException;
import software.amazon.awssdk.services.ecs.model.ClusterField;
import software.amazon.awssdk.services.ecs.model.DeleteClusterRequest;
import software.amazon.awssdk.services.ecs.model.DeleteTaskDefinitionsRequest;
import software.amazon.awssdk.services.ecs.model.DeregisterTaskDefinitionRequest;
import software.amazon.awssdk.services.ecs.model.DescribeClustersRequest;
import software.amazon.awssdk.services.ecs.model.DescribeServicesRequest;
import software.amazon.awssdk.services.ecs.model.DescribeServicesResponse;
import software.amazon.awssdk.services.ecs.model.ListServicesByNamespaceRequest;
import software.amazon.awssdk.services.ecs.model.ListServicesRequest;
import software.amazon.awssdk.services.ecs.model.ListServicesResponse;
import software.amazon.awssdk.services.ecs.model.ListTagsForResourceRequest;
import software.amazon.awssdk.services.ecs.model.ListTasksRequest;
import software.amazon.awssdk.services.ecs.model.ServiceNotFoundException;
import software.amazon.awssdk.services.ecs.model.TagResourceRequest;

import java.util.Collections;
import java.util.function.Consumer;

/** Services as they are described and listed, and what else shows that there are some. */
class ServiceListsTest {

    private final ServiceFixture fixture = new ServiceFixture();

    private ListServicesResponse list(Consumer<ListServicesRequest.Builder> changes) {
        ListServicesRequest.Builder request = ListServicesRequest.builder();
        changes.accept(request);
        return fixture.ecs.call(tx -> fixture.lists.listServices(tx, request.build()));
    }

    private DescribeServicesResponse describe(String... references) {
        return fixture.ecs.call(tx ->
                fixture.lists.describeServices(
                        tx,
                        DescribeServicesRequest.builder()
                                .services(references)
                                .includeWithStrings("TAGS")
                                .build()));
    }

    @Test
    void describesByNameAndByArn() {
        fixture.create(request -> request.tags(EcsFixture.tag("team", "a")));
        String longArn = EcsFixture.ARN + "service/default/web";
        var response = describe("web", longArn, EcsFixture.ARN + "service/web", "nobody");
        assertThat(response.services()).hasSize(3);
        assertThat(response.services().getFirst().tags())
                .containsExactly(EcsFixture.tag("team", "a"));
        assertThat(response.failures()).hasSize(1);
        assertThat(response.failures().getFirst().reason()).isEqualTo("MISSING");
        assertThat(response.failures().getFirst().arn())
                .isEqualTo(EcsFixture.ARN + "service/default/nobody");
        assertThat(fixture.describe().hasTags()).isFalse();
        assertThatThrownBy(() -> describe()).hasMessageContaining("Services cannot be empty.");
        String[] many = Collections.nCopies(11, "web").toArray(String[]::new);
        assertThatThrownBy(() -> describe(many)).hasMessageContaining("more than 10 elements");
        assertThatThrownBy(() -> describe(EcsFixture.ARN + "service/other/web"))
                .hasMessageContaining("Identifier is for cluster other");
    }

    @Test
    void showsTheNewestHundredEventsNewestFirst() {
        fixture.create(request -> {});
        fixture.ecs.write(tx -> {
            for (int i = 1; i <= 120; i++) {
                ServiceEvent.Key key = new ServiceEvent.Key(fixture.arn(), i);
                tx.put(
                        fixture.ecs.world.serviceEvents(),
                        key,
                        new ServiceEvent(key, "id" + i, fixture.now(), "(service web) " + i));
            }
        });
        var events = fixture.describe().events();
        assertThat(events).hasSize(100);
        assertThat(events.getFirst().message()).isEqualTo("(service web) 120");
        assertThat(events.getLast().message()).isEqualTo("(service web) 21");
    }

    @Test
    void listsActiveServicesTenAPage() {
        for (int i = 10; i < 22; i++) {
            String name = "s" + i;
            fixture.create(request -> request.serviceName(name));
        }
        fixture.create(request -> {});
        fixture.put(fixture.row().copy().status(Status.DRAINING).build());
        var first = list(request -> {});
        assertThat(first.serviceArns()).hasSize(10).first().asString().endsWith("/s10");
        var second = list(request -> request.nextToken(first.nextToken()));
        assertThat(second.serviceArns()).hasSize(2);
        assertThat(second.nextToken()).isNull();
        assertThat(list(request -> request.maxResults(100)).serviceArns()).hasSize(12);
        assertThat(list(request -> request.launchType("EC2")).serviceArns()).isEmpty();
        assertThat(list(request -> request.launchType("FARGATE")).serviceArns()).hasSize(10);
        assertThat(list(request -> request.schedulingStrategy("DAEMON")).serviceArns()).isEmpty();
        assertThat(list(request -> request.schedulingStrategy("REPLICA")).serviceArns())
                .hasSize(10);
        assertThat(list(request -> request.resourceManagementType("ECS")).serviceArns()).isEmpty();
        assertThat(list(request -> request.resourceManagementType("CUSTOMER")).serviceArns())
                .hasSize(10);
        assertThatThrownBy(() -> list(request -> request.launchType("MOON")))
                .hasMessageContaining("launch type should be one of");
    }

    @Test
    void noServiceIsInANamespace() {
        assertThat(
                        fixture.lists
                                .listServicesByNamespace(
                                        ListServicesByNamespaceRequest.builder()
                                                .namespace("shop")
                                                .build())
                                .serviceArns())
                .isEmpty();
    }

    @Test
    void listsTheTasksOfAService() {
        fixture.create(request -> {});
        fixture.task(EcsFixture.ID, fixture.row().primary(), TaskStatus.RUNNING);
        fixture.ecs.addTask("default", "b".repeat(32), LaunchType.FARGATE, TaskStatus.RUNNING);
        Tasks tasks = new Tasks(new Clock(fixture::now, 1.0), new TaskViews());
        assertThat(
                        fixture.ecs
                                .call(tx ->
                                        tasks.listTasks(
                                                tx,
                                                ListTasksRequest.builder()
                                                        .serviceName("web")
                                                        .build()))
                                .taskArns())
                .hasSize(1)
                .first()
                .asString()
                .endsWith(EcsFixture.ID);
        assertThatThrownBy(() ->
                        fixture.ecs.call(tx ->
                                tasks.listTasks(
                                        tx, ListTasksRequest.builder().serviceName("x").build())))
                .isInstanceOf(ServiceNotFoundException.class);
    }

    private Cluster cluster() {
        return fixture.ecs
                .call(tx ->
                        new Clusters()
                                .describeClusters(
                                        tx,
                                        DescribeClustersRequest.builder()
                                                .include(ClusterField.STATISTICS)
                                                .build()))
                .clusters()
                .getFirst();
    }

    private static String statistic(Cluster cluster, String name) {
        return cluster.statistics().stream()
                .filter(each -> each.name().equals(name))
                .findFirst()
                .orElseThrow()
                .value();
    }

    @Test
    void aClusterCountsItsServicesAndCannotBeDeletedWithThem() {
        fixture.create(request -> {});
        assertThat(cluster().activeServicesCount()).isEqualTo(1);
        assertThat(statistic(cluster(), "activeFargateServiceCount")).isEqualTo("1");
        assertThatThrownBy(this::deleteCluster)
                .isInstanceOf(ClusterContainsServicesException.class)
                .hasMessageContaining("The Cluster cannot be deleted while Services are active.");
        fixture.put(fixture.row().copy().status(Status.DRAINING).build());
        assertThat(cluster().activeServicesCount()).isZero();
        assertThat(statistic(cluster(), "drainingFargateServiceCount")).isEqualTo("1");
        assertThatThrownBy(this::deleteCluster)
                .isInstanceOf(ClusterContainsServicesException.class);
        fixture.put(fixture.row().copy().status(Status.INACTIVE).build());
        deleteCluster();
    }

    private void deleteCluster() {
        fixture.ecs.call(tx ->
                new Clusters()
                        .deleteCluster(
                                tx, DeleteClusterRequest.builder().cluster("default").build()));
    }

    @Test
    void aServiceCanBeTagged() {
        String arn = fixture.create(request -> {}).serviceArn();
        Tags tags = new Tags();
        fixture.ecs.call(tx ->
                tags.tagResource(
                        tx,
                        TagResourceRequest.builder()
                                .resourceArn(arn)
                                .tags(EcsFixture.tag("team", "b"))
                                .build()));
        assertThat(
                        fixture.ecs
                                .call(tx ->
                                        tags.listTagsForResource(
                                                tx,
                                                ListTagsForResourceRequest.builder()
                                                        .resourceArn(arn)
                                                        .build()))
                                .tags())
                .containsExactly(EcsFixture.tag("team", "b"));
        assertThatThrownBy(() ->
                        fixture.ecs.call(tx ->
                                tags.listTagsForResource(
                                        tx,
                                        ListTagsForResourceRequest.builder()
                                                .resourceArn(EcsFixture.ARN + "service/web")
                                                .build())))
                .hasMessageContaining("Long arn format must be enabled for tagging.");
    }

    /** It is gone with the service, or when the service rolled to another one. */
    @Test
    void aDeletedTaskDefinitionStaysWhileAServiceIsMadeOfIt() {
        fixture.create(request -> {});
        TaskDefinitionArn arn = new TaskDefinitionArn(EcsFixture.SCOPE, "web", 1);
        fixture.ecs.call(tx ->
                fixture.ecs.taskDefinitions.deregisterTaskDefinition(
                        tx,
                        DeregisterTaskDefinitionRequest.builder().taskDefinition("web:1").build()));
        fixture.ecs.call(tx ->
                fixture.ecs.taskDefinitions.deleteTaskDefinitions(
                        tx,
                        DeleteTaskDefinitionsRequest.builder().taskDefinitions("web:1").build()));
        assertThat(fixture.ecs.world.taskDefinitions().get(arn)).isNotNull();
        fixture.put(fixture.row().copy().status(Status.INACTIVE).build());
        fixture.ecs.write(tx -> ServiceRecords.forget(tx, fixture.arn()));
        assertThat(fixture.ecs.world.taskDefinitions().get(arn)).isNull();
        fixture.ecs.write(tx -> DeletedDefinitions.removeIfUnreferenced(tx, arn));
        assertThat(fixture.ecs.world.services().all()).isEmpty();
    }
}
