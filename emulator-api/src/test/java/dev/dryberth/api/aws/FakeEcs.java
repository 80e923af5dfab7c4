package dev.dryberth.api.aws;

import dev.dryberth.core.model.Caller;

import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.services.ecs.EcsClient;
import software.amazon.awssdk.services.ecs.model.ClusterNotFoundException;
import software.amazon.awssdk.services.ecs.model.ConflictException;
import software.amazon.awssdk.services.ecs.model.CreateClusterRequest;
import software.amazon.awssdk.services.ecs.model.CreateClusterResponse;
import software.amazon.awssdk.services.ecs.model.DeleteClusterRequest;
import software.amazon.awssdk.services.ecs.model.DeleteClusterResponse;
import software.amazon.awssdk.services.ecs.model.DescribeTasksRequest;
import software.amazon.awssdk.services.ecs.model.DescribeTasksResponse;
import software.amazon.awssdk.services.ecs.model.EcsException;
import software.amazon.awssdk.services.ecs.model.ListClustersRequest;
import software.amazon.awssdk.services.ecs.model.ListClustersResponse;
import software.amazon.awssdk.services.ecs.model.ListTasksRequest;
import software.amazon.awssdk.services.ecs.model.ListTasksResponse;
import software.amazon.awssdk.services.ecs.model.RegisterTaskDefinitionRequest;
import software.amazon.awssdk.services.ecs.model.RegisterTaskDefinitionResponse;
import software.amazon.awssdk.services.ecs.model.RunTaskRequest;
import software.amazon.awssdk.services.ecs.model.RunTaskResponse;
import software.amazon.awssdk.services.ecs.model.ServerException;
import software.amazon.awssdk.services.ecs.model.StopTaskRequest;
import software.amazon.awssdk.services.ecs.model.StopTaskResponse;
import software.amazon.awssdk.services.ecs.model.TaskDefinition;
import software.amazon.awssdk.services.ecs.model.UpdateClusterRequest;
import software.amazon.awssdk.services.ecs.model.UpdateClusterResponse;

/** A few operations, each answering or failing in its own way. */
final class FakeEcs implements EcsClient {

    static final int BUILT = 9;

    @Override
    public ListClustersResponse listClusters(ListClustersRequest request) {
        return ListClustersResponse.builder().clusterArns(callerArn("default")).build();
    }

    @Override
    public CreateClusterResponse createCluster(CreateClusterRequest request) {
        return CreateClusterResponse.builder()
                .cluster(cluster ->
                        cluster.clusterName(request.clusterName())
                                .clusterArn(callerArn(request.clusterName()))
                                .tags(request.tags()))
                .build();
    }

    private static String callerArn(String cluster) {
        Caller caller = Caller.CURRENT.get();
        return "arn:aws:ecs:%s:%s:cluster/%s"
                .formatted(caller.scope().region(), caller.scope().account(), cluster);
    }

    @Override
    public RegisterTaskDefinitionResponse registerTaskDefinition(
            RegisterTaskDefinitionRequest request) {
        return RegisterTaskDefinitionResponse.builder()
                .taskDefinition(
                        TaskDefinition.builder()
                                .family(request.family())
                                .revision(1)
                                .containerDefinitions(request.containerDefinitions())
                                .build())
                .build();
    }

    @Override
    public DescribeTasksResponse describeTasks(DescribeTasksRequest request) {
        throw ClusterNotFoundException.builder().message("Cluster not found.").build();
    }

    @Override
    public RunTaskResponse runTask(RunTaskRequest request) {
        throw ConflictException.builder()
                .message("The clientToken is in use.")
                .resourceIds("arn:one", "arn:two")
                .build();
    }

    @Override
    public StopTaskResponse stopTask(StopTaskRequest request) {
        throw ServerException.builder()
                .message("These errors are usually caused by a server issue.")
                .build();
    }

    @Override
    public ListTasksResponse listTasks(ListTasksRequest request) {
        throw (EcsException)
                EcsException.builder()
                        .awsErrorDetails(
                                AwsErrorDetails.builder()
                                        .errorCode("ThrottlingException")
                                        .errorMessage("Rate exceeded")
                                        .build())
                        .build();
    }

    @Override
    public DeleteClusterResponse deleteCluster(DeleteClusterRequest request) {
        throw new IllegalStateException("thrown for the test");
    }

    /** A bug, not an operation that is not built. */
    @Override
    public UpdateClusterResponse updateCluster(UpdateClusterRequest request) {
        throw new UnsupportedOperationException("thrown for the test");
    }

    @Override
    public String serviceName() {
        return SERVICE_NAME;
    }

    @Override
    public void close() {}
}
