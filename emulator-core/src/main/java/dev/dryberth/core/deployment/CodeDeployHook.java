package dev.dryberth.core.deployment;

import com.fasterxml.jackson.databind.ObjectMapper;

import dev.dryberth.core.model.CodeDeployRules;
import dev.dryberth.core.model.HookRun;

/**
 * What CodeDeploy says to a lifecycle event's function. What the function found is not in its
 * answer: it tells that by PutLifecycleEventHookExecutionStatus.
 */
public final class CodeDeployHook {

    private static final ObjectMapper JSON = new ObjectMapper();

    private CodeDeployHook() {}

    /** What the function is called with, as JSON. */
    public static String payload(CodeDeployRules rules, HookRun run) {
        return JSON.createObjectNode()
                .put("DeploymentId", rules.deployment().name())
                .put("LifecycleEventHookExecutionId", run.executionId())
                .toString();
    }
}
