package dev.dryberth.api.ecs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dryberth.core.model.ContainerInstance;
import dev.dryberth.core.model.LaunchType;
import dev.dryberth.core.model.TaskDefinitionArn;
import dev.dryberth.core.model.TaskStatus;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import software.amazon.awssdk.services.ecs.model.CapacityProviderStrategyItem;
import software.amazon.awssdk.services.ecs.model.Cluster;
import software.amazon.awssdk.services.ecs.model.ClusterContainsContainerInstancesException;
import software.amazon.awssdk.services.ecs.model.ClusterContainsTasksException;
import software.amazon.awssdk.services.ecs.model.ClusterField;
import software.amazon.awssdk.services.ecs.model.ClusterNotFoundException;
import software.amazon.awssdk.services.ecs.model.ClusterSetting;
import software.amazon.awssdk.services.ecs.model.CreateClusterRequest;
import software.amazon.awssdk.services.ecs.model.DeleteClusterRequest;
import software.amazon.awssdk.services.ecs.model.DescribeClustersRequest;
import software.amazon.awssdk.services.ecs.model.DescribeClustersResponse;
import software.amazon.awssdk.services.ecs.model.InvalidParameterException;
import software.amazon.awssdk.services.ecs.model.KeyValuePair;
import software.amazon.awssdk.services.ecs.model.ListClustersRequest;
import software.amazon.awssdk.services.ecs.model.ListClustersResponse;
import software.amazon.awssdk.services.ecs.model.PutAccountSettingDefaultRequest;
import software.amazon.awssdk.services.ecs.model.PutClusterCapacityProvidersRequest;
import software.amazon.awssdk.services.ecs.model.ResourceInUseException;
import software.amazon.awssdk.services.ecs.model.UpdateClusterRequest;
import software.amazon.awssdk.services.ecs.model.UpdateClusterSettingsRequest;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

class ClustersTest {

    private final EcsFixture ecs = new EcsFixture();
    private final Clusters clusters = new Clusters();

    @Test
    void aClusterWithoutANameIsCalledDefault() {
        Cluster cluster = create(request -> {});
        assertThat(cluster.clusterName()).isEqualTo("default");
        assertThat(cluster.clusterArn()).isEqualTo(EcsFixture.ARN + "cluster/default");
        assertThat(cluster.status()).isEqualTo("ACTIVE");
        assertThat(cluster.registeredContainerInstancesCount()).isZero();
        assertThat(cluster.runningTasksCount()).isZero();
        assertThat(cluster.pendingTasksCount()).isZero();
        assertThat(cluster.activeServicesCount()).isZero();
        assertThat(cluster.settings())
                .singleElement()
                .satisfies(setting -> {
                    assertThat(setting.nameAsString()).isEqualTo("containerInsights");
                    assertThat(setting.value()).isEqualTo("disabled");
                });
        assertThat(cluster.hasTags()).isTrue();
        assertThat(cluster.hasStatistics()).isTrue();
        assertThat(cluster.hasCapacityProviders()).isTrue();
    }

    @Test
    void createsOnceAndAnswersTheSameClusterUnchanged() {
        create(request -> request.clusterName("web").tags(EcsFixture.tag("a", "1")));
        Cluster again =
                create(request ->
                        request.clusterName("web")
                                .capacityProviders("FARGATE")
                                .tags(EcsFixture.tag("b", "2")));
        assertThat(again.capacityProviders()).isEmpty();
        assertThat(again.tags()).extracting("key").containsExactly("a");
    }

    @Test
    void takesContainerInsightsFromTheAccountUnlessTold() {
        ecs.call(tx ->
                new AccountSettings()
                        .putAccountSettingDefault(
                                tx,
                                PutAccountSettingDefaultRequest.builder()
                                        .name("containerInsights")
                                        .value("enhanced")
                                        .build()));
        assertThat(create(request -> request.clusterName("a")).settings())
                .extracting("value")
                .containsExactly("enhanced");
        assertThat(
                        create(request ->
                                        request.clusterName("b")
                                                .settings(setting("containerInsights", "enabled")))
                                .settings())
                .extracting("value")
                .containsExactly("enabled");
    }

    @ParameterizedTest
    @CsvSource({
        "containerInsights, ENABLED, Invalid setting 'value'",
        "containerInsights,, Invalid setting 'value'",
        "other, enabled, Invalid setting 'name'"
    })
    void refusesUnknownSettings(String name, @Nullable String value, String message) {
        Consumer<CreateClusterRequest.Builder> bad =
                request -> request.settings(setting(name, value));
        assertInvalid(() -> create(bad), message);
    }

    @Test
    void refusesABadName() {
        assertInvalid(
                () -> create(request -> request.clusterName("we b")),
                "Cluster must match ^[a-zA-Z0-9\\-_]{1,255}$, but was we b");
    }

