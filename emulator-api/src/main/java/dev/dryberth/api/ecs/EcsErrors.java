package dev.dryberth.api.ecs;

import software.amazon.awssdk.services.ecs.model.AttributeLimitExceededException;
import software.amazon.awssdk.services.ecs.model.ClientException;
import software.amazon.awssdk.services.ecs.model.ClusterContainsContainerInstancesException;
import software.amazon.awssdk.services.ecs.model.ClusterContainsServicesException;
import software.amazon.awssdk.services.ecs.model.ClusterContainsTasksException;
import software.amazon.awssdk.services.ecs.model.ClusterNotFoundException;
import software.amazon.awssdk.services.ecs.model.ConflictException;
import software.amazon.awssdk.services.ecs.model.InvalidParameterException;
import software.amazon.awssdk.services.ecs.model.PlatformUnknownException;
import software.amazon.awssdk.services.ecs.model.ResourceInUseException;
import software.amazon.awssdk.services.ecs.model.ResourceNotFoundException;
import software.amazon.awssdk.services.ecs.model.ServiceDeploymentNotFoundException;
import software.amazon.awssdk.services.ecs.model.ServiceNotActiveException;
import software.amazon.awssdk.services.ecs.model.ServiceNotFoundException;
import software.amazon.awssdk.services.ecs.model.TargetNotFoundException;
import software.amazon.awssdk.services.ecs.model.TaskSetNotFoundException;

import java.util.List;

/**
 * Makes the exceptions of Amazon ECS with the texts AWS gives them, so that clients which match on
 * a text find it. A text marked [?] is a guess: AWS's own words for that case are not known to us.
 * Everything here is stateless and may be called on any thread.
 */
final class EcsErrors {

    private EcsErrors() {}

    static ClientException client(String message) {
        return ClientException.builder().message(message).build();
    }

    static InvalidParameterException invalidParameter(String message) {
        return InvalidParameterException.builder().message(message).build();
    }

    /** {@code launch type should be one of [EC2,FARGATE,EXTERNAL]}. */
    static InvalidParameterException notOneOf(String field, List<String> expected) {
        return invalidParameter(field + " should be one of [" + String.join(",", expected) + "]");
    }

    static ClusterNotFoundException clusterNotFound() {
        return ClusterNotFoundException.builder().message("Cluster not found.").build();
    }

    static ClusterNotFoundException clusterInactive() {
        return ClusterNotFoundException.builder()
                .message("The referenced cluster was inactive.")
                .build();
    }

    static ClusterContainsTasksException clusterContainsTasks() {
        return ClusterContainsTasksException.builder()
                .message("The Cluster cannot be deleted while Tasks are active.")
                .build();
    }

    static ClusterContainsContainerInstancesException clusterContainsContainerInstances() {
        return ClusterContainsContainerInstancesException.builder()
                .message(
                        "The Cluster cannot be deleted while Container Instances are active or"
                                + " draining.")
                .build();
    }

    static ResourceInUseException capacityProviderInUse() {
        return ResourceInUseException.builder()
                .message("The specified capacity provider is in use and cannot be removed.")
                .build();
    }

    static InvalidParameterException capacityProviderNotFound() {
        return invalidParameter(
                "The specified capacity provider was not found. Specify a valid capacity provider"
                        + " and try again.");
    }

    static InvalidParameterException capacityProviderNotAssociated() {
        return invalidParameter(
                "The specified capacity provider strategy cannot contain a capacity provider that"
                        + " is not associated with the cluster. Associate the capacity provider"
                        + " with the cluster or specify a valid capacity provider and try again.");
    }

    /** Of a cluster whose name breaks the rules, wherever it is given. */
    static InvalidParameterException badClusterName(String name) {
        return invalidParameter("Cluster must match ^[a-zA-Z0-9\\-_]{1,255}$, but was " + name);
    }

    static InvalidParameterException malformedArn() {
        return invalidParameter("Unexpected number of separators");
    }

    static InvalidParameterException unsupportedResourceType(String type) {
        return invalidParameter("Unsupported resource type: " + type);
    }

    static InvalidParameterException otherCluster(String given, String expected) {
        return invalidParameter(
                "Invalid identifier: Identifier is for cluster "
                        + given
                        + ". Your cluster is "
                        + expected);
    }

