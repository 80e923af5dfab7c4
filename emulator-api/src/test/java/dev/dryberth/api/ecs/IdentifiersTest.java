package dev.dryberth.api.ecs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dryberth.core.model.ClusterArn;
import dev.dryberth.core.model.TaskArn;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import software.amazon.awssdk.services.ecs.model.ClientException;
import software.amazon.awssdk.services.ecs.model.ClusterNotFoundException;
import software.amazon.awssdk.services.ecs.model.CreateClusterRequest;
import software.amazon.awssdk.services.ecs.model.DeleteClusterRequest;
import software.amazon.awssdk.services.ecs.model.InvalidParameterException;

class IdentifiersTest {

    private final EcsFixture ecs = new EcsFixture();
    private final ClusterArn web = new ClusterArn(EcsFixture.SCOPE, "web");

    @Test
    void noClusterNamedMeansDefault() {
        assertThat(cluster(null).name()).isEqualTo("default");
        assertThat(cluster("").name()).isEqualTo("default");
    }

    @Test
    void readsAClusterByNameOrArn() {
        assertThat(cluster("web")).isEqualTo(web);
        assertThat(cluster(EcsFixture.ARN + "cluster/web")).isEqualTo(web);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a b", "ü", "a/b", "a.b", "\u0000"})
    void refusesAClusterNameWithOtherCharacters(String name) {
        assertInvalid(
                () -> cluster(name),
                "Cluster must match ^[a-zA-Z0-9\\-_]{1,255}$, but was " + name);
    }

    @Test
    void refusesAClusterNameThatIsTooLong() {
        assertThat(cluster("a".repeat(255)).name()).hasSize(255);
        assertInvalid(
                () -> cluster("a".repeat(256)),
                "Cluster must match ^[a-zA-Z0-9\\-_]{1,255}$, but was " + "a".repeat(256));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "arn:aws:ecs",
                "arn:aws:ecs:eu-west-1:123456789012",
                "arn:aws:s3:eu-west-1:123456789012:cluster/web",
                "arn:aws:ecs:eu-west-1:123456789012:cluster",
                "arn:aws:ecs:eu-west-1:123456789012:cluster/web/more"
            })
    void refusesMalformedArns(String arn) {
        assertInvalid(() -> cluster(arn), "Unexpected number of separators");
    }

    @Test
    void refusesAnArnOfAnotherKind() {
        assertInvalid(
                () -> cluster(EcsFixture.ARN + "service/web/api"),
                "Unsupported resource type: service");
        assertInvalid(
                () -> task(EcsFixture.ARN + "cluster/web"), "Unsupported resource type: cluster");
    }

    @Test
    void refusesAnArnOfAnotherRegionOrAccount() {
        assertInvalid(
                () -> cluster("arn:aws:ecs:us-east-1:123456789012:cluster/web"),
                "Invalid identifier: Identifier is for region us-east-1. You are in region"
                        + " eu-west-1");
        assertInvalid(
                () -> cluster("arn:aws:ecs:eu-west-1:210987654321:cluster/web"),
                "Invalid identifier: Identifier is for account 210987654321. You are in account"
                        + " 123456789012");
    }

    @Test
    void readsATaskByIdLongArnAndShortArn() {
        TaskArn expected = new TaskArn(EcsFixture.SCOPE, "web", EcsFixture.ID);
        assertThat(task(EcsFixture.ID)).isEqualTo(expected);
        assertThat(task(expected.text())).isEqualTo(expected);
        assertThat(task(EcsFixture.ARN + "task/" + EcsFixture.ID)).isEqualTo(expected);
    }

    @Test
    void refusesIdsOfOtherLengths() {
        assertInvalid(() -> task("abc"), "taskId length should be one of [32,36]");
        assertInvalid(() -> task(""), "taskId length should be one of [32,36]");
        assertInvalid(
                () -> ecs.call(tx -> Identifiers.containerInstance("i-0123", web)),
                "instanceId length should be one of [32,36]");
        assertThat(task("0b69d5c0-d655-4695-98cd-5d2d526d9d5a").id()).hasSize(36);
    }