    @Test
    void deletesToInactiveAndComesBackWithNothingOfItsPast() {
        create(request -> request.clusterName("web").tags(EcsFixture.tag("a", "1")));
        assertThat(delete("web").status()).isEqualTo("INACTIVE");
        assertThat(delete("web").status()).isEqualTo("INACTIVE");
        assertThat(describe(request -> request.clusters("web")).clusters())
                .extracting(Cluster::status)
                .containsExactly("INACTIVE");
        assertThat(list(request -> {}).clusterArns()).isEmpty();
        assertThatThrownBy(() -> update(request -> request.cluster("web")))
                .isInstanceOf(ClusterNotFoundException.class)
                .hasMessage("The referenced cluster was inactive.");
        Cluster again = create(request -> request.clusterName("web"));
        assertThat(again.status()).isEqualTo("ACTIVE");
        assertThat(again.clusterArn()).isEqualTo(EcsFixture.ARN + "cluster/web");
        assertThat(again.tags()).isEmpty();
    }

    @Test
    void refusesToDeleteWhatIsNotThere() {
        assertThatThrownBy(() -> delete("web"))
                .isInstanceOf(ClusterNotFoundException.class)
                .hasMessage("Cluster not found.");
        assertInvalid(() -> delete(""), "Cluster can not be blank.");
    }

    @Test
    void refusesToDeleteAClusterWithTasksUntilTheyStopped() {
        create(request -> request.clusterName("web"));
        ecs.addTask("web", EcsFixture.ID, LaunchType.FARGATE, TaskStatus.DEPROVISIONING);
        assertThatThrownBy(() -> delete("web"))
                .isInstanceOf(ClusterContainsTasksException.class)
                .hasMessage("The Cluster cannot be deleted while Tasks are active.");
        ecs.addTask("web", EcsFixture.ID, LaunchType.FARGATE, TaskStatus.STOPPED);
        ecs.addTask("web-2", EcsFixture.ID, LaunchType.FARGATE, TaskStatus.RUNNING);
        assertThat(delete("web").status()).isEqualTo("INACTIVE");
    }

    @Test
    void refusesToDeleteAClusterWithContainerInstances() {
        create(request -> request.clusterName("web"));
        ecs.addInstance("web", EcsFixture.ID, ContainerInstance.Status.DRAINING);
        assertThatThrownBy(() -> delete("web"))
                .isInstanceOf(ClusterContainsContainerInstancesException.class)
                .hasMessage(
                        "The Cluster cannot be deleted while Container Instances are active or"
                                + " draining.");
        ecs.addInstance("web", EcsFixture.ID, ContainerInstance.Status.INACTIVE);
        assertThat(delete("web").status()).isEqualTo("INACTIVE");
    }

    @Test
    void describesWithoutNamesTheDefaultOnly() {
        create(request -> request.clusterName("web"));
        DescribeClustersResponse none = describe(request -> {});
        assertThat(none.clusters()).isEmpty();
        assertThat(none.failures())
                .singleElement()
                .satisfies(failure -> {
                    assertThat(failure.arn()).isEqualTo(EcsFixture.ARN + "cluster/default");
                    assertThat(failure.reason()).isEqualTo("MISSING");
                });
        create(request -> {});
        assertThat(describe(request -> {}).clusters())
                .extracting(Cluster::clusterName)
                .containsExactly("default");
    }

    @Test
    void missesAClusterOfAnotherRegion() {
        String elsewhere = "arn:aws:ecs:us-east-1:123456789012:cluster/web";
        create(request -> request.clusterName("web"));
        assertThat(describe(request -> request.clusters(elsewhere)).failures())
                .extracting("arn")
                .containsExactly(elsewhere);
    }

    @Test
    void includesOnlyWhatIsAskedFor() {
        create(request ->
                request.clusterName("web")
                        .tags(EcsFixture.tag("a", "1"))
                        .configuration(configuration ->
                                configuration.executeCommandConfiguration(
                                        exec -> exec.logging("DEFAULT"))));
        Cluster bare = describe(request -> request.clusters("web")).clusters().getFirst();
        assertThat(bare.hasTags()).isTrue();
        assertThat(bare.tags()).isEmpty();
        assertThat(bare.settings()).isEmpty();
        assertThat(bare.statistics()).isEmpty();
        assertThat(bare.configuration()).isNull();
        assertThat(bare.hasAttachments()).isFalse();
        Cluster full =
                describe(request ->
                                request.clusters("web")
                                        .include(
                                                ClusterField.TAGS,
                                                ClusterField.SETTINGS,
                                                ClusterField.CONFIGURATIONS,
                                                ClusterField.STATISTICS,
                                                ClusterField.ATTACHMENTS))
                        .clusters()
                        .getFirst();
        assertThat(full.tags()).hasSize(1);
        assertThat(full.settings()).hasSize(1);
        assertThat(full.statistics()).hasSize(12);
        assertThat(full.configuration()).isNotNull();
        assertThat(full.hasAttachments()).isTrue();
    }

