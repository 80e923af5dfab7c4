package dev.dryberth.cli.rehearsal;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.dryberth.api.proxy.TrafficTap;
import dev.dryberth.cli.rehearsal.Endpoint.AwsApi;
import dev.dryberth.cli.rehearsal.Report.Verdict;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;

/**
 * Rolls a service out for trial, in a daemon of its own, and says what became of it.
 *
 * <p><b>Goal.</b> To know before the push whether a deployment would succeed, pause or roll back,
 * when, which rule would decide, and how many requests would fail meanwhile.
 *
 * <p><b>Constraints.</b> The service that is rehearsed is only read. Containers, health checks and
 * requests are real; only AWS's waits go faster, so what takes a container real time takes it so
 * many times longer on the service's clock.
 *
 * <p><b>Algorithm.</b> The service and what it stands on is laid out in the other daemon, and
 * becomes steady there with what it runs now. Requests begin, first to that for a while, so that
 * there is something to compare with. Then the service is updated; every quarter of a second the
 * daemon is asked how far it is, until the deployment is over, waits at a pause that nobody is to
 * end, or the limit is reached.
 */
public final class Rehearsal {

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final Duration LOOK_AGAIN = Duration.ofMillis(250);
    private static final double MILLIS_PER_SECOND = 1000;
    private static final double NO_WEIGHTS = -1;

    private final Stage stage;
    private final Wanted wanted;
    private final Consumer<String> progress;

    /** Where it is held: a daemon with nothing in it. */
    public interface Stage {

        Endpoint endpoint();

        /** From now on sees what its load balancers carry. */
        void tap(TrafficTap tap);

        /** Of each target of a service, as {@code id:port}, the ARN of its service revision. */
        Map<String, String> revisions(String serviceArn);
    }

    /**
     * What is rehearsed.
     *
     * @param newDefinition what is rolled out: DescribeTaskDefinition's or RegisterTaskDefinition's
     *     members
     * @param newName what the user calls it
     * @param rate requests a second; 0: none
     * @param before how long requests come before the roll-out begins
     * @param limit how long the roll-out may take on the machine's clock
     * @param goesOn whether pauses are ended at once
     */
    public record Wanted(
            String cluster,
            String service,
            JsonNode newDefinition,
            String newName,
            int rate,
            @Nullable Integer port,
            @Nullable String host,
            String path,
            List<InjectedFault> faults,
            List<String> faultTexts,
            Duration before,
            Duration limit,
            boolean goesOn,
            double speed) {}

    /**
     * A rehearsal to be held once.
     *
     * @param progress is told what is being done
     */
    public Rehearsal(Stage stage, Wanted wanted, Consumer<String> progress) {
        this.stage = stage;
        this.wanted = wanted;
        this.progress = progress;
    }

    /**
     * A service's ARN.
     *
     * @throws RehearsalException if there is none, or it is of a kind that can't be rehearsed
     */
    public static String serviceArn(Endpoint from, String cluster, String service) {
        return Blueprint.service(from, cluster, service).path("serviceArn").asText();
    }

    /** A task definition by its name or ARN, as it is described. */
    public static JsonNode taskDefinition(Endpoint from, String name) {
        return Blueprint.taskDefinition(from, name);
    }

