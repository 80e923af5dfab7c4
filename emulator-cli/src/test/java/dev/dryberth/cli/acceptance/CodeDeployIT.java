package dev.dryberth.cli.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

import dev.dryberth.core.wire.SdkJson;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import software.amazon.awssdk.services.ecs.model.NetworkMode;
import software.amazon.awssdk.services.ecs.model.RegisterTaskDefinitionRequest;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A service that the stock AWS CLI deploys with CodeDeploy; what counts is who answers. */
class CodeDeployIT {

    private static final String SERVICE = "shop";
    private static final List<String> NAMED =
            List.of("--application-name", "app", "--deployment-group-name", "group");

    /** Where the function of the hooks is called; it says what it found by the API. */
    private static HttpServer functions;

    private static final List<String> CALLED = new CopyOnWriteArrayList<>();
    private static volatile String verdict = "Succeeded";

    private static DaemonUnderTest daemon;
    private static TaskBench bench;
    private static FrontedService service;
    private static AwsCli deploy;

    @BeforeAll
    static void start() throws IOException {
        functions =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        functions.createContext("/", CodeDeployIT::validate);
        functions.start();
        daemon =
                DaemonUnderTest.startWithoutPool(
                        "10.201.0.0/16",
                        "--speed",
                        FrontedService.SPEED,
                        "--delegate",
                        "lambda=http://127.0.0.1:" + functions.getAddress().getPort());
        bench = new TaskBench(daemon);
        deploy = new AwsCli(daemon, "deploy");
        service = FrontedService.deployed(daemon, bench, SERVICE, FrontedService.server("one"));
    }

    @AfterAll
    static void close() {
        deploy.close();
        daemon.close();
        functions.stop(0);
    }

