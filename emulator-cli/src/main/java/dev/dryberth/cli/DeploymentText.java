package dev.dryberth.cli;

import com.fasterxml.jackson.databind.JsonNode;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * How far a roll-out is, as lines for people: the daemon's JSON in, one frame out. A part there is
 * nothing to say of is left out. Its length has a limit, so that a frame fits a terminal.
 */
final class DeploymentText {

    /** Stages and steps go on in the next line where they are longer. */
    private static final int WIDTH = 96;

    private static final int TITLE_WIDTH = 12;
    private static final int BAR_WIDTH = 40;
    private static final int SHORT_BAR_WIDTH = 12;

    /** Hooks, waits and what comes next; of the last of each so many are shown. */
    private static final int MAX_SHOWN = 4;

    private static final int MAX_EVENTS = 5;
    private static final Duration COUNTED_IN_SECONDS = Duration.ofMinutes(2);
    private static final double MILLIS_PER_SECOND = 1000;
    private static final double PER_CENT = 100;

    private final List<String> lines = new ArrayList<>();
    private final JsonNode view;
    private final JsonNode deployment;
    private final DeploymentMarks marks;
    private final Instant now;

    private DeploymentText(JsonNode view, DeploymentMarks marks) {
        this.view = view;
        this.deployment = view.path("deployment");
        this.marks = marks;
        this.now = Instant.parse(text(view, "now"));
    }

    /** One frame. */
    static List<String> lines(JsonNode view, DeploymentMarks marks) {
        return new DeploymentText(view, marks).write();
    }

    private List<String> write() {
        lines.add(
                "%s  %s  %s  %s"
                        .formatted(
                                last(text(view, "service")),
                                last(text(deployment, "arn")),
                                text(deployment, "strategy"),
                                text(deployment, "status") + age()));
        if (deployment.has("statusReason")) {
            lines.add(text(deployment, "statusReason"));
        }
        flow("Stages", deployment.path("stages"), this::stage);
        view.path("revisions").forEach(this::revision);
        if (view.path("stopping").asInt() > 0) {
            titled("Stopping", "tasks: %d".formatted(view.path("stopping").asInt()));
        }
        traffic("Production", "productionPercent");
        traffic("Test", "testPercent");
        flow("Steps", deployment.path("steps"), this::step);
        hooks();
        rows("Waits for", view.path("waits"), this::wait, MAX_SHOWN);
        rows("Next", view.path("next"), this::next, MAX_SHOWN);
        rows("Events", view.path("events"), this::event, MAX_EVENTS);
        return List.copyOf(lines);
    }

    /** For how long it has been going on, or went on. */
    private String age() {
        String from = deployment.has("startedAt") ? "startedAt" : "createdAt";
        return deployment.has("finishedAt")
                ? " after " + lasts(at(deployment, from), at(deployment, "finishedAt"))
                : " for " + lasts(at(deployment, from), now);
    }

    /** One thing as text. */
    private interface Format {
        String of(JsonNode node);
    }

    private String mark(JsonNode node) {
        return switch (text(node, "state")) {
            case "DONE" -> marks.done;
            case "PRESENT" -> marks.present;
            case "LEFT" -> marks.left;
            default -> marks.toCome;
        };
    }

    private String stage(JsonNode node) {
        return "%s %s%s%s"
                .formatted(
                        mark(node),
                        node.path("back").asBoolean() ? "back: " : "",
                        text(node, "stage"),
                        progress(node));
    }

    /** How long the present stage has taken, and of how long. */
    private String progress(JsonNode node) {
        if (!node.has("since")) {
            return "";
        }
        Instant since = at(node, "since");
        if (!node.has("until")) {
            return " " + lasts(since, now);
        }
        Instant until = at(node, "until");
        double part =
                (double) Duration.between(since, now).toMillis()
                        / Math.max(1, Duration.between(since, until).toMillis());
        return " %s %s of %s"
                .formatted(
                        marks.bar(part, SHORT_BAR_WIDTH), lasts(since, now), lasts(since, until));
    }

    /** A step's bake time is that of the present stage. */
    private String step(JsonNode node) {
        String progress = "";
        if (text(node, "state").equals("PRESENT")) {
            for (JsonNode stage : deployment.path("stages")) {
                if (text(stage, "state").equals("PRESENT")) {
                    progress = progress(stage);
                }
            }
        }
        return "%s %s%s".formatted(mark(node), percent(node.path("percent").asDouble()), progress);
    }

