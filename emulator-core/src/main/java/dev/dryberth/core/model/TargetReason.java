package dev.dryberth.core.model;

/** Why a target is in a state other than healthy, with AWS's code and description. */
public enum TargetReason {
    REGISTRATION_IN_PROGRESS("Elb.RegistrationInProgress", "Target registration is in progress"),
    INITIAL_HEALTH_CHECKING("Elb.InitialHealthChecking", "Initial health checks in progress"),
    INTERNAL_ERROR("Elb.InternalError", "Health checks failed due to an internal error: %s"),
    RESPONSE_CODE_MISMATCH(
            "Target.ResponseCodeMismatch", "Health checks failed with these codes: [%s]"),
    TIMEOUT("Target.Timeout", "Request timed out"),
    FAILED_HEALTH_CHECKS("Target.FailedHealthChecks", "Health checks failed"),
    NOT_REGISTERED("Target.NotRegistered", "Target is not registered to the target group"),
    NOT_IN_USE(
            "Target.NotInUse",
            "Target group is not configured to receive traffic from the load balancer"),
    DEREGISTRATION_IN_PROGRESS(
            "Target.DeregistrationInProgress", "Target deregistration is in progress"),
    HEALTH_CHECK_DISABLED(
            "Target.HealthCheckDisabled", "Health checks are disabled for this target");

    private final String code;
    private final String description;

    TargetReason(String code, String description) {
        this.code = code;
        this.description = description;
    }

    public String code() {
        return code;
    }

    /** The description; one that tells of a finding has {@code %s} in its place. */
    public String description() {
        return description;
    }
}
