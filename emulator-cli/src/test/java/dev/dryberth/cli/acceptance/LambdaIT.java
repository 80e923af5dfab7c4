package dev.dryberth.cli.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;

import dev.dryberth.core.runtime.docker.BusyboxImage;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import software.amazon.awssdk.services.ecs.model.DeploymentConfiguration;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/**
 * Functions whose image speaks Lambda's runtime API from a shell script, called by the AWS CLI, a
 * load balancer and a deployment.
 */
@SuppressWarnings("unchecked") // The builders take lambdas as varargs.
class LambdaIT {

    private static final String FUNCTION = "arn:aws:lambda:us-east-1:000000000000:function:hello";
    private static final String ROLE = "arn:aws:iam::000000000000:role/functions";
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(50);

    /** A runtime: one connection, on which it asks, answers and asks again. */
    private static final String LOOP =
            """
            #!/bin/sh
            cr=$(printf '\\r')
            read_message() {
                length=0
                while IFS= read -r line; do
                    line=${line%"$cr"}
                    case $line in
                    [Cc]ontent-[Ll]ength:*) length=${line#*: } ;;
                    Lambda-Runtime-Aws-Request-Id:*) id=${line#*: } ;;
                    '') break ;;
                    esac
                done
                message=$(dd bs=1 count="$length" 2>/dev/null)
            }
            runtime=/2018-06-01/runtime/invocation
            while :; do
                printf 'GET %s/next HTTP/1.1\\r\\nHost: runtime\\r\\n\\r\\n' $runtime
                read_message
                echo "got $message" >&2
                kind=response
                body='{"statusCode":200,"body":"SAYS","hookStatus":"SUCCEEDED","colour":"'$COLOUR'"}'
                case $message in
                *fail*) kind=error body='{"errorType":"Refusal","errorMessage":"no"}' ;;
                *exit*) exit 7 ;;
                *hang*) sleep 60 ;;
                esac
                printf 'POST %s/%s/%s HTTP/1.1\\r\\nHost: runtime\\r\\nContent-Length: %d\\r\\n\\r\\n%s' \\
                    $runtime "$id" $kind ${#body} "$body"
                read_message
            done
            """;

    private static DaemonUnderTest daemon;
    private static DockerView docker;
    private static AwsCli lambda;
    private static HttpClient http;

    @TempDir private Path directory;

    @BeforeAll
    static void start() {
        new BusyboxImage(System.getenv("DOCKER_HOST")).ensureBuilt();
        daemon = DaemonUnderTest.startWithoutPool("10.200.0.0/16", "--speed", FrontedService.SPEED);
        docker = new DockerView(daemon.instance());
        lambda = new AwsCli(daemon, "lambda");
        http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    }

    @AfterAll
    static void close() {
        lambda.close();
        http.close();
        docker.close();
        daemon.close();
    }

    private static String image(String says) {
        String tag = "dryberth/lambda-it:" + says;
        String loop =
                Base64.getEncoder().encodeToString(LOOP.replace("SAYS", says).getBytes(UTF_8));
        docker.build(
                tag,
                """
                FROM %s
                CMD ["sh", "-c", "echo %s | base64 -d > /tmp/loop && chmod +x /tmp/loop && exec nc ${AWS_LAMBDA_RUNTIME_API%%:*} ${AWS_LAMBDA_RUNTIME_API#*:} -e /tmp/loop"]
                """
                        .formatted(BusyboxImage.BUILT, loop));
        return tag;
    }

    private record Answer(JsonNode head, String payload) {}

