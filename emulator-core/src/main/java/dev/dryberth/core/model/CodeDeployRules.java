package dev.dryberth.core.model;

import java.time.Duration;

/**
 * What a deployment of AWS CodeDeploy does differently from one of ECS's own.
 *
 * @param deployment CodeDeploy's own record of it
 * @param rollBackOnFailure whether it goes back when it fails; otherwise it stays where it is
 * @param rollBackOnAlarm the same when an alarm goes off
 */
public record CodeDeployRules(
        CodeDeployArn deployment, boolean rollBackOnFailure, boolean rollBackOnAlarm) {

    /** How long the replacement task set, and a hook's function, may take. */
    public static final Duration MAX_WAIT = Duration.ofHours(1);
}
