package dev.dryberth.api.ecs;

import com.fasterxml.jackson.core.JsonGenerator;

import dev.dryberth.core.engine.ServiceRecords;
import dev.dryberth.core.model.HookRun;
import dev.dryberth.core.model.Lifecycle;
import dev.dryberth.core.model.ServiceDeployment;
import dev.dryberth.core.model.ServiceEvent;
import dev.dryberth.core.model.ServiceRevision;
import dev.dryberth.core.model.ServiceRevisionArn;
import dev.dryberth.core.model.Shift;
import dev.dryberth.core.model.Stage;
import dev.dryberth.core.service.Explanation;
import dev.dryberth.core.service.Wait;
import dev.dryberth.core.state.World;
import dev.dryberth.core.wire.SdkJson;

import org.jspecify.annotations.Nullable;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * A service's newest roll-out as {@code GET /_dryberth/deployment/…} shows it, for whoever watches
 * it. Times are ISO-8601 in UTC, on the machine's clock; parts of the traffic are per cents; a
 * member there is nothing to say of is absent. Members are added, never renamed.
 *
 * <pre>
 * service, now, summary            the last as the explanation has it
 * desired                          how many tasks are wanted
 * deployment                       absent: the service never rolled anything out
 *   arn, status, statusReason, createdAt, startedAt, finishedAt
 *   strategy                       ROLLING, BLUE_GREEN, LINEAR or CANARY
 *   stages[]                       absent: ROLLING
 *     stage                        AWS's name of it
 *     state                        DONE, PRESENT, TO_COME, or LEFT: it was not gone through
 *     back                         true: on the way back
 *     since, until                 of the present one; until only where its end is known
 *   productionPercent, testPercent what the new revision has; absent: no such traffic is moved
 *   steps[]                        of the production traffic, LINEAR and CANARY only
 *     percent, state               DONE, PRESENT, TO_COME
 *   hooks[]                        oldest first
 *     id, stage, targetType, targetArn, status, expiresAt, timeoutAction, problem
 * revisions[]                      that have tasks or are to have some, the newest first
 *   role                           NEW: what is rolled out; OLD
 *   revision, taskDefinition, desired, running, pending, healthy, failed
 * stopping                         tasks told to stop that have not yet
 * waits[]                          rule, text, until
 * next[]                           text, at
 * events[]                         at, message: the last {@value #MAX_EVENTS}, newest first
 * </pre>
 */
public final class DeploymentView {

    /** Enough to see what just happened. */
    static final int MAX_EVENTS = 10;

    private static final double PER_CENT = Shift.ALL / 100.0;

    private final JsonGenerator out;

    private DeploymentView(JsonGenerator out) {
        this.out = out;
    }

    /** The JSON document, UTF-8. Loop thread. */
    public static byte[] json(World world, Explanation explanation) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator out = SdkJson.JSON.createGenerator(bytes)) {
            new DeploymentView(out).write(world, explanation);
        } catch (IOException e) {
            throw new UncheckedIOException("Writing JSON to memory failed", e);
        }
        return bytes.toByteArray();
    }

    private void write(World world, Explanation why) throws IOException {
        ServiceDeployment rollout =
                ServiceRecords.deployments(world, why.service().arn()).stream()
                        .max(
                                Comparator.comparing(ServiceDeployment::createdAt)
                                        .thenComparing(ServiceDeployment::arn))
                        .orElse(null);
        out.writeStartObject();
        out.writeStringField("service", why.service().arn().text());
        time("now", why.now());
        out.writeStringField("summary", why.summary());
        out.writeNumberField("desired", why.counts().desired());
        if (rollout != null) {
            rollout(world, rollout, why.waits());
        }
        out.writeArrayFieldStart("revisions");
        for (Explanation.DeploymentLine each : revisions(why)) {
            revision(each, rollout);
        }
        out.writeEndArray();
        out.writeNumberField("stopping", why.counts().stopping());
        out.writeArrayFieldStart("waits");
        for (Wait each : why.waits()) {
            out.writeStartObject();
            out.writeStringField("rule", each.rule().name());
            out.writeStringField("text", each.text());
            time("until", each.until());
            out.writeEndObject();
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
        events(world, why);
        out.writeEndObject();
    }

    /** A revision may be that of several deployments, which then have the same tasks. */
    private static List<Explanation.DeploymentLine> revisions(Explanation why) {
        Map<ServiceRevisionArn, Explanation.DeploymentLine> lines = new LinkedHashMap<>();
        for (Explanation.DeploymentLine each : why.deployments()) {
            lines.putIfAbsent(each.deployment().revision(), each);
        }
        return List.copyOf(lines.values());
    }

    private void revision(Explanation.DeploymentLine line, @Nullable ServiceDeployment rollout)
            throws IOException {
        ServiceRevisionArn revision = line.deployment().revision();
        boolean isNew = rollout != null && rollout.target().equals(revision);
        out.writeStartObject();
        out.writeStringField("role", isNew ? "NEW" : "OLD");
        out.writeStringField("revision", revision.text());
        text("taskDefinition", line.taskDefinition() == null ? null : line.taskDefinition().text());
        out.writeNumberField("desired", line.deployment().desiredCount());
        out.writeNumberField("running", line.running());
        out.writeNumberField("pending", line.pending());
        out.writeNumberField("healthy", line.healthy());
        out.writeNumberField("failed", line.deployment().failedTasks());
        out.writeEndObject();
    }

    private void events(World world, Explanation why) throws IOException {
        out.writeArrayFieldStart("events");
        List<ServiceEvent> newestFirst =
                ServiceRecords.events(world, why.service().arn()).reversed().stream()
                        .limit(MAX_EVENTS)
                        .toList();
        for (ServiceEvent each : newestFirst) {
            out.writeStartObject();
            time("at", each.createdAt());
            out.writeStringField("message", each.message());
            out.writeEndObject();
        }
        out.writeEndArray();
    }

    private void rollout(World world, ServiceDeployment rollout, List<Wait> waits)
            throws IOException {
        Lifecycle lifecycle = rollout.lifecycle();
        out.writeObjectFieldStart("deployment");
        out.writeStringField("arn", rollout.arn().text());
        out.writeStringField("status", rollout.status().name());
        text("statusReason", rollout.statusReason());
        time("createdAt", rollout.createdAt());
        time("startedAt", rollout.startedAt());
        time("finishedAt", rollout.finishedAt());
        out.writeStringField(
                "strategy", lifecycle == null ? "ROLLING" : lifecycle.shift().strategy().name());
        if (lifecycle != null) {
            stages(rollout, lifecycle, waits);
            traffic(world.serviceRevisions().get(rollout.target()), lifecycle);
            steps(lifecycle);
            out.writeArrayFieldStart("hooks");
            for (HookRun each : all(lifecycle)) {
                hook(each);
            }
            out.writeEndArray();
        }
        out.writeEndObject();
    }

    private static List<HookRun> all(Lifecycle lifecycle) {
        return Stream.concat(lifecycle.ended().stream(), lifecycle.runs().stream()).toList();
    }

    private void hook(HookRun run) throws IOException {
        out.writeStartObject();
        out.writeStringField("id", run.id());
        out.writeStringField("stage", run.stage().name());
        out.writeStringField("targetType", run.function() == null ? "PAUSE" : "AWS_LAMBDA");
        text("targetArn", run.function());
        out.writeStringField("status", run.status().name());
        time("expiresAt", run.expiresAt());
        out.writeStringField("timeoutAction", run.onTimeout().name());
        text("problem", run.problem());
        out.writeEndObject();
    }

    private void traffic(@Nullable ServiceRevision green, Lifecycle lifecycle) throws IOException {
        if (green == null) {
            return;
        }
        List<ServiceRevision.Pair> pairs =
                green.balanced().stream()
                        .map(ServiceRevision.Balanced::pair)
                        .filter(Objects::nonNull)
                        .toList();
        if (!pairs.isEmpty()) {
            out.writeNumberField("productionPercent", lifecycle.production() / PER_CENT);
        }
        if (pairs.stream().anyMatch(each -> each.testRule() != null)) {
            out.writeNumberField("testPercent", lifecycle.test() / PER_CENT);
        }
    }

    private void steps(Lifecycle lifecycle) throws IOException {
        if (lifecycle.shift().strategy() == Shift.Strategy.BLUE_GREEN) {
            return;
        }
        out.writeArrayFieldStart("steps");
        int part = 0;
        for (int step = 1; part < Shift.ALL; step++) {
            part = lifecycle.shift().after(step);
            out.writeStartObject();
            out.writeNumberField("percent", part / PER_CENT);
            out.writeStringField("state", stepState(lifecycle, step).name());
            out.writeEndObject();
        }
        out.writeEndArray();
    }

    /** A step is the present one while it bakes; then come the hooks before the one after it. */
    private static State stepState(Lifecycle lifecycle, int step) {
        if (step > lifecycle.steps()) {
            return State.TO_COME;
        }
        boolean bakes =
                step == lifecycle.steps()
                        && !lifecycle.goesBack()
                        && lifecycle.stage() == Stage.PRODUCTION_TRAFFIC_SHIFT;
        return bakes ? State.PRESENT : State.DONE;
    }

    /** How a stage or a step is. */
    private enum State {
        DONE,
        PRESENT,
        TO_COME,
        LEFT
    }

    private void stages(ServiceDeployment rollout, Lifecycle lifecycle, List<Wait> waits)
            throws IOException {
        Stage present = lifecycle.stage();
        Stage reached = lifecycle.reached();
        out.writeArrayFieldStart("stages");
        for (Stage each : forth(rollout, lifecycle)) {
            boolean here = each == present && (reached == null || reached == present);
            State state = here ? presentState(rollout) : state(each, present, reached);
            stage(each, state, false, lifecycle, waits);
        }
        for (Stage each : back(reached)) {
            State state =
                    each == present && present != reached
                            ? presentState(rollout)
                            : gone(each, present, reached) ? State.DONE : State.TO_COME;
            stage(each, state, true, lifecycle, waits);
        }
        out.writeEndArray();
    }

    private void stage(
            Stage stage, State state, boolean back, Lifecycle lifecycle, List<Wait> waits)
            throws IOException {
        out.writeStartObject();
        out.writeStringField("stage", stage.name());
        out.writeStringField("state", state.name());
        if (back) {
            out.writeBooleanField("back", true);
        }
        if (state == State.PRESENT) {
            time("since", lifecycle.since());
            time(
                    "until",
                    waits.stream()
                            .filter(each -> each.rule() == Wait.Rule.BAKE_TIME)
                            .map(Wait::until)
                            .filter(Objects::nonNull)
                            .findFirst()
                            .orElse(null));
        }
        out.writeEndObject();
    }

    /** The stages it goes through if all goes well; if it went back, those it had come to. */
    private static List<Stage> forth(ServiceDeployment rollout, Lifecycle lifecycle) {
        Stage reached = lifecycle.reached();
        List<Stage> stages = new ArrayList<>();
        for (Stage each : Stage.values()) {
            boolean needed =
                    each != Stage.RECONCILE_SERVICE
                            || rollout.sources().stream().distinct().count() > 1;
            if (needed && (reached == null || reached.reached(each))) {
                stages.add(each);
            }
        }
        return stages;
    }

    /** The stages of the way back, as the scheduler takes them; none: it does not go back. */
    private static List<Stage> back(@Nullable Stage reached) {
        List<Stage> stages = new ArrayList<>();
        if (reached != null) {
            for (Stage each : List.of(Stage.PRODUCTION_TRAFFIC_SHIFT, Stage.TEST_TRAFFIC_SHIFT)) {
                if (reached.compareTo(each) > 0) {
                    stages.add(each);
                }
            }
            stages.add(Stage.CLEAN_UP);
        }
        return stages;
    }

    private static State state(Stage stage, Stage present, @Nullable Stage reached) {
        if (reached != null) {
            return stage == reached ? State.LEFT : State.DONE;
        }
        return stage.compareTo(present) < 0 ? State.DONE : State.TO_COME;
    }

    /** Whether a stage of the way back lies behind. */
    private static boolean gone(Stage stage, Stage present, @Nullable Stage reached) {
        return present != reached
                && stage != Stage.CLEAN_UP
                && (present == Stage.CLEAN_UP || stage.compareTo(present) > 0);
    }

    private static State presentState(ServiceDeployment rollout) {
        return switch (rollout.status()) {
            case SUCCESSFUL, ROLLBACK_SUCCESSFUL -> State.DONE;
            case STOPPED, ROLLBACK_FAILED -> State.LEFT;
            case PENDING, IN_PROGRESS, STOP_REQUESTED, ROLLBACK_REQUESTED, ROLLBACK_IN_PROGRESS ->
                    State.PRESENT;
        };
    }

    private void time(String name, @Nullable Instant at) throws IOException {
        text(name, at == null ? null : at.toString());
    }

    private void text(String name, @Nullable String value) throws IOException {
        if (value != null) {
            out.writeStringField(name, value);
        }
    }
}