    private Answer invoke(String payload, String... more) {
        Path out = directory.resolve("out");
        List<String> arguments =
                new java.util.ArrayList<>(
                        List.of("invoke", "--function-name", "hello", "--payload", payload));
        arguments.addAll(Arrays.asList(more));
        arguments.add(out.toString());
        JsonNode head = lambda.json(arguments.toArray(String[]::new));
        try {
            return new Answer(head, Files.readString(out));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static void awaitContainers(int count) {
        await("%d containers of the function".formatted(count))
                .pollInterval(LOOK_AGAIN)
                .atMost(PATIENCE)
                .until(() -> functionContainers().size() == count);
    }

    private static List<String> functionContainers() {
        return docker.containers().stream()
                .filter(each -> "function".equals(each.getLabels().get("dev.dryberth.role")))
                .map(com.github.dockerjava.api.model.Container::getId)
                .toList();
    }

    @Test
    void aFunctionLivesAndIsCalledFromEverywhere() throws Exception {
        String one = image("one");
        String two = image("two");
        try {
            create(one);
            call();
            itsContainerIsHeldToTheRules();
            fail();
            update(two);
            survive();
            standBehindALoadBalancer();
            passADeployment();
            delete();
        } finally {
            docker.removeImage(one);
            docker.removeImage(two);
        }
    }

    private static void create(String image) {
        String[] create = {
            "create-function",
            "--function-name",
            "hello",
            "--package-type",
            "Image",
            "--code",
            "ImageUri=" + image,
            "--role",
            ROLE,
            "--timeout",
            "2",
            "--memory-size",
            "256",
            "--environment",
            "Variables={COLOUR=blue}"
        };
        JsonNode made = lambda.json(create);
        assertThat(made.path("State").asText()).isEqualTo("Pending");
        lambda.run("wait", "function-active-v2", "--function-name", "hello").output();
        Shell.Ended again = lambda.run(create);
        assertThat(again.err())
                .contains(
                        "An error occurred (ResourceConflictException) when calling the CreateFunction operation: Function already exist: hello");
        JsonNode got = lambda.json("get-function", "--function-name", FUNCTION);
        assertThat(got.at("/Configuration/State").asText()).isEqualTo("Active");
        assertThat(got.at("/Code/ImageUri").asText()).isEqualTo(image);
        assertThat(lambda.json("list-functions").at("/Functions/0/FunctionName").asText())
                .isEqualTo("hello");
    }

    private void call() {
        Answer answer = invoke("{\"a\": 1}", "--log-type", "Tail");
        assertThat(answer.payload())
                .isEqualTo(
                        "{\"statusCode\":200,\"body\":\"one\",\"hookStatus\":\"SUCCEEDED\",\"colour\":\"blue\"}");
        assertThat(answer.head().path("StatusCode").asInt()).isEqualTo(200);
        assertThat(answer.head().path("ExecutedVersion").asText()).isEqualTo("$LATEST");
        assertThat(answer.head().has("FunctionError")).isFalse();
        assertThat(
                        new String(
                                Base64.getDecoder()
                                        .decode(answer.head().path("LogResult").asText()),
                                UTF_8))
                .startsWith("START RequestId: ")
                .contains("\ngot {\"a\": 1}\nEND RequestId: ");
        assertThat(invoke("{}", "--invocation-type", "DryRun").head().path("StatusCode").asInt())
                .isEqualTo(204);
        assertThat(invoke("{}", "--invocation-type", "Event").head().path("StatusCode").asInt())
                .isEqualTo(202);
        invoke("{}");
        awaitContainers(1);
    }

    private void itsContainerIsHeldToTheRules() throws Exception {
        var container = docker.inspect(functionContainers().getFirst());
        assertThat(container.getHostConfig().getMemory()).isEqualTo(256L * 1024 * 1024);
        String api =
                Arrays.stream(container.getConfig().getEnv())
                        .filter(each -> each.startsWith("AWS_LAMBDA_RUNTIME_API="))
                        .findFirst()
                        .orElseThrow()
                        .split("=", 2)[1];
        // Nobody else can take its calls.
        HttpRequest next =
                HttpRequest.newBuilder(
                                URI.create("http://" + api + "/2018-06-01/runtime/invocation/next"))
                        .timeout(PATIENCE)
                        .build();
        assertThat(http.send(next, BodyHandlers.ofString()).statusCode()).isEqualTo(403);
    }

    private void fail() {
        Answer refused = invoke("{\"fail\": 1}");
        assertThat(refused.head().path("FunctionError").asText()).isEqualTo("Unhandled");
        assertThat(refused.payload())
                .isEqualTo("{\"errorType\":\"Refusal\",\"errorMessage\":\"no\"}");
        assertThat(invoke("{\"exit\": 1}").payload())
                .contains("\"errorType\":\"Runtime.ExitError\"", "exit status 7");
        Answer late = invoke("{\"hang\": 1}");
        assertThat(late.head().path("FunctionError").asText()).isEqualTo("Unhandled");
        assertThat(late.payload()).contains("Task timed out after 2.00 seconds");
        awaitContainers(0);
    }

    private void update(String image) {
        assertThat(
                        lambda.json(
                                        "update-function-code",
                                        "--function-name",
                                        "hello",
                                        "--image-uri",
                                        image)
                                .path("LastUpdateStatus")
                                .asText())
                .isEqualTo("InProgress");
        lambda.run("wait", "function-updated-v2", "--function-name", "hello").output();
        assertThat(invoke("{}").payload()).contains("\"body\":\"two\"");
    }

    private void survive() {
        String before = functionContainers().getFirst();
        daemon.kill9();
        daemon.restart();
        assertThat(invoke("{}").payload()).contains("\"body\":\"two\"");
        await("the container of before to be gone")
                .pollInterval(LOOK_AGAIN)
                .atMost(PATIENCE)
                .until(() -> !functionContainers().contains(before));
        awaitContainers(1);
    }

    private static void standBehindALoadBalancer() throws Exception {
        var elb = daemon.elb();
        String balancer =
                elb.createLoadBalancer(request -> request.name("front").subnets(daemon.subnets()))
                        .loadBalancers()
                        .getFirst()
                        .loadBalancerArn();
        String group =
                elb.createTargetGroup(request -> request.name("hello").targetType("lambda"))
                        .targetGroups()
                        .getFirst()
                        .targetGroupArn();
        elb.registerTargets(
                request -> request.targetGroupArn(group).targets(to -> to.id(FUNCTION)));
        int port = freePort();
        elb.createListener(request ->
                request.loadBalancerArn(balancer)
                        .protocol("HTTP")
                        .port(port)
                        .defaultActions(action -> action.type("forward").targetGroupArn(group)));
        HttpRequest get =
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/")).build();
        await("the load balancer")
                .pollInterval(LOOK_AGAIN)
                .atMost(PATIENCE)
                .ignoreExceptions()
                .until(() -> http.send(get, BodyHandlers.ofString()).body().equals("two"));
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private static void passADeployment() {
        FrontedService service =
                FrontedService.shifting(
                        daemon,
                        new TaskBench(daemon),
                        "gated",
                        FrontedService.server("one"),
                        "/",
                        DeploymentConfiguration.builder()
                                .strategy("BLUE_GREEN")
                                .bakeTimeInMinutes(0)
                                .lifecycleHooks(hook ->
                                        hook.hookTargetArn(FUNCTION)
                                                .roleArn(ROLE)
                                                .lifecycleStagesWithStrings("PRE_SCALE_UP"))
                                .build());
        service.awaitCompleted();
        assertThat(service.rollouts().getFirst().statusAsString()).isEqualTo("SUCCESSFUL");
    }

    private static void delete() {
        lambda.run("delete-function", "--function-name", "hello").output();
        awaitContainers(0);
        assertThat(lambda.run("get-function", "--function-name", "hello").err())
                .contains(
                        "An error occurred (ResourceNotFoundException) when calling the GetFunction operation: Function not found: "
                                + FUNCTION);
    }
}
