package dev.dryberth.core.deployment;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.dryberth.core.model.HookRun;
import dev.dryberth.core.model.Lifecycle;
import dev.dryberth.core.model.ServiceDeployment;
import dev.dryberth.core.model.Shift;
import dev.dryberth.core.model.Stage;

import org.jspecify.annotations.Nullable;

import java.time.Duration;

/**
 * What a deployment says to a hook's function, and what it makes of the answer.
 *
 * <p>The words are those of "Lifecycle hooks" in the ECS developer guide: a call names the stage,
 * the roll-out, and in a traffic shift how the traffic is split; the answer's {@code hookStatus} is
 * SUCCEEDED, FAILED or IN_PROGRESS, and after the last one the function is called again in {@code
 * callBackDelay} seconds and handed the {@code hookDetails} that it returned.
 */
public final class HookCall {

    /** When a function that says no time is called again. */
    public static final Duration USUAL_CALL_BACK = Duration.ofSeconds(30);

    /** The shortest wait between two calls, in real time: no function is called without a pause. */
    public static final Duration MIN_CALL_BACK = Duration.ofSeconds(1);

    /** How much JSON a run may carry from call to call, in characters. */
    public static final int MAX_DETAILS = 65_536;

    /** The longest a function may ask to wait; the hook's own timeout ends it earlier. */
    private static final Duration MAX_CALL_BACK = Duration.ofDays(1);

    private static final ObjectMapper JSON = new ObjectMapper();

    private HookCall() {}

    /** What the function is called with, as JSON. */
    public static String payload(ServiceDeployment rollout, Lifecycle at, HookRun run) {
        ObjectNode payload = JSON.createObjectNode();
        payload.put("executionId", run.executionId());
        payload.put("lifecycleStage", run.stage().name());
        payload.put("resourceArn", rollout.arn().text());
        ObjectNode details = payload.putObject("executionDetails");
        details.put("serviceArn", rollout.arn().serviceArn().text());
        details.put("targetServiceRevisionArn", rollout.target().text());
        ObjectNode test = details.putObject("testTrafficWeights");
        ObjectNode production = details.putObject("productionTrafficWeights");
        if (run.stage() == Stage.TEST_TRAFFIC_SHIFT) {
            split(test, rollout, at, at.test());
        }
        if (run.stage() == Stage.PRE_PRODUCTION_TRAFFIC_SHIFT
                || run.stage() == Stage.PRODUCTION_TRAFFIC_SHIFT) {
            split(production, rollout, at, at.production());
        }
        if (run.details() != null) {
            payload.set("hookDetails", object(run.details()));
        }
        return payload.toString();
    }

    private static void split(
            ObjectNode weights, ServiceDeployment rollout, Lifecycle at, int green) {
        weights.put(rollout.target().text(), percent(green));
        if (at.blue() != null) {
            weights.put(at.blue().text(), percent(Shift.ALL - green));
        }
    }

    private static double percent(int thousandths) {
        return thousandths / 10.0;
    }

    /**
     * The run after its function answered.
     *
     * @param callBack how long until it is called again; null: it is not
     */
    public record Answered(HookRun run, @Nullable Duration callBack) {}

    /** What becomes of a run because of its function's answer; a bad one fails it. */
    public static Answered answered(HookRun run, String answer) {
        JsonNode said;
        try {
            said = JSON.readTree(answer);
        } catch (JsonProcessingException e) {
            return unreadable(run, "it is not JSON");
        }
        String status = said.path("hookStatus").asText("");
        return switch (status) {
            case "SUCCEEDED" -> new Answered(run.inStatus(HookRun.Status.SUCCEEDED, null), null);
            case "FAILED" ->
                    failed(
                            run,
                            "Lifecycle hook target " + run.function() + " returned FAILED status.");
            case "IN_PROGRESS" -> again(run, said);
            case "" -> unreadable(run, "HookStatus must not be null");
            default -> unreadable(run, "HookStatus must not be " + status); // [?]
        };
    }

    private static Answered again(HookRun run, JsonNode said) {
        JsonNode delay = said.path("callBackDelay");
        Duration wait = USUAL_CALL_BACK;
        if (delay.isNumber()) {
            long seconds =
                    Math.clamp(
                            delay.asLong(), MIN_CALL_BACK.toSeconds(), MAX_CALL_BACK.toSeconds());
            wait = Duration.ofSeconds(seconds);
        } else if (!delay.isMissingNode() && !delay.isNull()) {
            return unreadable(run, "callBackDelay must be a number"); // [?]
        }
        String details = merged(run, said.path("hookDetails"));
        return details != null && details.length() > MAX_DETAILS
                ? unreadable(run, "hookDetails longer than " + MAX_DETAILS + " characters")
                : new Answered(run.again(run.expiresAt(), details), wait);
    }

    private static @Nullable String merged(HookRun run, JsonNode more) {
        if (!more.isObject()) {
            return run.details();
        }
        ObjectNode merged = run.details() == null ? JSON.createObjectNode() : object(run.details());
        return merged.setAll((ObjectNode) more).toString();
    }

    private static Answered unreadable(HookRun run, String why) {
        return failed(
                run,
                "ECS was unable to parse the response from " + run.function() + " due to " + why);
    }

    /** The run after its function could not be called. */
    public static HookRun unreachable(HookRun run, String why) {
        return run.inStatus(
                HookRun.Status.FAILED,
                "ECS was unable to invoke hook target " + run.function() + " due to " + why);
    }

    private static Answered failed(HookRun run, String problem) {
        return new Answered(run.inStatus(HookRun.Status.FAILED, problem), null);
    }

    private static ObjectNode object(String json) {
        try {
            return (ObjectNode) JSON.readTree(json);
        } catch (JsonProcessingException | ClassCastException e) {
            throw new IllegalStateException("hook details are no JSON object: " + json, e);
        }
    }
}