    /**
     * Holds it.
     *
     * @param from the daemon that has the service
     * @throws RehearsalException if it can't be held
     */
    public Report hold(Endpoint from) throws InterruptedException {
        Blueprint blueprint = Blueprint.read(from, wanted.cluster(), wanted.service());
        progress.accept("laying %s out beside the original".formatted(wanted.service()));
        if (!blueprint.service().at("/deploymentConfiguration/lifecycleHooks").isEmpty()) {
            progress.accept("its hooks that are functions are called for real");
        }
        Endpoint here = stage.endpoint();
        Layout layout = new Layout(here, blueprint, Rehearsal::freePort);
        layout.build();
        JsonNode service = awaitSteady(here, layout.cluster());
        Tally tally =
                new Tally(
                        wanted.speed(),
                        wanted.faults(),
                        System::nanoTime,
                        () -> ThreadLocalRandom.current().nextDouble());
        stage.tap(tally);
        Visits visits =
                wanted.rate() == 0
                        ? null
                        : Visits.of(
                                here.page("/_dryberth/lb"),
                                service,
                                new Visits.Wanted(
                                        wanted.port() == null ? null : layout.port(wanted.port()),
                                        wanted.host(),
                                        wanted.path()));
        if (visits == null) {
            return roll(here, layout, service, blueprint, tally);
        }
        progress.accept(
                "%d requests a second to %s (Host: %s)"
                        .formatted(wanted.rate(), visits.url(), visits.host()));
        try (Load _ = new Load(visits, wanted.rate(), tally)) {
            Thread.sleep(wanted.before());
            return roll(here, layout, service, blueprint, tally);
        }
    }

