package dev.dryberth.cli.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import software.amazon.awssdk.services.ecs.model.ContainerDefinition;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** A service from its creation to its end with the stock AWS CLI, its waiters and real tasks. */
class ServicesIT {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int PORT = 80;
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(50);

    private static DaemonUnderTest daemon;
    private static AwsCli cli;
    private static TaskBench bench;
    private static HttpClient http;

    @BeforeAll
    static void start() {
        daemon = DaemonUnderTest.startWithoutPool("10.248.0.0/16");
        bench = new TaskBench(daemon);
        cli = new AwsCli(daemon, "--output", "json", "ecs");
        http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    }

    @AfterAll
    static void close() {
        http.close();
        cli.close();
        daemon.close();
    }

    private static JsonNode service(String operation, String... arguments) {
        List<String> all = new ArrayList<>(List.of(operation, "--cluster", TaskBench.CLUSTER));
        all.addAll(List.of(arguments));
        try {
            return JSON.readTree(cli.run(all.toArray(String[]::new)).output()).path("service");
        } catch (JsonProcessingException e) {
            throw new AssertionError("no JSON", e);
        }
    }

    private static JsonNode describe(String name) {
        String output =
                cli.run("describe-services", "--cluster", TaskBench.CLUSTER, "--services", name)
                        .output();
        try {
            return JSON.readTree(output).at("/services/0");
        } catch (JsonProcessingException e) {
            throw new AssertionError("no JSON", e);
        }
    }

    private static void waitUntil(String waiter, String name) {
        cli.run("wait", waiter, "--cluster", TaskBench.CLUSTER, "--services", name).output();
    }

    private static String define(String family, String says) {
        return bench.fargate(family, bench.container("app", TaskBench.server(says, PORT)));
    }

    /** What the tasks of a service answer: the image that runs counts, not what is said of it. */
    private static Set<String> answers(String name) {
        return new TreeSet<>(answersOfEach(name));
    }

    private static List<String> answersOfEach(String name) {
        List<String> answers = new ArrayList<>();
        List<String> tasks =
                daemon.ecs()
                        .listTasks(request -> request.cluster(TaskBench.CLUSTER).serviceName(name))
                        .taskArns();
        for (String task : tasks) {
            answers.add(get("http://" + TaskBench.address(bench.describe(task)) + "/"));
        }
        return answers;
    }

    private static String get(String url) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url)).timeout(PATIENCE).build();
        try {
            return http.send(request, HttpResponse.BodyHandlers.ofString()).body().strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    @Test
    void rollsFromOneRevisionToTheNextAndDrains() {
        JsonNode created =
                service(
                        "create-service",
                        "--service-name",
                        "web",
                        "--task-definition",
                        define("web", "one"),
                        "--desired-count",
                        "2",
                        "--launch-type",
                        "FARGATE",
                        "--network-configuration",
                        "awsvpcConfiguration={subnets=[" + daemon.subnets().getFirst() + "]}");
        assertThat(created.path("status").asText()).isEqualTo("ACTIVE");
        assertThat(created.at("/deployments/0/rolloutState").asText()).isEqualTo("IN_PROGRESS");
        waitUntil("services-stable", "web");
        assertThat(answers("web")).containsExactly("one");

        String second = define("web", "two");
        service("update-service", "--service", "web", "--task-definition", "web");
        waitUntil("services-stable", "web");
        assertThat(answers("web")).containsExactly("two");
        JsonNode rolled = describe("web");
        assertThat(rolled.path("taskDefinition").asText()).isEqualTo(second);
        assertThat(rolled.path("runningCount").asInt()).isEqualTo(2);
        assertThat(rolled.path("pendingCount").asInt()).isZero();
        assertThat(rolled.path("deployments")).hasSize(1);
        await("a completed deployment")
                .pollInterval(LOOK_AGAIN)
                .atMost(PATIENCE)
                .until(() ->
                        describe("web")
                                .at("/deployments/0/rolloutState")
                                .asText()
                                .equals("COMPLETED"));
        assertThat(describe("web").at("/events/0/message").asText())
                .isEqualTo("(service web) has reached a steady state.");

        service("update-service", "--service", "web", "--desired-count", "0");
        waitUntil("services-stable", "web");
        assertThat(answers("web")).isEmpty();
        service("update-service", "--service", "web", "--desired-count", "1");
        waitUntil("services-stable", "web");
        assertThat(answers("web")).containsExactly("two");

        assertThat(
                        cli.run(
                                        "delete-service",
                                        "--cluster",
                                        TaskBench.CLUSTER,
                                        "--service",
                                        "web")
                                .err())
                .contains("The service cannot be stopped while it is scaled above 0.");
        assertThat(service("delete-service", "--service", "web", "--force").path("status").asText())
                .isEqualTo("DRAINING");
        waitUntil("services-inactive", "web");
        assertThat(describe("web").path("status").asText()).isEqualTo("INACTIVE");
        assertThat(answers("web")).isEmpty();
    }

    @Test
    void aRevisionRunsTheImageItBeganWithAlthoughItsTagMoved() {
        String tag = "dryberth-test/pinned:" + ProcessHandle.current().pid();
        try (DockerView docker = new DockerView("none")) {
            List<String> built = new ArrayList<>();
            try {
                built.add(docker.build(tag, saying("one")));
                service(
                        "create-service",
                        "--service-name",
                        "pinned",
                        "--task-definition",
                        bench.fargate(
                                "pinned", ContainerDefinition.builder().name("app").image(tag)),
                        "--desired-count",
                        "1",
                        "--launch-type",
                        "FARGATE",
                        "--network-configuration",
                        "awsvpcConfiguration={subnets=[" + daemon.subnets().getFirst() + "]}");
                waitUntil("services-stable", "pinned");
                assertThat(digest("pinned")).startsWith("sha256:" + built.getFirst());

                built.add(docker.build(tag, saying("two")));
                service("update-service", "--service", "pinned", "--desired-count", "2");
                waitUntil("services-stable", "pinned");
                assertThat(answersOfEach("pinned")).containsExactly("one", "one");

                service("update-service", "--service", "pinned", "--force-new-deployment");
                waitUntil("services-stable", "pinned");
                assertThat(answersOfEach("pinned")).containsExactly("two", "two");

                service("delete-service", "--service", "pinned", "--force");
                waitUntil("services-inactive", "pinned");
            } finally {
                built.forEach(docker::removeImage);
            }
        }
    }

    private static String saying(String text) {
        return "FROM %s\nCMD [\"sh\", \"-c\", \"%s\"]\n"
                .formatted(TaskBench.busybox(), TaskBench.server(text, PORT));
    }

    /** The image that the newest revision of a service is pinned to. */
    private static String digest(String name) {
        String revision = describe(name).at("/currentServiceRevisions/0/arn").asText();
        return daemon.ecs()
                .describeServiceRevisions(request -> request.serviceRevisionArns(revision))
                .serviceRevisions()
                .getFirst()
                .containerImages()
                .getFirst()
                .imageDigest();
    }
}