    @Test
    void refusesUnknownIncludesBlanksAndTooMany() {
        assertInvalid(
                () -> describe(request -> request.includeWithStrings("EVERYTHING")),
                "include should be one of"
                        + " [ATTACHMENTS,CONFIGURATIONS,SETTINGS,STATISTICS,TAGS]");
        assertInvalid(
                () -> describe(request -> request.clusters(" ")), "Clusters can not be blank.");
        String[] many = new String[101];
        Arrays.setAll(many, i -> "c" + i);
        assertInvalid(
                () -> describe(request -> request.clusters(many)),
                "Clusters cannot have more than 100 elements");
    }

    @Test
    void countsTasksAndInstancesFromWhatIsThere() {
        create(request -> request.clusterName("web"));
        TaskStatus[] statuses = TaskStatus.values();
        for (int i = 0; i < statuses.length; i++) {
            ecs.addTask("web", hex(i), LaunchType.FARGATE, statuses[i]);
        }
        ecs.addTask("web", hex(20), LaunchType.EC2, TaskStatus.RUNNING);
        ecs.addTask("other", hex(21), LaunchType.EC2, TaskStatus.RUNNING);
        ecs.addInstance("web", hex(1), ContainerInstance.Status.ACTIVE);
        ecs.addInstance("web", hex(2), ContainerInstance.Status.INACTIVE);
        Cluster cluster =
                describe(request -> request.clusters("web").include(ClusterField.STATISTICS))
                        .clusters()
                        .getFirst();
        assertThat(cluster.runningTasksCount()).isEqualTo(2);
        assertThat(cluster.pendingTasksCount()).isEqualTo(3);
        assertThat(cluster.registeredContainerInstancesCount()).isEqualTo(1);
        assertThat(cluster.statistics())
                .contains(
                        pair("runningFargateTasksCount", "1"),
                        pair("runningEC2TasksCount", "1"),
                        pair("pendingFargateTasksCount", "3"),
                        pair("pendingEC2TasksCount", "0"),
                        pair("activeFargateServiceCount", "0"),
                        pair("drainingEC2ServiceCount", "0"));
    }