    private static int freePort() {
        try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return probe.getLocalPort();
        } catch (IOException none) {
            throw new RehearsalException("no port is free: " + none.getMessage(), none);
        }
    }

    /** Waits until it is as the original: what it runs now, and nothing under way. */
    private JsonNode awaitSteady(Endpoint here, String cluster) throws InterruptedException {
        progress.accept("waiting until it runs as the original does");
        ObjectNode asked = JSON.objectNode().put("cluster", cluster);
        asked.putArray("services").add(wanted.service());
        Instant limit = Instant.now().plus(wanted.limit());
        while (true) {
            JsonNode service = here.call(AwsApi.ECS, "DescribeServices", asked).at("/services/0");
            String state = service.at("/deployments/0/rolloutState").asText();
            if (state.equals("COMPLETED")) {
                return service;
            }
            if (state.equals("FAILED") || Instant.now().isAfter(limit)) {
                throw new RehearsalException(
                        "what runs now does not become steady here, so nothing can be rolled out: "
                                + service.at("/events/0/message").asText(state));
            }
            Thread.sleep(LOOK_AGAIN);
        }
    }

    private Report roll(
            Endpoint here, Layout layout, JsonNode service, Blueprint blueprint, Tally tally)
            throws InterruptedException {
        String arn = service.path("serviceArn").asText();
        String page = "/_dryberth/deployment/" + URLEncoder.encode(arn, StandardCharsets.UTF_8);
        String before = here.page(page).at("/deployment/arn").asText();
        here.call(
                AwsApi.ECS,
                "UpdateService",
                JSON.objectNode()
                        .put("cluster", layout.cluster())
                        .put("service", wanted.service())
                        .put("taskDefinition", layout.register(wanted.newDefinition())));
        tally.rolled();
        progress.accept("rolling out " + wanted.newName());
        Course course = new Course(wanted.speed());
        Instant began = Instant.now();
        Instant limit = began.plus(wanted.limit());
        while (true) {
            JsonNode view = here.page(page);
            double at = Duration.between(began, Instant.now()).toMillis() / MILLIS_PER_SECOND;
            if (!view.at("/deployment/arn").asText().equals(before)) {
                tally.targets(targets(arn, course.look(view, at)));
                Verdict verdict = verdict(here, view, Instant.now().isAfter(limit));
                if (verdict != null) {
                    // Those of the new revision have gone by now, or come in the last moment.
                    tally.targets(targets(arn, course.newRevision()));
                    return report(blueprint, tally, course, view, verdict, at);
                }
            }
            Thread.sleep(LOOK_AGAIN);
        }
    }

    private Map<String, Boolean> targets(String service, String newRevision) {
        Map<String, Boolean> isNew = new LinkedHashMap<>();
        stage.revisions(service)
                .forEach((target, revision) -> isNew.put(target, revision.equals(newRevision)));
        return isNew;
    }

    /** Null: it goes on. */
    private @Nullable Verdict verdict(Endpoint here, JsonNode view, boolean late) {
        JsonNode deployment = view.path("deployment");
        String status = deployment.path("status").asText();
        if (deployment.has("finishedAt")) {
            return switch (status) {
                case "SUCCESSFUL" -> Verdict.SUCCEEDS;
                case "ROLLBACK_SUCCESSFUL" -> Verdict.ROLLS_BACK;
                default -> Verdict.FAILS;
            };
        }
        for (JsonNode each : deployment.path("hooks")) {
            if (each.path("status").asText().equals("AWAITING_ACTION")) {
                if (!wanted.goesOn()) {
                    return Verdict.PAUSES;
                }
                here.call(
                        AwsApi.ECS,
                        "ContinueServiceDeployment",
                        JSON.objectNode()
                                .put("serviceDeploymentArn", deployment.path("arn").asText())
                                .put("hookId", each.path("id").asText())
                                .put("action", "CONTINUE"));
            }
        }
        return late ? Verdict.UNDECIDED : null;
    }

    private Report report(
            Blueprint blueprint,
            Tally tally,
            Course course,
            JsonNode view,
            Verdict verdict,
            double at) {
        JsonNode deployment = view.path("deployment");
        List<String> events = new ArrayList<>();
        view.path("events").forEach(each -> events.addFirst(each.path("message").asText()));
        String old = blueprint.service().path("taskDefinition").asText();
        return new Report(
                blueprint.service().path("serviceName").asText(),
                old.substring(old.lastIndexOf('/') + 1),
                wanted.newName(),
                deployment.path("strategy").asText(),
                verdict,
                deployment.path("status").asText(),
                deployment.path("statusReason").asText(),
                at * wanted.speed(),
                at,
                wanted.speed(),
                wanted.rate(),
                wanted.faultTexts(),
                course.phases(at),
                tally.seconds(),
                course.samples(),
                events);
    }

    /** What was seen of a roll-out, look by look. */
    private static final class Course {

        private final double speed;
        private final List<Report.Sample> samples = new ArrayList<>();
        private final List<Report.Phase> phases = new ArrayList<>();
        private String newRevision = "";
        private String stage = "";
        private double since;

        Course(double speed) {
            this.speed = speed;
        }

        /** Looks once more; the ARN of the revision that is rolled out. */
        String look(JsonNode view, double machineSeconds) {
            double at = machineSeconds * speed;
            int olds = 0;
            int news = 0;
            for (JsonNode each : view.path("revisions")) {
                boolean isNew = each.path("role").asText().equals("NEW");
                if (isNew && newRevision.isEmpty()) {
                    newRevision = each.path("revision").asText();
                }
                if (each.path("revision").asText().equals(newRevision)) {
                    news += each.path("healthy").asInt();
                } else {
                    olds += each.path("healthy").asInt();
                }
            }
            String now = stage(view.path("deployment"));
            if (!now.equals(stage)) {
                enter(now, at);
            }
            double percent = view.at("/deployment/productionPercent").asDouble(NO_WEIGHTS);
            Report.Sample last = samples.isEmpty() ? null : samples.getLast();
            Report.Sample sample = new Report.Sample(at, now, percent, olds, news);
            if (last == null
                    || !last.stage().equals(now)
                    || last.productionPercent() != percent
                    || last.oldHealthy() != olds
                    || last.newHealthy() != news) {
                samples.add(sample);
            }
            return newRevision;
        }

        private void enter(String next, double at) {
            if (!stage.isEmpty()) {
                phases.add(new Report.Phase(stage, since, at));
            }
            stage = next;
            since = at;
        }

        private static String stage(JsonNode deployment) {
            for (JsonNode each : deployment.path("stages")) {
                if (each.path("state").asText().equals("PRESENT")) {
                    return (each.path("back").asBoolean() ? "back: " : "")
                            + each.path("stage").asText();
                }
            }
            return deployment.path("status").asText();
        }

        String newRevision() {
            return newRevision;
        }

        List<Report.Sample> samples() {
            return List.copyOf(samples);
        }

        List<Report.Phase> phases(double machineSeconds) {
            List<Report.Phase> all = new ArrayList<>(phases);
            all.add(new Report.Phase(stage, since, machineSeconds * speed));
            return all;
        }
    }
}