    /** [?] Of an ARN from another region or account. */
    static InvalidParameterException otherScope(String given, String expected) {
        return invalidParameter(
                "Invalid identifier: Identifier is for " + given + ". You are in " + expected);
    }

    static ClientException taskDefinitionNotDescribed() {
        return client("Unable to describe task definition.");
    }

    static ClientException taskDefinitionNotFound() {
        return client("TaskDefinition not found.");
    }

    static ClientException taskDefinitionInactive() {
        return client("TaskDefinition is inactive");
    }

    /** [?] Of DeregisterTaskDefinition. */
    static ClientException taskDefinitionDoesNotExist() {
        return client("The specified task definition does not exist.");
    }

    static ClientException revisionMissing() {
        return client("Revision is missing.");
    }

    static InvalidParameterException badRevision(String revision) {
        return invalidParameter("Invalid revision number. Number: " + revision);
    }

    static ClientException badFamily() {
        return client("Family contains invalid characters.");
    }

    /** Of a token that this daemon did not make, or not for this operation. [?] */
    static InvalidParameterException badToken() {
        return invalidParameter("Invalid token");
    }

    /** [?] */
    static InvalidParameterException outOfRange(String field, long least, long most) {
        return invalidParameter(field + " must be between " + least + " and " + most);
    }

    /** {@code Invalid setting 'value'}, of cluster and account settings. */
    static InvalidParameterException badSetting(String part) {
        return invalidParameter("Invalid setting '" + part + "'");
    }

    static InvalidParameterException taggedClusterInactive() {
        return invalidParameter(
                "The specified cluster is inactive. Specify an active cluster and try again.");
    }

    static InvalidParameterException longArnNeededForTags() {
        return invalidParameter("Long arn format must be enabled for tagging.");
    }

    /** [?] Of an ARN whose resource is not here. */
    static ResourceNotFoundException resourceNotFound() {
        return ResourceNotFoundException.builder()
                .message("The specified resource was not found.")
                .build();
    }

    /** [?] */
    static TargetNotFoundException targetNotFound(String id) {
        return TargetNotFoundException.builder().message("Could not find " + id).build();
    }

    /** [?] */
    static AttributeLimitExceededException tooManyAttributes(int most) {
        return AttributeLimitExceededException.builder()
                .message("A resource cannot have more than " + most + " custom attributes.")
                .build();
    }

    /** Of something that AWS has and Dryberth has not, so that nobody believes it works. */
    static InvalidParameterException notBuilt(String what) {
        return invalidParameter("Dryberth does not support " + what + " yet, so it refuses it.");
    }

    static ClusterContainsServicesException clusterContainsServices() {
        return ClusterContainsServicesException.builder()
                .message("The Cluster cannot be deleted while Services are active.")
                .build();
    }

    static InvalidParameterException desiredCountOfDaemon() {
        return invalidParameter(
                "The daemon scheduling strategy does not support a desired count for services."
                        + " Remove the desired count value and try again");
    }

    static InvalidParameterException notIdempotent() {
        return invalidParameter("Creation of service was not idempotent.");
    }

    static ServiceNotActiveException serviceNotActive() {
        return ServiceNotActiveException.builder().message("Service was not ACTIVE.").build();
    }

    static ServiceDeploymentNotFoundException serviceDeploymentNotFound() {
        return ServiceDeploymentNotFoundException.builder()
                .message("The service deployment does not exist.")
                .build();
    }

    /** [?] Of a roll-out that can't be stopped any more. */
    static ConflictException serviceDeploymentEnded(String arn, String status) {
        return ConflictException.builder()
                .message("The service deployment cannot be stopped in status " + status + ".")
                .resourceIds(arn)
                .build();
    }

    static ServiceNotFoundException serviceNotFound() {
        return ServiceNotFoundException.builder().message("Service not found.").build();
    }

    static TaskSetNotFoundException taskSetNotFound() {
        return TaskSetNotFoundException.builder()
                .message("The specified task set does not exist.")
                .build();
    }

    /** A client token that was used for another request. */
    static ConflictException conflict(List<String> resources) {
        return ConflictException.builder()
                .message("The client token was used for a request with other parameters.") // [?]
                .resourceIds(resources)
                .build();
    }

    static PlatformUnknownException platformUnknown() {
        return PlatformUnknownException.builder()
                .message("The specified platform does not exist.") // [?]
                .build();
    }
}
