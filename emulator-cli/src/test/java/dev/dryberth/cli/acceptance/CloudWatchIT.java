package dev.dryberth.cli.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.api.BackoffStrategy;
import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;
import software.amazon.awssdk.services.cloudwatch.model.Datapoint;
import software.amazon.awssdk.services.cloudwatch.model.Dimension;
import software.amazon.awssdk.services.elasticloadbalancingv2.ElasticLoadBalancingV2Client;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.Action;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.ActionTypeEnum;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.LoadBalancer;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * CloudWatch's clients, and what is measured of real traffic and real containers. A minute lasts a
 * second.
 */
class CloudWatchIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(200);
    private static final int REQUESTS = 20;
    private static final int UNAVAILABLE = 503;

    private static DaemonUnderTest daemon;
    private static AwsCli cli;
    private static CloudWatchClient cloudWatch;

    @BeforeAll
    static void start() {
        daemon = DaemonUnderTest.startWithoutPool("10.219.0.0/16", "--speed", "60");
        cli = new AwsCli(daemon, "--output", "json", "cloudwatch");
        cloudWatch =
                CloudWatchClient.builder()
                        .endpointOverride(daemon.endpoint())
                        .region(Region.US_EAST_1)
                        .credentialsProvider(credentials())
                        .httpClient(UrlConnectionHttpClient.create())
                        .build();
    }

    @AfterAll
    static void close() {
        cloudWatch.close();
        cli.close();
        daemon.close();
    }

    private static StaticCredentialsProvider credentials() {
        return StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test"));
    }

    private static String state(String alarm) {
        return cloudWatch
                .describeAlarms(request -> request.alarmNames(alarm))
                .metricAlarms()
                .getFirst()
                .stateValueAsString();
    }

    private static void awaitState(String alarm, String wanted) {
        await(alarm + " is " + wanted)
                .pollInterval(LOOK_AGAIN)
                .atMost(PATIENCE)
                .until(() -> state(alarm).equals(wanted));
    }

    @Test
    void theCommandLineRaisesAnAlarm() {
        cli.json(
                "put-metric-alarm",
                "--alarm-name",
                "cli",
                "--namespace",
                "shop",
                "--metric-name",
                "Errors",
                "--statistic",
                "Sum",
                "--period",
                "60",
                "--evaluation-periods",
                "1",
                "--threshold",
                "5",
                "--comparison-operator",
                "GreaterThanThreshold",
                "--treat-missing-data",
                "ignore");
        cli.json(
                "put-metric-data",
                "--namespace",
                "shop",
                "--metric-name",
                "Errors",
                "--value",
                "7",
                "--unit",
                "Count");
        awaitState("cli", "ALARM");
        JsonNode alarm = cli.json("describe-alarms", "--alarm-names", "cli").at("/MetricAlarms/0");
        assertThat(alarm.path("StateReason").asText())
                .startsWith("Threshold Crossed: 1 out of the last 1 datapoint [7.0 (");
        JsonNode points =
                cli.json(
                                "get-metric-statistics",
                                "--namespace",
                                "shop",
                                "--metric-name",
                                "Errors",
                                "--start-time",
                                Instant.now().minusSeconds(300).toString(),
                                "--end-time",
                                Instant.now().plusSeconds(60).toString(),
                                "--period",
                                "300",
                                "--statistics",
                                "Sum")
                        .path("Datapoints");
        assertThat(points.at("/0/Sum").asDouble()).isEqualTo(7);
        assertThat(points.at("/0/Unit").asText()).isEqualTo("Count");
        cli.json(
                "set-alarm-state",
                "--alarm-name",
                "cli",
                "--state-value",
                "OK",
                "--state-reason",
                "x");
        // The state itself lasts until the alarm is looked at again, which may be at once.
        assertThat(
                        cli.json("describe-alarm-history", "--alarm-name", "cli")
                                .path("AlarmHistoryItems")
                                .findValuesAsText("HistorySummary"))
                .contains("Alarm updated from ALARM to OK");
        assertThat(cli.json("list-metrics", "--namespace", "shop").path("Metrics")).isNotEmpty();
        cli.json("delete-alarms", "--alarm-names", "cli");
        assertThat(cli.json("describe-alarms", "--alarm-names", "cli").path("MetricAlarms"))
                .isEmpty();
    }

    /** What the botocore installed speaks by itself depends on its age. */
    @ParameterizedTest
    @CsvSource({
        "default, .*",
        "smithy-rpc-v2-cbor, smithy-rpc-v2-cbor",
        "json, json",
        "query, query"
    })
    void pythonsSdkSpeaksEachProtocol(String protocol, String spoken, @TempDir Path directory)
            throws IOException {
        Path script = directory.resolve("cloudwatch.py");
        Files.writeString(script, Example.resource("/acceptance/cloudwatch.py"));
        Shell.Ended ended =
                Shell.run(
                        List.of(
                                "python3",
                                script.toString(),
                                daemon.endpoint().toString(),
                                protocol,
                                directory.toString()),
                        Map.of(),
                        "apt-get install python3 python3-boto3");

        assertThat(ended.output().strip()).matches(spoken);
    }

    @Test
    void aLoadBalancersErrorsRaiseAnAlarm() throws IOException, InterruptedException {
        try (ElasticLoadBalancingV2Client elb =
                        ElasticLoadBalancingV2Client.builder()
                                .endpointOverride(daemon.endpoint())
                                .region(Region.US_EAST_1)
                                .credentialsProvider(credentials())
                                .httpClient(UrlConnectionHttpClient.create())
                                .build();
                HttpClient http =
                        HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
            LoadBalancer balancer =
                    elb.createLoadBalancer(
                                    request -> request.name("failing").subnets(daemon.subnets()))
                            .loadBalancers()
                            .getFirst();
            int port = freePort();
            elb.createListener(request ->
                    request.loadBalancerArn(balancer.loadBalancerArn())
                            .protocol("HTTP")
                            .port(port)
                            .defaultActions(
                                    Action.builder()
                                            .type(ActionTypeEnum.FIXED_RESPONSE)
                                            .fixedResponseConfig(
                                                    response -> response.statusCode("503"))
                                            .build()));
            String dimension = balancer.loadBalancerArn().split(":loadbalancer/", -1)[1];
            Dimension its = Dimension.builder().name("LoadBalancer").value(dimension).build();
            cloudWatch.putMetricAlarm(request ->
                    request.alarmName("5xx")
                            .namespace("AWS/ApplicationELB")
                            .metricName("HTTPCode_ELB_5XX_Count")
                            .dimensions(its)
                            .statistic("Sum")
                            .period(60)
                            .evaluationPeriods(5)
                            .datapointsToAlarm(1)
                            .threshold(1.0)
                            .comparisonOperator("GreaterThanOrEqualToThreshold")
                            .treatMissingData("notBreaching"));
            awaitState("5xx", "OK");
            await("an open port").until(() -> accepts(port));
            URI url = URI.create("http://127.0.0.1:" + port + "/");
            for (int i = 0; i < REQUESTS; i++) {
                HttpResponse<String> answer =
                        http.send(
                                HttpRequest.newBuilder(url).build(),
                                HttpResponse.BodyHandlers.ofString());
                assertThat(answer.statusCode()).isEqualTo(UNAVAILABLE);
            }

            awaitState("5xx", "ALARM");
            assertThat(sum("RequestCount", its)).isEqualTo(REQUESTS);
            assertThat(sum("HTTPCode_ELB_5XX_Count", its)).isEqualTo(REQUESTS);
            awaitState("5xx", "OK");
            cloudWatch.deleteAlarms(request -> request.alarmNames("5xx"));
        }
    }

    /** Connects without a request, which would count. */
    private static boolean accepts(int port) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        }
    }

    private static double sum(String metric, Dimension its) {
        return cloudWatch
                .getMetricStatistics(request ->
                        request.namespace("AWS/ApplicationELB")
                                .metricName(metric)
                                .dimensions(its)
                                .startTime(Instant.now().minusSeconds(600))
                                .endTime(Instant.now().plusSeconds(60))
                                .period(60)
                                .statisticsWithStrings("Sum"))
                .datapoints()
                .stream()
                .mapToDouble(Datapoint::sum)
                .sum();
    }

    @Test
    void aBusyServiceUsesWhatItReserves() {
        TaskBench bench = new TaskBench(daemon);
        String definition =
                bench.fargate(
                        "busy",
                        bench.container("app", "trap 'exit 143' TERM; while :; do :; done"));
        daemon.ecs()
                .createService(request ->
                        request.cluster(TaskBench.CLUSTER)
                                .serviceName("busy")
                                .taskDefinition(definition)
                                .desiredCount(1)
                                .launchType("FARGATE")
                                .networkConfiguration(network ->
                                        network.awsvpcConfiguration(
                                                vpc -> vpc.subnets(daemon.subnets()))));

        await("the service's use of its processors")
                .pollInterval(LOOK_AGAIN)
                .atMost(PATIENCE)
                .until(() -> average("CPUUtilization") > 20);
        assertThat(average("MemoryUtilization")).isBetween(0.001, 50.0);
        daemon.ecs()
                .deleteService(
                        request -> request.cluster(TaskBench.CLUSTER).service("busy").force(true));
        daemon.ecs()
                .waiter()
                .waitUntilServicesInactive(
                        request -> request.cluster(TaskBench.CLUSTER).services("busy"),
                        waiter -> waiter.backoffStrategyV2(BackoffStrategy.fixedDelay(LOOK_AGAIN)));
    }

    /** Of the latest minute; 0: nothing was measured yet. */
    private static double average(String metric) {
        List<Datapoint> points =
                cloudWatch
                        .getMetricStatistics(request ->
                                request.namespace("AWS/ECS")
                                        .metricName(metric)
                                        .dimensions(
                                                Dimension.builder()
                                                        .name("ClusterName")
                                                        .value(TaskBench.CLUSTER)
                                                        .build(),
                                                Dimension.builder()
                                                        .name("ServiceName")
                                                        .value("busy")
                                                        .build())
                                        .startTime(Instant.now().minusSeconds(600))
                                        .endTime(Instant.now().plusSeconds(60))
                                        .period(60)
                                        .statisticsWithStrings("Average"))
                        .datapoints();
        return points.isEmpty() ? 0 : points.getLast().average();
    }
}