    /** Things side by side, in as many lines as they take. */
    private void flow(String title, JsonNode nodes, Format format) {
        StringBuilder line = new StringBuilder();
        String titleLeft = title;
        for (JsonNode each : nodes) {
            String piece = format.of(each);
            if (!line.isEmpty() && line.length() + piece.length() > WIDTH - TITLE_WIDTH) {
                titled(titleLeft, line.toString());
                titleLeft = "";
                line.setLength(0);
            }
            line.append(line.isEmpty() ? "" : "  ").append(piece);
        }
        if (!line.isEmpty()) {
            titled(titleLeft, line.toString());
        }
    }

    private void revision(JsonNode each) {
        int desired = view.path("desired").asInt();
        int healthy = each.path("healthy").asInt();
        double part = desired == 0 ? 0 : (double) healthy / desired;
        titled(
                text(each, "role").equals("NEW") ? "New" : "Old",
                "%s %s of %d healthy (%s)  %s, running %d, pending %d%s"
                        .formatted(
                                marks.bar(part, SHORT_BAR_WIDTH),
                                healthy,
                                desired,
                                percent(part * PER_CENT),
                                last(text(each, "taskDefinition")),
                                each.path("running").asInt(),
                                each.path("pending").asInt(),
                                each.path("failed").asInt() == 0
                                        ? ""
                                        : ", failed " + each.path("failed").asInt()));
    }

    private void traffic(String title, String member) {
        if (deployment.has(member)) {
            double part = deployment.path(member).asDouble();
            titled(
                    title,
                    "%s new %s, old %s"
                            .formatted(
                                    marks.bar(part / PER_CENT, BAR_WIDTH),
                                    percent(part),
                                    percent(PER_CENT - part)));
        }
    }

    /** The last ones, which are those that count. */
    private void hooks() {
        JsonNode hooks = deployment.path("hooks");
        for (int i = Math.max(0, hooks.size() - MAX_SHOWN); i < hooks.size(); i++) {
            JsonNode each = hooks.get(i);
            String status = text(each, "status");
            boolean open = status.equals("AWAITING_ACTION") || status.equals("IN_PROGRESS");
            titled(
                    i == Math.max(0, hooks.size() - MAX_SHOWN) ? "Hooks" : "",
                    "%s %s %s%s%s%s"
                            .formatted(
                                    text(each, "stage"),
                                    status,
                                    text(each, "id"),
                                    each.has("targetArn") ? " " + text(each, "targetArn") : "",
                                    dash(text(each, "problem")),
                                    open
                                            ? "%s (then %s)"
                                                    .formatted(
                                                            until(each, "expiresAt", "until"),
                                                            text(each, "timeoutAction"))
                                            : ""));
        }
    }

    private void rows(String title, JsonNode nodes, Format format, int limit) {
        for (int i = 0; i < Math.min(limit, nodes.size()); i++) {
            titled(i == 0 ? title : "", format.of(nodes.get(i)));
        }
        if (nodes.size() > limit && !title.equals("Events")) {
            titled("", "and %d more".formatted(nodes.size() - limit));
        }
    }

    private String wait(JsonNode node) {
        return text(node, "rule") + ": " + text(node, "text") + until(node, "until", "until");
    }

    private String next(JsonNode node) {
        return text(node, "text") + until(node, "at", "at");
    }

    private String event(JsonNode node) {
        return at(node, "at") + " " + text(node, "message");
    }

    /** A time and how far away it is. */
    private String until(JsonNode node, String member, String word) {
        if (!node.has(member)) {
            return "";
        }
        Instant at = at(node, member);
        return at.isAfter(now)
                ? ", %s %s (in %s)".formatted(word, at, lasts(now, at))
                : ", %s %s".formatted(word, at);
    }

    private void titled(String title, String content) {
        String room = " ".repeat(Math.max(0, TITLE_WIDTH - title.length()));
        lines.add((title + room + content).stripTrailing());
    }

    /** Nobody counts many seconds, or the tenths of them. */
    private static String lasts(Instant from, Instant to) {
        Duration time = to.isBefore(from) ? Duration.ZERO : Duration.between(from, to);
        if (time.compareTo(COUNTED_IN_SECONDS) < 0) {
            return String.format(Locale.ROOT, "%.1f s", time.toMillis() / MILLIS_PER_SECOND);
        }
        return time.toHours() == 0
                ? "%d min %d s".formatted(time.toMinutes(), time.toSecondsPart())
                : "%d h %d min".formatted(time.toHours(), time.toMinutesPart());
    }

    private static String percent(double part) {
        return part == Math.rint(part)
                ? String.format(Locale.ROOT, "%.0f %%", part)
                : String.format(Locale.ROOT, "%.1f %%", part);
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
}