    @Test
    void listsActiveClustersOfItsOwnScopePageByPage() {
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            String name = "c" + i;
            expected.add(create(request -> request.clusterName(name)).clusterArn());
        }
        delete("c3");
        expected.remove(3);
        List<String> listed = new ArrayList<>();
        String token = null;
        do {
            String next = token;
            ListClustersResponse page = list(request -> request.maxResults(2).nextToken(next));
            listed.addAll(page.clusterArns());
            token = page.nextToken();
        } while (token != null);
        assertThat(listed).isEqualTo(expected);
    }

    @Test
    void updatesOnlyWhatIsGiven() {
        create(request -> request.clusterName("web").tags(EcsFixture.tag("a", "1")));
        Cluster updated =
                update(request ->
                        request.cluster("web")
                                .serviceConnectDefaults(sc -> sc.namespace("internal")));
        assertThat(updated.serviceConnectDefaults().namespace()).isEqualTo("internal");
        assertThat(updated.settings()).extracting("value").containsExactly("disabled");
        assertThat(updated.tags()).hasSize(1);
        Cluster cleared =
                update(request ->
                        request.cluster("web")
                                .serviceConnectDefaults(sc -> sc.namespace(""))
                                .settings(setting("containerInsights", "enabled")));
        assertThat(cleared.serviceConnectDefaults()).isNull();
        assertThat(cleared.settings()).extracting("value").containsExactly("enabled");
    }

    @Test
    void updatesSettingsAndRefusesNone() {
        create(request -> {});
        assertThat(
                        ecs.call(tx ->
                                        clusters.updateClusterSettings(
                                                tx,
                                                UpdateClusterSettingsRequest.builder()
                                                        .cluster("default")
                                                        .settings(
                                                                setting(
                                                                        "containerInsights",
                                                                        "enhanced"))
                                                        .build()))
                                .cluster()
                                .settings())
                .extracting("value")
                .containsExactly("enhanced");
        assertInvalid(
                () ->
                        ecs.call(tx ->
                                clusters.updateClusterSettings(
                                        tx, UpdateClusterSettingsRequest.builder().build())),
                "Settings can not be empty.");
    }

    @Test
    void fillsInTheDefaultStrategy() {
        create(request -> request.clusterName("web"));
        Cluster cluster = put("web", List.of("FARGATE", "FARGATE_SPOT"), item("FARGATE", null, 1));
        assertThat(cluster.capacityProviders()).containsExactly("FARGATE", "FARGATE_SPOT");
        assertThat(cluster.defaultCapacityProviderStrategy())
                .containsExactly(item("FARGATE", 0, 1));
    }

    @Test
    void refusesUnknownAndUnassociatedProviders() {
        create(request -> request.clusterName("web"));
        assertInvalid(
                () -> put("web", List.of("mine")),
                "The specified capacity provider was not found. Specify a valid capacity provider"
                        + " and try again.");
        assertInvalid(
                () -> put("web", List.of("FARGATE"), item("FARGATE_SPOT", 0, 1)),
                "The specified capacity provider strategy cannot contain a capacity provider that"
                        + " is not associated with the cluster. Associate the capacity provider"
                        + " with the cluster or specify a valid capacity provider and try again.");
    }

    @Test
    void refusesStrategiesOutOfRange() {
        create(request -> request.clusterName("web"));
        List<String> both = List.of("FARGATE", "FARGATE_SPOT");
        assertInvalid(
                () -> put("web", both, item("FARGATE", 1, 1), item("FARGATE_SPOT", 1, 1)),
                "Only one capacity provider in a capacity provider strategy can have a base"
                        + " defined.");
        assertInvalid(
                () -> put("web", both, item("FARGATE", 0, 1001)),
                "weight must be between 0 and 1000");
        assertInvalid(
                () -> put("web", both, item("FARGATE", 100_001, 1)),
                "base must be between 0 and 100000");
        assertInvalid(
                () -> put("web", both, item("FARGATE", 0, 1), item("FARGATE", 0, 2)),
                "The capacity provider strategy cannot contain the capacity provider FARGATE more"
                        + " than once.");
    }

    @Test
    void keepsAProviderThatTasksUse() {
        create(request -> request.clusterName("web").capacityProviders("FARGATE_SPOT"));
        ecs.addTask(
                "web",
                EcsFixture.ID,
                LaunchType.FARGATE,
                TaskStatus.RUNNING,
                new TaskDefinitionArn(EcsFixture.SCOPE, "web", 1),
                "FARGATE_SPOT");
        assertThatThrownBy(() -> put("web", List.of("FARGATE")))
                .isInstanceOf(ResourceInUseException.class)
                .hasMessage("The specified capacity provider is in use and cannot be removed.");
    }

    private Cluster create(Consumer<CreateClusterRequest.Builder> changes) {
        CreateClusterRequest.Builder request = CreateClusterRequest.builder();
        changes.accept(request);
        return ecs.call(tx -> clusters.createCluster(tx, request.build())).cluster();
    }

    private Cluster delete(String name) {
        return ecs.call(tx ->
                        clusters.deleteCluster(
                                tx, DeleteClusterRequest.builder().cluster(name).build()))
                .cluster();
    }

    private DescribeClustersResponse describe(Consumer<DescribeClustersRequest.Builder> changes) {
        DescribeClustersRequest.Builder request = DescribeClustersRequest.builder();
        changes.accept(request);
        return ecs.call(tx -> clusters.describeClusters(tx, request.build()));
    }

    private ListClustersResponse list(Consumer<ListClustersRequest.Builder> changes) {
        ListClustersRequest.Builder request = ListClustersRequest.builder();
        changes.accept(request);
        return ecs.call(tx -> clusters.listClusters(tx, request.build()));
    }

    private Cluster update(Consumer<UpdateClusterRequest.Builder> changes) {
        UpdateClusterRequest.Builder request = UpdateClusterRequest.builder();
        changes.accept(request);
        return ecs.call(tx -> clusters.updateCluster(tx, request.build())).cluster();
    }

    private Cluster put(
            String cluster, List<String> providers, CapacityProviderStrategyItem... strategy) {
        return ecs.call(tx ->
                        clusters.putClusterCapacityProviders(
                                tx,
                                PutClusterCapacityProvidersRequest.builder()
                                        .cluster(cluster)
                                        .capacityProviders(providers)
                                        .defaultCapacityProviderStrategy(strategy)
                                        .build()))
                .cluster();
    }

    private static CapacityProviderStrategyItem item(
            String provider, @Nullable Integer base, Integer weight) {
        return CapacityProviderStrategyItem.builder()
                .capacityProvider(provider)
                .base(base)
                .weight(weight)
                .build();
    }

    private static ClusterSetting setting(String name, @Nullable String value) {
        return ClusterSetting.builder().name(name).value(value).build();
    }

    private static KeyValuePair pair(String name, String value) {
        return KeyValuePair.builder().name(name).value(value).build();
    }

    private static String hex(int number) {
        return String.format("%032x", number);
    }

    private static void assertInvalid(ThrowingCallable call, String message) {
        assertThatThrownBy(call).isInstanceOf(InvalidParameterException.class).hasMessage(message);
    }
}