    /** What a function that validates a deployment does. */
    private static void validate(HttpExchange exchange) throws IOException {
        JsonNode asked = AwsCli.parsed(new String(exchange.getRequestBody().readAllBytes(), UTF_8));
        String id = asked.path("DeploymentId").asText();
        CALLED.add(id);
        String found =
                """
                {"deploymentId": "%s", "lifecycleEventHookExecutionId": "%s", "status": "%s"}
                """
                        .formatted(
                                id, asked.path("LifecycleEventHookExecutionId").asText(), verdict);
        HttpRequest said =
                HttpRequest.newBuilder(URI.create(daemon.endpoint().toString()))
                        .header("Content-Type", "application/x-amz-json-1.1")
                        .header(
                                "X-Amz-Target",
                                "CodeDeploy_20141006.PutLifecycleEventHookExecutionStatus")
                        .POST(HttpRequest.BodyPublishers.ofString(found))
                        .build();
        try (HttpClient client = HttpClient.newHttpClient()) {
            client.send(said, HttpResponse.BodyHandlers.discarding());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        exchange.sendResponseHeaders(200, 2);
        exchange.getResponseBody().write("{}".getBytes(UTF_8));
        exchange.close();
    }

    @Test
    void theCliDeploysAndAFunctionThatFailsTakesItBack(@TempDir Path files) throws IOException {
        assertThat(service.answers()).containsExactly("200 one");
        deploy.run("create-application", "--application-name", "app", "--compute-platform", "ECS")
                .output();
        deploy.run("create-deployment-group", "--cli-input-json", group(service.listeners(daemon)))
                .output();
        assertThat(
                        daemon.ecs()
                                .describeServices(
                                        each -> each.cluster(TaskBench.CLUSTER).services(SERVICE))
                                .services()
                                .getFirst()
                                .deployments())
                .isEmpty();

        Path definition = files.resolve("taskdef.json");
        Files.write(definition, definition("two"));
        Path appSpec = files.resolve("appspec.yaml");
        Files.writeString(appSpec, appSpec("<TASK_DEFINITION>", true));
        try (AwsCli ecs = new AwsCli(daemon, "ecs")) {
            String said =
                    ecs.typed(
                                    "deploy",
                                    "--cluster",
                                    TaskBench.CLUSTER,
                                    "--service",
                                    SERVICE,
                                    "--task-definition",
                                    definition.toString(),
                                    "--codedeploy-appspec",
                                    appSpec.toString(),
                                    "--codedeploy-application",
                                    "app",
                                    "--codedeploy-deployment-group",
                                    "group")
                            .output();
            assertThat(said).contains("Successfully deployed arn:aws:ecs:");
        }
        assertThat(service.answers()).containsExactly("200 two");
        String first = newest();
        assertThat(CALLED).containsExactly(first);
        deploy.run("wait", "deployment-successful", "--deployment-id", first).output();
        assertEveryEventSucceeded(first);
        var sets = service.describe().taskSets();
        assertThat(sets).hasSize(1);
        assertThat(sets.getFirst().startedBy()).isEqualTo("CODE_DEPLOY");
        assertThat(sets.getFirst().externalId()).isEqualTo(first);
        assertThat(sets.getFirst().status()).isEqualTo("PRIMARY");

        verdict = "Failed";
        String third = service.define(FrontedService.server("three"));
        String second = deploy(appSpec(third, false));
        JsonNode failed = awaitStatus(second, "Failed");
        assertThat(failed.at("/errorInformation/code").asText())
                .isEqualTo("HOOK_EXECUTION_FAILURE");
        String back = failed.at("/rollbackInfo/rollbackDeploymentId").asText();
        JsonNode rollback = awaitStatus(back, "Succeeded");
        assertThat(rollback.path("creator").asText()).isEqualTo("codeDeployRollback");
        assertThat(service.answers()).containsExactly("200 two");
        assertThat(service.testAnswers()).containsExactly("200 two");
        service.awaitTaskSet();
        assertThat(service.tasks()).hasSize(1);
    }

    private static byte[] definition(String says) {
        return SdkJson.toBytes(
                RegisterTaskDefinitionRequest.builder()
                        .family(SERVICE)
                        .requiresCompatibilitiesWithStrings("FARGATE")
                        .networkMode(NetworkMode.AWSVPC)
                        .cpu("256")
                        .memory("512")
                        .containerDefinitions(
                                TaskBench.built(
                                        bench.container("app", FrontedService.server(says))
                                                .portMappings(
                                                        TaskBench.port(
                                                                FrontedService.CONTAINER_PORT))))
                        .build());
    }

    private static String appSpec(String taskDefinition, boolean yaml) {
        return yaml
                ? """
                version: 0.0
                Resources:
                  - TargetService:
                      Type: AWS::ECS::Service
                      Properties:
                        TaskDefinition: "%s"
                        LoadBalancerInfo:
                          ContainerName: "app"
                          ContainerPort: 80
                Hooks:
                  - AfterAllowTestTraffic: "gate"
                """
                        .formatted(taskDefinition)
                : """
                {"version": 0.0, "Resources": [{"TargetService": {"Type": "AWS::ECS::Service",
                 "Properties": {"TaskDefinition": "%s",
                  "LoadBalancerInfo": {"ContainerName": "app", "ContainerPort": 80}}}}],
                 "Hooks": [{"BeforeAllowTraffic": "gate"}]}
                """
                        .formatted(taskDefinition);
    }

    private static String group(List<String> listeners) {
        return """
        {"applicationName": "app", "deploymentGroupName": "group",
         "serviceRoleArn": "arn:aws:iam::000000000000:role/deploy",
         "deploymentConfigName": "CodeDeployDefault.ECSAllAtOnce",
         "ecsServices": [{"serviceName": "%1$s", "clusterName": "%2$s"}],
         "deploymentStyle": {"deploymentType": "BLUE_GREEN",
          "deploymentOption": "WITH_TRAFFIC_CONTROL"},
         "autoRollbackConfiguration": {"enabled": true, "events": ["DEPLOYMENT_FAILURE"]},
         "blueGreenDeploymentConfiguration": {
          "terminateBlueInstancesOnDeploymentSuccess": {"action": "TERMINATE",
           "terminationWaitTimeInMinutes": 0},
          "deploymentReadyOption": {"actionOnTimeout": "CONTINUE_DEPLOYMENT",
           "waitTimeInMinutes": 0}},
         "loadBalancerInfo": {"targetGroupPairInfoList": [{
          "targetGroups": [{"name": "%1$s-one"}, {"name": "%1$s-two"}],
          "prodTrafficRoute": {"listenerArns": ["%3$s"]},
          "testTrafficRoute": {"listenerArns": ["%4$s"]}}]}}
        """
                .formatted(SERVICE, TaskBench.CLUSTER, listeners.getFirst(), listeners.getLast());
    }

    private static String newest() {
        return deploy.json(
                        "list-deployments", NAMED.get(0), NAMED.get(1), NAMED.get(2), NAMED.get(3))
                .at("/deployments/0")
                .asText();
    }

    private static String deploy(String appSpec) {
        String revision =
                "{\"revisionType\": \"AppSpecContent\", \"appSpecContent\": {\"content\": \"%s\"}}"
                        .formatted(appSpec.replace("\"", "\\\"").replace("\n", " "));
        return deploy.json(
                        "create-deployment",
                        NAMED.get(0),
                        NAMED.get(1),
                        NAMED.get(2),
                        NAMED.get(3),
                        "--revision",
                        revision)
                .path("deploymentId")
                .asText();
    }

    private static JsonNode info(String id) {
        return deploy.json("get-deployment", "--deployment-id", id).path("deploymentInfo");
    }

    private static JsonNode awaitStatus(String id, String status) {
        service.awaits(
                id + " to be " + status, () -> info(id).path("status").asText().equals(status));
        return info(id);
    }

    private static void assertEveryEventSucceeded(String id) {
        JsonNode target =
                deploy.json(
                                "get-deployment-target",
                                "--deployment-id",
                                id,
                                "--target-id",
                                TaskBench.CLUSTER + ":" + SERVICE)
                        .at("/deploymentTarget/ecsTarget");
        assertThat(target.path("lifecycleEvents"))
                .hasSize(8)
                .allMatch(each -> each.path("status").asText().equals("Succeeded"));
        assertThat(target.at("/taskSetsInfo/1/taskSetLabel").asText()).isEqualTo("Green");
        assertThat(target.at("/taskSetsInfo/1/trafficWeight").asDouble()).isEqualTo(100.0);
    }
}