    @Test
    void refusesAnArnOfAnotherCluster() {
        assertInvalid(
                () -> task(EcsFixture.ARN + "task/api/" + EcsFixture.ID),
                "Invalid identifier: Identifier is for cluster api. Your cluster is web");
    }

    @Test
    void readsATaskDefinitionByFamilyRevisionAndArn() {
        assertThat(definition("web"))
                .isEqualTo(new TaskDefinitionReference(EcsFixture.SCOPE, "web", null));
        assertThat(definition("web:7"))
                .isEqualTo(new TaskDefinitionReference(EcsFixture.SCOPE, "web", 7));
        assertThat(definition(EcsFixture.ARN + "task-definition/web:7"))
                .isEqualTo(new TaskDefinitionReference(EcsFixture.SCOPE, "web", 7));
    }

    @ParameterizedTest
    @CsvSource({"web:x,x", "web:,''", "web:0,0", "web:-1,-1", "web:99999999999,99999999999"})
    void refusesARevisionThatIsNone(String reference, String revision) {
        assertInvalid(() -> definition(reference), "Invalid revision number. Number: " + revision);
    }

    @Test
    void refusesAFamilyWithOtherCharacters() {
        assertThatThrownBy(() -> definition("we b:1"))
                .isInstanceOf(ClientException.class)
                .hasMessage("Family contains invalid characters.");
    }

    @Test
    void requiresTheClusterToExistAndBeActive() {
        Clusters clusters = new Clusters();
        assertThatThrownBy(() -> ecs.call(tx -> Identifiers.activeCluster(tx.world(), "web")))
                .isInstanceOf(ClusterNotFoundException.class)
                .hasMessage("Cluster not found.");
        ecs.call(tx ->
                clusters.createCluster(
                        tx, CreateClusterRequest.builder().clusterName("web").build()));
        assertThat(ecs.call(tx -> Identifiers.activeCluster(tx.world(), "web")).arn())
                .isEqualTo(web);
        ecs.call(tx ->
                clusters.deleteCluster(tx, DeleteClusterRequest.builder().cluster("web").build()));
        assertThatThrownBy(() -> ecs.call(tx -> Identifiers.activeCluster(tx.world(), "web")))
                .isInstanceOf(ClusterNotFoundException.class)
                .hasMessage("The referenced cluster was inactive.");
    }

    @Test
    void requiresTheTaskDefinitionToBeActive() {
        assertThatThrownBy(
                        () -> ecs.call(tx -> Identifiers.activeTaskDefinition(tx.world(), "web")))
                .isInstanceOf(ClientException.class)
                .hasMessage("TaskDefinition not found.");
        ecs.register(request -> {});
        assertThat(
                        ecs.call(tx -> Identifiers.activeTaskDefinition(tx.world(), "web"))
                                .arn()
                                .revision())
                .isEqualTo(1);
        ecs.call(tx ->
                ecs.taskDefinitions.deregisterTaskDefinition(
                        tx,
                        software.amazon.awssdk.services.ecs.model.DeregisterTaskDefinitionRequest
                                .builder()
                                .taskDefinition("web:1")
                                .build()));
        assertThatThrownBy(
                        () -> ecs.call(tx -> Identifiers.activeTaskDefinition(tx.world(), "web:1")))
                .isInstanceOf(ClientException.class)
                .hasMessage("TaskDefinition is inactive");
    }

    private ClusterArn cluster(@Nullable String reference) {
        return ecs.call(tx -> Identifiers.cluster(reference));
    }

    private TaskArn task(String reference) {
        return ecs.call(tx -> Identifiers.task(reference, web));
    }

    private TaskDefinitionReference definition(String reference) {
        return ecs.call(tx -> Identifiers.taskDefinition(reference));
    }

    private static void assertInvalid(ThrowingCallable call, String message) {
        assertThatThrownBy(call).isInstanceOf(InvalidParameterException.class).hasMessage(message);
    }
}
