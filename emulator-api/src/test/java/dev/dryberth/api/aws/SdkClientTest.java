package dev.dryberth.api.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.ecs.EcsClient;
import software.amazon.awssdk.services.ecs.model.ClusterNotFoundException;
import software.amazon.awssdk.services.ecs.model.ConflictException;
import software.amazon.awssdk.services.ecs.model.ContainerDefinition;
import software.amazon.awssdk.services.ecs.model.CreateClusterRequest;
import software.amazon.awssdk.services.ecs.model.CreateServiceRequest;
import software.amazon.awssdk.services.ecs.model.DescribeTasksRequest;
import software.amazon.awssdk.services.ecs.model.EcsException;
import software.amazon.awssdk.services.ecs.model.KeyValuePair;
import software.amazon.awssdk.services.ecs.model.RegisterTaskDefinitionRequest;
import software.amazon.awssdk.services.ecs.model.RegisterTaskDefinitionResponse;
import software.amazon.awssdk.services.ecs.model.RunTaskRequest;
import software.amazon.awssdk.services.ecs.model.Tag;

import java.io.IOException;

/** What the real SDK client makes of our answers. */
class SdkClientTest {

    private FrontFixture front;
    private EcsClient ecs;

    @BeforeEach
    void start() throws IOException {
        front = new FrontFixture(AwsSettings.DEFAULT);
        ecs =
                EcsClient.builder()
                        .endpointOverride(front.uri())
                        .region(Region.EU_CENTRAL_1)
                        .credentialsProvider(
                                StaticCredentialsProvider.create(
                                        AwsBasicCredentials.create("111122223333", "secret")))
                        .httpClient(UrlConnectionHttpClient.create())
                        .build();
    }

    @AfterEach
    void stop() {
        ecs.close();
        front.close();
    }

    @Test
    void readsAnAnswer() {
        Tag tag = Tag.builder().key("stage").value("prod ü").build();

        assertThat(
                        ecs.createCluster(
                                        CreateClusterRequest.builder()
                                                .clusterName("prod")
                                                .tags(tag)
                                                .build())
                                .cluster())
                .satisfies(cluster -> {
                    assertThat(cluster.clusterArn())
                            .isEqualTo("arn:aws:ecs:eu-central-1:111122223333:cluster/prod");
                    assertThat(cluster.tags()).containsExactly(tag);
                });
        assertThat(ecs.listClusters().responseMetadata().requestId()).hasSize(36);
    }

    @Test
    void getsBackTheContainersItRegistered() {
        ContainerDefinition app =
                ContainerDefinition.builder()
                        .name("app")
                        .image("busybox")
                        .cpu(256)
                        .essential(true)
                        .environment(KeyValuePair.builder().name("A").value("1").build())
                        .command("sh", "-c", "exit 3")
                        .build();

        RegisterTaskDefinitionResponse registered =
                ecs.registerTaskDefinition(
                        RegisterTaskDefinitionRequest.builder()
                                .family("web")
                                .containerDefinitions(app)
                                .build());

        assertThat(registered.taskDefinition().containerDefinitions()).containsExactly(app);
    }

    @Test
    void throwsTheTypedException() {
        assertThatExceptionOfType(ClusterNotFoundException.class)
                .isThrownBy(() -> ecs.describeTasks(DescribeTasksRequest.builder().build()))
                .satisfies(thrown -> {
                    assertThat(thrown.awsErrorDetails().errorMessage())
                            .isEqualTo("Cluster not found.");
                    assertThat(thrown.statusCode()).isEqualTo(400);
                    assertThat(thrown.requestId()).hasSize(36);
                });
        assertThatExceptionOfType(ConflictException.class)
                .isThrownBy(() -> ecs.runTask(RunTaskRequest.builder().taskDefinition("a").build()))
                .satisfies(thrown ->
                        assertThat(thrown.resourceIds()).containsExactly("arn:one", "arn:two"));
    }

    @Test
    void saysWhichOperationIsNotBuilt() {
        assertThatExceptionOfType(EcsException.class)
                .isThrownBy(() ->
                        ecs.createService(
                                CreateServiceRequest.builder().serviceName("web").build()))
                .withMessageContaining("Dryberth does not implement ecs:CreateService yet.");
    }
}
