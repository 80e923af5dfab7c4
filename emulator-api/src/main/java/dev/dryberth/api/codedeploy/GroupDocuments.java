package dev.dryberth.api.codedeploy;

import dev.dryberth.core.model.CodeDeployGroup;
import dev.dryberth.core.wire.SdkJson;

import software.amazon.awssdk.services.codedeploy.model.DeploymentGroupInfo;
import software.amazon.awssdk.services.codedeploy.model.DeploymentInfo;

import java.nio.charset.StandardCharsets;

/** AWS's documents as the rows carry them: JSON in AWS's own shape. Any thread. */
final class GroupDocuments {

    private GroupDocuments() {}

    static String text(DeploymentGroupInfo info) {
        return new String(SdkJson.toBytes(info), StandardCharsets.UTF_8);
    }

    static DeploymentGroupInfo of(CodeDeployGroup row) {
        return SdkJson.read(
                row.document().getBytes(StandardCharsets.UTF_8), DeploymentGroupInfo.builder());
    }

    static String text(DeploymentInfo info) {
        return new String(SdkJson.toBytes(info), StandardCharsets.UTF_8);
    }

    static DeploymentInfo deployment(String document) {
        return SdkJson.read(document.getBytes(StandardCharsets.UTF_8), DeploymentInfo.builder());
    }
}
