package dev.dryberth.api.codedeploy;

import dev.dryberth.core.model.Caller;
import dev.dryberth.core.model.CodeDeployApplication;
import dev.dryberth.core.model.CodeDeployArn;
import dev.dryberth.core.model.CodeDeployArn.Kind;
import dev.dryberth.core.model.CodeDeployDeployment;
import dev.dryberth.core.model.CodeDeployGroup;
import dev.dryberth.core.model.Scope;
import dev.dryberth.core.model.ServiceDeployment;
import dev.dryberth.core.model.ServiceDeploymentArn;
import dev.dryberth.core.state.World;

import org.jspecify.annotations.Nullable;

/** Finds the caller's rows by what requests call them. Loop thread. */
final class Rows {

    private static final int MAX_ID_LENGTH = 40;

    private Rows() {}

    static Scope scope() {
        return Caller.CURRENT.get().scope();
    }

    static CodeDeployApplication application(World world, @Nullable String name) {
        String checked = CodeDeployErrors.name("Application", name);
        CodeDeployApplication row =
                world.codeDeployApplications()
                        .get(new CodeDeployArn(scope(), Kind.APPLICATION, checked));
        if (row == null) {
            throw CodeDeployErrors.of(
                    "ApplicationDoesNotExist", "No application found for name: " + checked);
        }
        return row;
    }

    static CodeDeployGroup group(World world, @Nullable String application, @Nullable String name) {
        CodeDeployApplication of = application(world, application);
        String checked = CodeDeployErrors.name("DeploymentGroup", name);
        CodeDeployGroup row =
                world.codeDeployGroups()
                        .get(CodeDeployArn.group(scope(), of.arn().name(), checked));
        if (row == null) {
            throw CodeDeployErrors.of(
                    "DeploymentGroupDoesNotExist",
                    "No Deployment Group found for name: " + checked);
        }
        return row;
    }

    static CodeDeployDeployment deployment(World world, @Nullable String id) {
        if (id == null || id.isEmpty()) {
            throw CodeDeployErrors.of("DeploymentIdRequired", "Deployment ID is required.");
        }
        if (!id.startsWith("d-") || id.length() > MAX_ID_LENGTH) {
            throw CodeDeployErrors.of(
                    "InvalidDeploymentId", "The specified deployment ID is invalid: " + id);
        }
        CodeDeployDeployment row =
                world.codeDeployDeployments().get(new CodeDeployArn(scope(), Kind.DEPLOYMENT, id));
        if (row == null) {
            throw CodeDeployErrors.of(
                    "DeploymentDoesNotExist", "The deployment " + id + " could not be found.");
        }
        return row;
    }

    /** The roll-out that a deployment is; null: it never came to one, or that is forgotten. */
    static @Nullable ServiceDeployment rollout(World world, CodeDeployDeployment row) {
        ServiceDeploymentArn arn = row.rollout();
        return arn == null ? null : world.serviceDeployments().get(arn);
    }
}
