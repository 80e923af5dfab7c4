package dev.dryberth.api.codedeploy;

import dev.dryberth.core.loop.Clock;
import dev.dryberth.core.loop.Ids;
import dev.dryberth.core.model.CodeDeployApplication;
import dev.dryberth.core.model.CodeDeployArn;
import dev.dryberth.core.model.CodeDeployArn.Kind;
import dev.dryberth.core.model.CodeDeployGroup;
import dev.dryberth.core.state.Tx;

import software.amazon.awssdk.services.codedeploy.model.ApplicationInfo;
import software.amazon.awssdk.services.codedeploy.model.ComputePlatform;
import software.amazon.awssdk.services.codedeploy.model.CreateApplicationRequest;
import software.amazon.awssdk.services.codedeploy.model.CreateApplicationResponse;
import software.amazon.awssdk.services.codedeploy.model.DeleteApplicationRequest;
import software.amazon.awssdk.services.codedeploy.model.DeleteApplicationResponse;
import software.amazon.awssdk.services.codedeploy.model.GetApplicationRequest;
import software.amazon.awssdk.services.codedeploy.model.GetApplicationResponse;
import software.amazon.awssdk.services.codedeploy.model.ListApplicationsRequest;
import software.amazon.awssdk.services.codedeploy.model.ListApplicationsResponse;

import java.util.List;

/** Applications, which hold deployment groups together. Loop thread. */
final class Applications {

    /** As many as AWS's quota has it. */
    private static final int MAX_APPLICATIONS = 1000;

    private final Clock clock;
    private final Ids ids;

    Applications(Clock clock, Ids ids) {
        this.clock = clock;
        this.ids = ids;
    }

    CreateApplicationResponse createApplication(Tx tx, CreateApplicationRequest request) {
        String name = CodeDeployErrors.name("Application", request.applicationName());
        requireEcs(request.computePlatform());
        var table = tx.world().codeDeployApplications();
        CodeDeployArn arn = new CodeDeployArn(Rows.scope(), Kind.APPLICATION, name);
        if (table.get(arn) != null) {
            throw CodeDeployErrors.of(
                    "ApplicationAlreadyExists",
                    "An application with the name " + name + " exists.");
        }
        if (table.size() >= MAX_APPLICATIONS) {
            throw CodeDeployErrors.of(
                    "ApplicationLimitExceeded",
                    "More than " + MAX_APPLICATIONS + " applications are not allowed.");
        }
        CodeDeployApplication row = new CodeDeployApplication(arn, ids.uuid(), clock.now());
        tx.put(table, arn, row);
        return CreateApplicationResponse.builder().applicationId(row.id()).build();
    }

    /** AWS takes a server when nothing is said. */
    static void requireEcs(ComputePlatform platform) {
        if (platform == ComputePlatform.UNKNOWN_TO_SDK_VERSION) {
            throw CodeDeployErrors.of(
                    "InvalidComputePlatform",
                    "The compute platform is invalid (expected: Server, Lambda or ECS)");
        }
        if (platform != ComputePlatform.ECS) {
            throw CodeDeployErrors.notBuilt(
                    "a compute platform other than ECS (computePlatform=ECS)");
        }
    }

    GetApplicationResponse getApplication(Tx tx, GetApplicationRequest request) {
        CodeDeployApplication row = Rows.application(tx.world(), request.applicationName());
        return GetApplicationResponse.builder()
                .application(
                        ApplicationInfo.builder()
                                .applicationId(row.id())
                                .applicationName(row.arn().name())
                                .createTime(row.createdAt())
                                .linkedToGitHub(false)
                                .computePlatform(ComputePlatform.ECS)
                                .build())
                .build();
    }

    ListApplicationsResponse listApplications(Tx tx, ListApplicationsRequest request) {
        List<String> names =
                tx.world().codeDeployApplications().all().stream()
                        .map(CodeDeployApplication::arn)
                        .filter(each -> each.scope().equals(Rows.scope()))
                        .map(CodeDeployArn::name)
                        .toList();
        Listing page = Listing.of("ListApplications", names, request.nextToken());
        return ListApplicationsResponse.builder()
                .applications(page.names())
                .nextToken(page.nextToken())
                .build();
    }

    /** Its deployment groups go with it; one that is not there is gone already. */
    DeleteApplicationResponse deleteApplication(Tx tx, DeleteApplicationRequest request) {
        String name = CodeDeployErrors.name("Application", request.applicationName());
        CodeDeployArn arn = new CodeDeployArn(Rows.scope(), Kind.APPLICATION, name);
        if (tx.world().codeDeployApplications().get(arn) != null) {
            for (CodeDeployGroup each : List.copyOf(tx.world().codeDeployGroups().all())) {
                if (each.arn().scope().equals(arn.scope()) && each.application().equals(name)) {
                    DeploymentGroups.delete(tx, each);
                }
            }
            tx.delete(tx.world().codeDeployApplications(), arn);
        }
        return DeleteApplicationResponse.builder().build();
    }
}
