package dev.dryberth.api.ecs;

import com.fasterxml.jackson.core.JsonGenerator;

import dev.dryberth.core.balancing.TargetHealth;
import dev.dryberth.core.model.Deployment;
import dev.dryberth.core.model.EcsArn;
import dev.dryberth.core.model.RolloutRules;
import dev.dryberth.core.model.ServiceDeployment;
import dev.dryberth.core.model.Stop;
import dev.dryberth.core.model.Target;
import dev.dryberth.core.model.Task;
import dev.dryberth.core.service.Explanation;
import dev.dryberth.core.service.Standing;
import dev.dryberth.core.service.Wait;
import dev.dryberth.core.wire.SdkJson;

import org.jspecify.annotations.Nullable;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;

/**
 * An explanation as {@code GET /_dryberth/explain/…} shows it. Times are ISO-8601 in UTC; a member
 * there is nothing to say of is absent. Members are added, never renamed.
 */
public final class ExplanationView {

    private final JsonGenerator out;

    private ExplanationView(JsonGenerator out) {
        this.out = out;
    }

    /** The JSON document, UTF-8. Any thread. */
    public static byte[] json(Explanation explanation) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator out = SdkJson.JSON.createGenerator(bytes)) {
            new ExplanationView(out).write(explanation);
        } catch (IOException e) {
            throw new UncheckedIOException("Writing JSON to memory failed", e);
        }
        return bytes.toByteArray();
    }

    private void write(Explanation why) throws IOException {
        out.writeStartObject();
        out.writeStringField("service", why.service().arn().text());
        out.writeStringField("status", why.service().status().name());
        out.writeBooleanField("steady", why.service().steady());
        time("now", why.now());
        out.writeStringField("summary", why.summary());
        counts(why.counts(), why.service().rules());
        out.writeArrayFieldStart("deployments");
        for (Explanation.DeploymentLine each : why.deployments()) {
            deployment(each);
        }
        out.writeEndArray();
        out.writeArrayFieldStart("waits");
        for (Wait each : why.waits()) {
            wait(each);
        }
        out.writeEndArray();
        out.writeArrayFieldStart("refused");
        for (Explanation.Refusal each : why.refused()) {
            refusal(each);
        }
        out.writeEndArray();
        out.writeArrayFieldStart("next");
        for (Explanation.Next each : why.next()) {
            out.writeStartObject();
            out.writeStringField("text", each.text());
            time("at", each.at());
            out.writeEndObject();
        }
        out.writeEndArray();
        out.writeArrayFieldStart("tasks");
        for (Explanation.TaskLine each : why.tasks()) {
            task(each);
        }
        out.writeEndArray();
        out.writeNumberField("tasksLeftOut", why.tasksLeftOut());
        out.writeEndObject();
    }

    private void counts(Explanation.Counts counts, RolloutRules rules) throws IOException {
        out.writeObjectFieldStart("counts");
        out.writeNumberField("desired", counts.desired());
        out.writeNumberField("running", counts.running());
        out.writeNumberField("pending", counts.pending());
        out.writeNumberField("healthy", counts.healthy());
        out.writeNumberField("stopping", counts.stopping());
        out.writeNumberField("lower", counts.lower());
        out.writeNumberField("upper", counts.upper());
        out.writeNumberField("minimumHealthyPercent", rules.minimumHealthyPercent());
        out.writeNumberField("maximumPercent", rules.maximumPercent());
        out.writeEndObject();
    }

    private void deployment(Explanation.DeploymentLine line) throws IOException {
        Deployment row = line.deployment();
        out.writeStartObject();
        out.writeStringField("id", row.id());
        out.writeStringField("status", row.primary() ? "PRIMARY" : "ACTIVE");
        arn("revision", row.revision());
        arn("taskDefinition", line.taskDefinition());
        out.writeStringField("rolloutState", row.rolloutState().name());
        out.writeStringField("rolloutStateReason", row.rolloutStateReason());
        out.writeNumberField("desired", row.desiredCount());
        out.writeNumberField("running", line.running());
        out.writeNumberField("pending", line.pending());
        out.writeNumberField("healthy", line.healthy());
        out.writeNumberField("failed", row.failedTasks());
        if (row.launchFailures() > 0) {
            out.writeNumberField("failedLaunchRounds", row.launchFailures());
        }
        time("launchNotBefore", row.launchNotBefore());
        time("bakesUntil", line.bakesUntil());
        if (line.threshold() != null) {
            out.writeObjectFieldStart("circuitBreaker");
            out.writeNumberField("failures", row.failedTasks());
            out.writeNumberField("threshold", line.threshold());
            out.writeEndObject();
        }
        ServiceDeployment rollout = line.rollout();
        if (rollout != null) {
            rollout(rollout);
        }
        out.writeEndObject();
    }

    private void rollout(ServiceDeployment rollout) throws IOException {
        out.writeObjectFieldStart("serviceDeployment");
        arn("arn", rollout.arn());
        out.writeStringField("status", rollout.status().name());
        text("statusReason", rollout.statusReason());
        out.writeStringField("circuitBreaker", rollout.breaker().status().name());
        out.writeStringField("alarms", rollout.alarms().status().name());
        if (!rollout.alarms().names().isEmpty()) {
            out.writeArrayFieldStart("alarmNames");
            for (String each : rollout.alarms().names()) {
                out.writeString(each);
            }
            out.writeEndArray();
        }
        if (!rollout.alarms().triggered().isEmpty()) {
            out.writeArrayFieldStart("triggeredAlarmNames");
            for (String each : rollout.alarms().triggered()) {
                out.writeString(each);
            }
            out.writeEndArray();
        }
        out.writeEndObject();
    }

    private void wait(Wait wait) throws IOException {
        out.writeStartObject();
        out.writeStringField("rule", wait.rule().name());
        out.writeStringField("text", wait.text());
        out.writeArrayFieldStart("tasks");
        for (EcsArn each : wait.tasks()) {
            out.writeString(each.text());
        }
        out.writeEndArray();
        time("until", wait.until());
        out.writeEndObject();
    }

    private void refusal(Explanation.Refusal refusal) throws IOException {
        out.writeStartObject();
        time("at", refusal.at());
        arn("task", refusal.task());
        text("stopCode", refusal.code() == null ? null : refusal.code().wireName());
        out.writeStringField("reason", refusal.reason());
        out.writeEndObject();
    }

    private void task(Explanation.TaskLine line) throws IOException {
        Task row = line.task();
        out.writeStartObject();
        arn("task", row.arn());
        if (row.membership() != null) {
            arn("revision", row.membership().revision());
            out.writeStringField("deployment", row.membership().deployment());
            time("protectedUntil", row.membership().protectedUntil());
        }
        arn("taskDefinition", row.origin().taskDefinition());
        out.writeStringField("lastStatus", row.lastStatus().name());
        out.writeStringField("desiredStatus", row.desiredStatus().name());
        out.writeStringField("healthStatus", row.health().name());
        standing(line.standing());
        Stop stop = row.stop();
        if (stop != null) {
            out.writeStringField("stopCode", stop.code().wireName());
            out.writeStringField("stoppedReason", stop.reason());
        }
        out.writeArrayFieldStart("targets");
        for (Target each : line.targets()) {
            target(each);
        }
        out.writeEndArray();
        out.writeEndObject();
    }

    /** How the service sees it, and what it lacks. */
    private void standing(Standing standing) throws IOException {
        switch (standing) {
            case Standing.Starting() -> out.writeStringField("standing", "STARTING");
            case Standing.Healthy() -> out.writeStringField("standing", "HEALTHY");
            case Standing.Stopping() -> out.writeStringField("standing", "STOPPING");
            case Standing.Unhealthy unhealthy -> {
                out.writeStringField("standing", "UNHEALTHY");
                out.writeStringField("reason", unhealthy.reason());
            }
            case Standing.Unknown unknown -> {
                out.writeStringField("standing", "UNKNOWN");
                out.writeStringField("rule", unknown.rule().name());
                out.writeStringField("reason", "healthy when " + unknown.why());
                time("until", unknown.until());
            }
        }
    }

    private void target(Target target) throws IOException {
        out.writeStartObject();
        out.writeStringField("targetGroup", target.group().text());
        out.writeStringField("id", target.id());
        out.writeNumberField("port", target.port());
        out.writeStringField("state", target.state().name());
        text("reason", TargetHealth.description(target));
        time("drainsUntil", target.drainUntil());
        out.writeEndObject();
    }

    private void time(String name, @Nullable Instant at) throws IOException {
        text(name, at == null ? null : at.toString());
    }

    private void arn(String name, @Nullable EcsArn arn) throws IOException {
        text(name, arn == null ? null : arn.text());
    }

    private void text(String name, @Nullable String value) throws IOException {
        if (value != null) {
            out.writeStringField(name, value);
        }
    }
}
