package dev.dryberth.core.model;

/**
 * Which service is deployed, behind which listeners, and how.
 *
 * @param id a UUID
 * @param service what it deploys, which need not exist
 * @param document AWS's own DeploymentGroupInfo as JSON
 */
public record CodeDeployGroup(
        CodeDeployArn arn,
        String application,
        String name,
        String id,
        ServiceArn service,
        String document) {

    public CodeDeployGroup withDocument(ServiceArn nextService, String next) {
        return new CodeDeployGroup(arn, application, name, id, nextService, next);
    }
}
