package dev.dryberth.cli;

import com.fasterxml.jackson.databind.JsonNode;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Predicate;

/**
 * The journey {@code dryberth demo} shows: a task definition registered, run and reached, with
 * nothing but AWS's API and the task's own address. Every step that does not happen in time ends
 * the demo with what was seen instead.
 */
final class Demo {
    private static final Duration STEP_LIMIT = Duration.ofSeconds(60);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(50);
    private static final Duration REQUEST_LIMIT = Duration.ofSeconds(2);
    private static final int OK = 200;

    private static final String IMAGE = "\"busybox\"";

    private final DaemonClient daemon;
    private final String image;
    private final PrintStream out;
    private final Instant start = Instant.now();
    private @Nullable String taskArn;

    /**
     * A demo to be run once.
     *
     * @param image takes the place of busybox in the example
     */
    Demo(DaemonClient daemon, String image, PrintStream out) {
        this.image = image;
        this.daemon = daemon;
        this.out = out;
    }

    /** Runs the example to the HTTP answer of its container. */
    void run() {
        startTask(exampleDefinition().replace(IMAGE, '"' + image + '"'));
        JsonNode task = await("RUNNING", Demo::isRunning);
        String address = address(task);
        step("the task is RUNNING at " + address + " (app started after init had exited with 0)");
        step("GET http://%s/ answered: %s".formatted(address, request(address)));
        await(
                "the sidecar reaches the app",
                t -> container(t, "sidecar").path("exitCode").asInt(-1) == 0);
        step("its sidecar reached it on 127.0.0.1 too");
    }

    private void startTask(String example) {
        daemon.ecs("CreateCluster", "{\"clusterName\":\"default\"}");
        String definition =
                daemon.ecs("RegisterTaskDefinition", example)
                        .at("/taskDefinition/taskDefinitionArn")
                        .asText();
        step("registered " + definition);
        String subnet = daemon.get("/_dryberth/network").at("/vpcs/0/subnets/0/id").asText();
        JsonNode answer =
                daemon.ecs(
                        "RunTask",
                        """
                        {"taskDefinition": "%s", "launchType": "FARGATE",
                         "networkConfiguration": {"awsvpcConfiguration": {"subnets": ["%s"]}}}\
                        """
                                .formatted(definition, subnet));
        if (!answer.at("/failures").isEmpty()) {
            throw new CommandFailure("RunTask placed nothing: " + answer.at("/failures"));
        }
        taskArn = answer.at("/tasks/0/taskArn").asText();
        step("asked for a task in " + subnet + ": " + taskArn);
    }

    void stopTask() {
        daemon.ecs(
                "StopTask",
                "{\"task\": \"%s\", \"reason\": \"The demo is over\"}".formatted(taskArn));
        JsonNode task = await("STOPPED", t -> t.path("lastStatus").asText().equals("STOPPED"));
        step("the task is STOPPED, app exited with " + container(task, "app").path("exitCode"));
    }

    void showWhatToTryNext() {
        out.printf(
                """

                The daemon stays until Ctrl-C and then removes all of this. In another terminal, try

                  export AWS_ENDPOINT_URL=%s AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test
                  export AWS_REGION=us-east-1 AWS_DEFAULT_REGION=us-east-1
                  aws ecs describe-tasks --tasks %s
                  aws ecs stop-task --task %s
                  aws ecs wait tasks-stopped --tasks %s
                  docker ps

                """,
                daemon.endpoint(), taskArn, taskArn, taskArn);
        out.flush();
    }

    private void step(String what) {
        out.printf("%6d ms  %s%n", Duration.between(start, Instant.now()).toMillis(), what);
        out.flush();
    }

    private JsonNode await(String what, Predicate<JsonNode> reached) {
        Instant limit = Instant.now().plus(STEP_LIMIT);
        while (true) {
            JsonNode task =
                    daemon.ecs("DescribeTasks", "{\"tasks\": [\"%s\"]}".formatted(taskArn))
                            .at("/tasks/0");
            if (reached.test(task)) {
                return task;
            }
            boolean stopped = task.path("lastStatus").asText().equals("STOPPED");
            if (stopped || Instant.now().isAfter(limit)) {
                throw new CommandFailure(
                        "the task did not get there (" + what + "): " + task.toPrettyString());
            }
            pause();
        }
    }

    private static boolean isRunning(JsonNode task) {
        return task.path("lastStatus").asText().equals("RUNNING");
    }

    private static JsonNode container(JsonNode task, String name) {
        for (JsonNode container : task.path("containers")) {
            if (container.path("name").asText().equals(name)) {
                return container;
            }
        }
        throw new CommandFailure(
                "the task has no container " + name + ": " + task.toPrettyString());
    }

    private static String address(JsonNode task) {
        for (JsonNode detail : task.at("/attachments/0/details")) {
            if (detail.path("name").asText().equals("privateIPv4Address")) {
                return detail.path("value").asText();
            }
        }
        throw new CommandFailure("the task has no address: " + task.toPrettyString());
    }

    /**
     * The container runs from the moment its process does; its server may need a moment more to
     * listen.
     */
    private String request(String address) {
        Instant limit = Instant.now().plus(STEP_LIMIT);
        try (HttpClient http = HttpClient.newBuilder().connectTimeout(REQUEST_LIMIT).build()) {
            HttpRequest request =
                    HttpRequest.newBuilder(URI.create("http://" + address + "/"))
                            .timeout(REQUEST_LIMIT)
                            .build();
            while (true) {
                try {
                    HttpResponse<String> response =
                            http.send(request, HttpResponse.BodyHandlers.ofString());
                    if (response.statusCode() == OK) {
                        return response.body().strip();
                    }
                    throw new CommandFailure(
                            "http://" + address + "/ answered " + response.statusCode());
                } catch (IOException e) {
                    if (Instant.now().isAfter(limit)) {
                        throw new CommandFailure("http://" + address + "/ did not answer: " + e, e);
                    }
                }
                pause();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandFailure("interrupted", e);
        }
    }

    private static void pause() {
        try {
            Thread.sleep(LOOK_AGAIN);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandFailure("interrupted", e);
        }
    }

    private static String exampleDefinition() {
        try (InputStream example =
                Demo.class.getResourceAsStream("/examples/hello/task-definition.json")) {
            if (example == null) {
                throw new IllegalStateException(
                        "the jar lacks examples/hello/task-definition.json");
            }
            return new String(example.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new CommandFailure("the example can't be read: " + e, e);
        }
    }
}
