package dev.dryberth.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A pause that a roll-out waits at.
 *
 * @param deployment the service deployment's ARN
 * @param hook the pause's id
 * @param stage the stage that it keeps the roll-out in
 */
record DeploymentPause(String deployment, String hook, String stage) {

    /**
     * The one that is meant.
     *
     * @param view the daemon's page about the roll-out
     * @param asked the id of it; null: there can be only one
     * @return empty: the roll-out waits at no pause
     * @throws CommandFailure when several wait and none is asked for, or when the one that is asked
     *     for does not wait
     */
    static Optional<DeploymentPause> of(JsonNode view, @Nullable String asked) {
        JsonNode deployment = view.path("deployment");
        List<DeploymentPause> waiting = new ArrayList<>();
        for (JsonNode each : deployment.path("hooks")) {
            if (each.path("status").asText().equals("AWAITING_ACTION")) {
                waiting.add(
                        new DeploymentPause(
                                deployment.path("arn").asText(),
                                each.path("id").asText(),
                                each.path("stage").asText()));
            }
        }
        if (asked != null) {
            return Optional.of(
                    waiting.stream()
                            .filter(each -> each.hook.equals(asked))
                            .findFirst()
                            .orElseThrow(() ->
                                    new CommandFailure(
                                            "--hook %s does not wait (expected: %s)"
                                                    .formatted(
                                                            asked,
                                                            waiting.isEmpty()
                                                                    ? "none does"
                                                                    : ids(waiting)))));
        }
        if (waiting.size() > 1) {
            throw new CommandFailure(
                    "%d pauses wait, --hook must say which (expected: %s)"
                            .formatted(waiting.size(), ids(waiting)));
        }
        return waiting.stream().findFirst();
    }

    private static String ids(List<DeploymentPause> waiting) {
        return String.join(", ", waiting.stream().map(DeploymentPause::hook).toList());
    }

    /**
     * Ends it.
     *
     * @param action CONTINUE or ROLLBACK
     */
    void end(DaemonClient client, String action) {
        client.ecs(
                "ContinueServiceDeployment",
                deployment,
                JsonNodeFactory.instance
                        .objectNode()
                        .put("serviceDeploymentArn", deployment)
                        .put("hookId", hook)
                        .put("action", action)
                        .toString());
    }
}
