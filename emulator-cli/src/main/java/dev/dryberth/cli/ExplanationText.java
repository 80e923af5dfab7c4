package dev.dryberth.cli;

import com.fasterxml.jackson.databind.JsonNode;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

/** An explanation's JSON as people read it. A section that has nothing in it is left out. */
final class ExplanationText {

    /** So many of a wait's tasks are named. */
    private static final int TASKS_NAMED = 3;

    private static final double MILLIS_PER_SECOND = 1000;

    private final StringBuilder text = new StringBuilder();
    private final JsonNode why;
    private final Instant now;

    private ExplanationText(JsonNode why) {
        this.why = why;
        this.now = Instant.parse(text(why, "now"));
    }

    static String of(JsonNode explanation) {
        return new ExplanationText(explanation).write();
    }

    private String write() {
        line("%s  %s".formatted(text(why, "service"), text(why, "status")));
        line(text(why, "summary"));
        counts(why.path("counts"));
        section("Waits for", "waits");
        for (JsonNode each : why.path("waits")) {
            line(
                    "  %-24s %s%s%s"
                            .formatted(
                                    text(each, "rule"),
                                    text(each, "text"),
                                    tasks(each.path("tasks")),
                                    time(each, "until", "until")));
        }
        section("Next", "next");
        for (JsonNode each : why.path("next")) {
            line("  %s%s".formatted(text(each, "text"), time(each, "at", "at")));
        }
        section("Refused and failed", "refused");
        for (JsonNode each : why.path("refused")) {
            line("  %s %s%s".formatted(at(each, "at"), subject(each), text(each, "reason")));
        }
        section("Deployments", "deployments");
        why.path("deployments").forEach(this::deployment);
        section("Tasks", "tasks");
        why.path("tasks").forEach(this::task);
        if (why.path("tasksLeftOut").asInt() > 0) {
            line("  and %d more".formatted(why.path("tasksLeftOut").asInt()));
        }
        return text.toString();
    }

    private void counts(JsonNode counts) {
        line(
                "desired %d, running %d, pending %d, healthy %d, stopping %d"
                        .formatted(
                                counts.path("desired").asInt(),
                                counts.path("running").asInt(),
                                counts.path("pending").asInt(),
                                counts.path("healthy").asInt(),
                                counts.path("stopping").asInt()));
        line(
                "at least %d healthy (minimumHealthyPercent %d), at most %d tasks (maximumPercent %d)"
                        .formatted(
                                counts.path("lower").asInt(),
                                counts.path("minimumHealthyPercent").asInt(),
                                counts.path("upper").asInt(),
                                counts.path("maximumPercent").asInt()));
    }

    /** Begins a section, unless there is nothing for it. */
    private void section(String title, String member) {
        if (!why.path(member).isEmpty()) {
            text.append(System.lineSeparator());
            line(title);
        }
    }

    private void deployment(JsonNode each) {
        line(
                "  %s %s %s, revision %s: %s"
                        .formatted(
                                text(each, "status"),
                                text(each, "id"),
                                last(text(each, "taskDefinition")),
                                last(text(each, "revision")),
                                text(each, "rolloutState")));
        line("    " + text(each, "rolloutStateReason"));
        line(
                "    desired %d, running %d, pending %d, healthy %d, failed %d%s%s%s"
                        .formatted(
                                each.path("desired").asInt(),
                                each.path("running").asInt(),
                                each.path("pending").asInt(),
                                each.path("healthy").asInt(),
                                each.path("failed").asInt(),
                                breaker(each.path("circuitBreaker")),
                                time(each, "launchNotBefore", "no launch before"),
                                time(each, "bakesUntil", "bakes until")));
    }

    private static String breaker(JsonNode breaker) {
        return breaker.isMissingNode()
                ? ""
                : "; circuit breaker at %d of %d failures"
                        .formatted(
                                breaker.path("failures").asInt(),
                                breaker.path("threshold").asInt());
    }

    private void task(JsonNode each) {
        line(
                "  %s %s %s: %s%s%s%s"
                        .formatted(
                                last(text(each, "task")),
                                last(text(each, "taskDefinition")),
                                text(each, "lastStatus"),
                                text(each, "standing"),
                                dash(text(each, "reason")),
                                dash(text(each, "stoppedReason")),
                                time(each, "until", "until")));
        for (JsonNode target : each.path("targets")) {
            line(
                    "    target %s port %d: %s%s%s"
                            .formatted(
                                    text(target, "id"),
                                    target.path("port").asInt(),
                                    text(target, "state"),
                                    dash(text(target, "reason")),
                                    time(target, "drainsUntil", "until")));
        }
    }

    private static String subject(JsonNode refusal) {
        return refusal.has("task")
                ? "task %s %s: ".formatted(last(text(refusal, "task")), text(refusal, "stopCode"))
                : "";
    }

    /** Of how many tasks a wait is, and the first of them. */
    private static String tasks(JsonNode arns) {
        if (arns.isEmpty()) {
            return "";
        }
        List<String> ids = new ArrayList<>();
        for (JsonNode each : arns) {
            if (ids.size() < TASKS_NAMED) {
                ids.add(last(each.asText()));
            }
        }
        int more = arns.size() - ids.size();
        return " [%s%s]".formatted(String.join(" ", ids), more > 0 ? " and " + more + " more" : "");
    }

    /** A time and how far from the explanation's own it is. */
    private String time(JsonNode node, String member, String word) {
        if (!node.has(member)) {
            return "";
        }
        Instant at = at(node, member);
        double seconds = Duration.between(now, at).toMillis() / MILLIS_PER_SECOND;
        return seconds < 0
                ? ", %s %s".formatted(word, at)
                : ", %s %s (in %.1f s)".formatted(word, at, seconds);
    }

    /** Nobody reads nanoseconds. */
    private static Instant at(JsonNode node, String member) {
        return Instant.parse(text(node, member)).truncatedTo(ChronoUnit.MILLIS);
    }

    private static String dash(String text) {
        return text.isEmpty() ? "" : " - " + text;
    }

    /** What stands behind an ARN's last slash. */
    private static String last(String arn) {
        return arn.substring(arn.lastIndexOf('/') + 1);
    }

    private static String text(JsonNode node, String member) {
        return node.path(member).asText();
    }

    private void line(String content) {
        text.append(content).append(System.lineSeparator());
    }
}
