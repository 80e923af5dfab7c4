package dev.dryberth.api.ecs;

import java.util.List;

/**
 * Which members of requests are accepted and shown again without having any effect, so that nobody
 * has to find out by trying. {@code GET /_dryberth/coverage} shows the list. A member that would be
 * dangerous or misleading to take without effect is refused instead and is not in here.
 */
public final class EcsCoverage {

    private static final List<String> RECORDED_ONLY =
            List.of(
                    "CreateCluster.configuration",
                    "CreateCluster.serviceConnectDefaults",
                    "CreateCluster.settings",
                    "CreateService.enableExecuteCommand",
                    "CreateService.networkConfiguration.awsvpcConfiguration.assignPublicIp",
                    "CreateService.networkConfiguration.awsvpcConfiguration.securityGroups",
                    "CreateService.role",
                    "CreateTaskSet.networkConfiguration.awsvpcConfiguration.assignPublicIp",
                    "CreateTaskSet.networkConfiguration.awsvpcConfiguration.securityGroups",
                    "PutAccountSetting.awsvpcTrunking",
                    "PutAccountSetting.containerInstanceLongArnFormat",
                    "PutAccountSetting.defaultLogDriverMode",
                    "PutAccountSetting.dualStackIPv6",
                    "PutAccountSetting.fargateEventWindows",
                    "PutAccountSetting.fargateFIPSMode",
                    "PutAccountSetting.fargateTaskRetirementWaitPeriod",
                    "PutAccountSetting.serviceLongArnFormat",
                    "PutAccountSetting.tagResourceAuthorization",
                    "PutAccountSetting.taskLongArnFormat",
                    "RegisterTaskDefinition.containerDefinitions.credentialSpecs",
                    "RegisterTaskDefinition.containerDefinitions.disableNetworking (awsvpc)",
                    "RegisterTaskDefinition.containerDefinitions.dnsSearchDomains (awsvpc)",
                    "RegisterTaskDefinition.containerDefinitions.dnsServers (awsvpc)",
                    "RegisterTaskDefinition.containerDefinitions.environmentFiles",
                    "RegisterTaskDefinition.containerDefinitions.firelensConfiguration",
                    "RegisterTaskDefinition.containerDefinitions.logConfiguration",
                    "RegisterTaskDefinition.containerDefinitions.portMappings.appProtocol",
                    "RegisterTaskDefinition.containerDefinitions.repositoryCredentials",
                    "RegisterTaskDefinition.containerDefinitions.secrets",
                    "RegisterTaskDefinition.enableFaultInjection",
                    "RegisterTaskDefinition.ephemeralStorage",
                    "RegisterTaskDefinition.executionRoleArn",
                    "RegisterTaskDefinition.inferenceAccelerators",
                    "RegisterTaskDefinition.ipcMode",
                    "RegisterTaskDefinition.pidMode",
                    "RegisterTaskDefinition.placementConstraints",
                    "RegisterTaskDefinition.proxyConfiguration",
                    "RegisterTaskDefinition.runtimePlatform",
                    "RegisterTaskDefinition.taskRoleArn",
                    "RegisterTaskDefinition.volumes.efsVolumeConfiguration.authorizationConfig",
                    "RegisterTaskDefinition.volumes.efsVolumeConfiguration.transitEncryption",
                    "RegisterTaskDefinition.volumes.efsVolumeConfiguration.transitEncryptionPort",
                    "RegisterTaskDefinition.volumes.s3filesVolumeConfiguration",
                    "RunTask.enableExecuteCommand",
                    "RunTask.networkConfiguration.awsvpcConfiguration.assignPublicIp",
                    "RunTask.networkConfiguration.awsvpcConfiguration.securityGroups",
                    "RunTask.overrides.executionRoleArn",
                    "RunTask.overrides.taskRoleArn",
                    "StartTask.enableExecuteCommand",
                    "StartTask.networkConfiguration.awsvpcConfiguration.securityGroups",
                    "StartTask.overrides.executionRoleArn",
                    "StartTask.overrides.taskRoleArn",
                    "UpdateCluster.configuration",
                    "UpdateCluster.serviceConnectDefaults",
                    "UpdateCluster.settings",
                    "UpdateClusterSettings.settings",
                    "UpdateService.enableExecuteCommand",
                    "UpdateService.networkConfiguration.awsvpcConfiguration.assignPublicIp",
                    "UpdateService.networkConfiguration.awsvpcConfiguration.securityGroups");

    private EcsCoverage() {}

    /** {@code Operation.member} texts, sorted; may be called on any thread. */
    public static List<String> recordedOnly() {
        return RECORDED_ONLY;
    }
}
