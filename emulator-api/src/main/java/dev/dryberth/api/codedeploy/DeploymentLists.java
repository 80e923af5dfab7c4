package dev.dryberth.api.codedeploy;

import dev.dryberth.core.model.CodeDeployArn;
import dev.dryberth.core.model.CodeDeployDeployment;
import dev.dryberth.core.state.Tx;
import dev.dryberth.core.state.World;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.codedeploy.model.DeploymentStatus;
import software.amazon.awssdk.services.codedeploy.model.GetDeploymentRequest;
import software.amazon.awssdk.services.codedeploy.model.GetDeploymentResponse;
import software.amazon.awssdk.services.codedeploy.model.ListDeploymentsRequest;
import software.amazon.awssdk.services.codedeploy.model.ListDeploymentsResponse;
import software.amazon.awssdk.services.codedeploy.model.TimeRange;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;

/** Describes and lists deployments. Loop thread. */
final class DeploymentLists {

    GetDeploymentResponse getDeployment(Tx tx, GetDeploymentRequest request) {
        CodeDeployDeployment row = Rows.deployment(tx.world(), request.deploymentId());
        return GetDeploymentResponse.builder()
                .deploymentInfo(DeploymentViews.view(tx.world(), row))
                .build();
    }

    /** Newest first. */
    ListDeploymentsResponse listDeployments(Tx tx, ListDeploymentsRequest request) {
        World world = tx.world();
        if (request.includeOnlyStatuses().contains(DeploymentStatus.UNKNOWN_TO_SDK_VERSION)) {
            throw CodeDeployErrors.of("InvalidDeploymentStatus", "A deployment status is invalid.");
        }
        CodeDeployArn group = group(world, request);
        List<String> ids =
                world.codeDeployDeployments().all().stream()
                        .filter(each -> each.arn().scope().equals(Rows.scope()))
                        .filter(each -> group == null || each.group().equals(group))
                        .filter(each ->
                                request.includeOnlyStatuses().isEmpty()
                                        || request.includeOnlyStatuses()
                                                .contains(DeploymentViews.status(each)))
                        .filter(each -> within(request.createTimeRange(), each.createdAt()))
                        .sorted(
                                Comparator.comparing(CodeDeployDeployment::createdAt)
                                        .reversed()
                                        .thenComparing(CodeDeployDeployment::arn))
                        .map(each -> each.arn().name())
                        .toList();
        Listing page = Listing.of("ListDeployments", ids, request.nextToken());
        return ListDeploymentsResponse.builder()
                .deployments(page.names())
                .nextToken(page.nextToken())
                .build();
    }

    private static @Nullable CodeDeployArn group(World world, ListDeploymentsRequest request) {
        if (request.applicationName() == null && request.deploymentGroupName() == null) {
            return null;
        }
        return Rows.group(world, request.applicationName(), request.deploymentGroupName()).arn();
    }

    private static boolean within(@Nullable TimeRange asked, Instant createdAt) {
        return asked == null
                || ((asked.start() == null || !createdAt.isBefore(asked.start()))
                        && (asked.end() == null || !createdAt.isAfter(asked.end())));
    }
}
