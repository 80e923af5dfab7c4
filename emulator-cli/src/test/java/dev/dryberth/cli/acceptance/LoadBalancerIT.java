package dev.dryberth.cli.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import software.amazon.awssdk.services.elasticloadbalancingv2.ElasticLoadBalancingV2Client;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.Action;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.LoadBalancer;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.TargetDescription;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.TargetGroupTuple;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.TargetHealthStateEnum;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;

/** Real requests through a load balancer to real tasks. */
class LoadBalancerIT {

    private static final int CONTAINER_PORT = 80;
    private static final int REQUESTS = 50;
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(50);

    private static DaemonUnderTest daemon;
    private static TaskBench bench;
    private static ElasticLoadBalancingV2Client elb;
    private static HttpClient http;
    private static LoadBalancer loadBalancer;

    @BeforeAll
    static void start() {
        daemon = DaemonUnderTest.startWithoutPool("10.243.0.0/16");
        bench = new TaskBench(daemon);
        http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        elb = daemon.elb();
        loadBalancer =
                elb.createLoadBalancer(request -> request.name("web").subnets(daemon.subnets()))
                        .loadBalancers()
                        .getFirst();
    }

    @AfterAll
    static void close() {
        http.close();
        daemon.close();
    }

    /** A group with one task behind it that answers with the group's name. */
    private static String group(String name) {
        String task =
                bench.runFargate(
                        name, bench.container("app", TaskBench.server(name, CONTAINER_PORT)));
        String address = TaskBench.address(bench.awaitRunning(task));
        String group =
                elb.createTargetGroup(request ->
                                request.name(name)
                                        .targetType("ip")
                                        .protocol("HTTP")
                                        .port(CONTAINER_PORT)
                                        .vpcId(daemon.vpc()))
                        .targetGroups()
                        .getFirst()
                        .targetGroupArn();
        elb.registerTargets(request ->
                request.targetGroupArn(group)
                        .targets(TargetDescription.builder().id(address).build()));
        return group;
    }

    private static Action forward(String blue, int blueWeight, String green, int greenWeight) {
        return Action.builder()
                .type("forward")
                .forwardConfig(config ->
                        config.targetGroups(
                                TargetGroupTuple.builder()
                                        .targetGroupArn(blue)
                                        .weight(blueWeight)
                                        .build(),
                                TargetGroupTuple.builder()
                                        .targetGroupArn(green)
                                        .weight(greenWeight)
                                        .build()))
                .build();
    }

    private static void awaitHealthy(String group) {
        await("a healthy target")
                .pollInterval(LOOK_AGAIN)
                .atMost(PATIENCE)
                .until(() ->
                        elb
                                .describeTargetHealth(request -> request.targetGroupArn(group))
                                .targetHealthDescriptions()
                                .stream()
                                .allMatch(each ->
                                        each.targetHealth().state()
                                                == TargetHealthStateEnum.HEALTHY));
    }

    private static HttpResponse<String> get(int port) {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/"))
                        .timeout(PATIENCE)
                        .build();
        try {
            return http.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    /** Who answered some requests. */
    private static Set<String> answering(int port) {
        Set<String> bodies = new TreeSet<>();
        for (int i = 0; i < REQUESTS; i++) {
            HttpResponse<String> answer = get(port);
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            bodies.add(answer.body().strip());
        }
        return bodies;
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static String state() {
        return elb.describeLoadBalancers(
                        request -> request.loadBalancerArns(loadBalancer.loadBalancerArn()))
                .loadBalancers()
                .getFirst()
                .state()
                .codeAsString();
    }

    @Test
    void movesTrafficBetweenTasksAsTheWeightsSayAlsoAfterAKill() throws IOException {
        int port = freePort();
        String blue = group("blue");
        String green = group("green");
        String listener =
                elb.createListener(request ->
                                request.loadBalancerArn(loadBalancer.loadBalancerArn())
                                        .protocol("HTTP")
                                        .port(port)
                                        .defaultActions(forward(blue, 1, green, 0)))
                        .listeners()
                        .getFirst()
                        .listenerArn();
        awaitHealthy(blue);
        awaitHealthy(green);

        assertThat(answering(port)).containsExactly("blue");
        elb.modifyListener(request ->
                request.listenerArn(listener).defaultActions(forward(blue, 0, green, 1)));
        await("the new weights")
                .pollInterval(LOOK_AGAIN)
                .atMost(PATIENCE)
                .until(() -> get(port).body().strip().equals("green"));
        assertThat(answering(port)).containsExactly("green");
        elb.modifyListener(request ->
                request.listenerArn(listener).defaultActions(forward(blue, 1, green, 1)));
        await("both")
                .pollInterval(LOOK_AGAIN)
                .atMost(PATIENCE)
                .until(() -> answering(port).equals(Set.of("blue", "green")));
        assertThat(metrics()).contains("dryberth_elb_requests_total");
        assertThat(throughTheApisPort())
                .startsWith("HTTP/1.1 200 OK")
                .containsPattern("blue|green");
        assertThat(shown(listener).at("/targetGroups"))
                .hasSize(2)
                .allSatisfy(each -> assertThat(each.path("healthy").asInt()).isEqualTo(1));

        daemon.kill9();
        daemon.restart();

        await("the listener to be back")
                .pollInterval(LOOK_AGAIN)
                .atMost(PATIENCE)
                .ignoreExceptionsInstanceOf(java.io.UncheckedIOException.class)
                .until(() -> get(port).statusCode() == 200);
        assertThat(answering(port)).isEqualTo(Set.of("blue", "green"));

        elb.deregisterTargets(request ->
                request.targetGroupArn(blue)
                        .targets(
                                elb
                                        .describeTargetHealth(each -> each.targetGroupArn(blue))
                                        .targetHealthDescriptions()
                                        .stream()
                                        .map(each -> each.target())
                                        .toList()));
        elb.modifyListener(request ->
                request.listenerArn(listener).defaultActions(forward(blue, 1, green, 0)));
        await("an empty group's own answer")
                .pollInterval(LOOK_AGAIN)
                .atMost(PATIENCE)
                .until(() -> get(port).statusCode() == 503);
        assertThat(get(port).headers().firstValue("server")).contains("awselb/2.0");
    }

    /** All that comes back for a request to the load balancer's name on the API's port. */
    private static String throughTheApisPort() throws IOException {
        URI api = daemon.endpoint();
        try (Socket socket = new Socket(api.getHost(), api.getPort())) {
            socket.setSoTimeout((int) PATIENCE.toMillis());
            socket.getOutputStream()
                    .write(
                            "GET / HTTP/1.1\r\nHost: %s:%d\r\nConnection: close\r\n\r\n"
                                    .formatted(loadBalancer.dnsName(), api.getPort())
                                    .getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static String metrics() throws IOException {
        try {
            return http.send(
                            HttpRequest.newBuilder(daemon.endpoint().resolve("/_dryberth/metrics"))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    @Test
    void saysThatAPortIsTakenUntilItIsFree() throws IOException {
        String listener;
        int port;
        try (ServerSocket taken =
                new ServerSocket(0, 1, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}))) {
            port = taken.getLocalPort();
            listener =
                    elb.createListener(request ->
                                    request.loadBalancerArn(loadBalancer.loadBalancerArn())
                                            .protocol("HTTP")
                                            .port(port)
                                            .defaultActions(
                                                    Action.builder()
                                                            .type("fixed-response")
                                                            .fixedResponseConfig(fixed ->
                                                                    fixed.statusCode("200")
                                                                            .messageBody("free"))
                                                            .build()))
                            .listeners()
                            .getFirst()
                            .listenerArn();
            await("the load balancer to be impaired")
                    .pollInterval(LOOK_AGAIN)
                    .atMost(PATIENCE)
                    .until(() -> state().equals("active_impaired"));
            JsonNode shown = shown(listener);
            assertThat(shown.at("/addresses/0/bound").asBoolean()).isTrue();
            assertThat(shown.at("/addresses/1/address").asText()).isEqualTo("127.0.0.1:" + port);
            assertThat(shown.at("/addresses/1/bound").asBoolean()).isFalse();
            assertThat(shown.at("/addresses/1/reason").asText())
                    .startsWith("cannot listen on 127.0.0.1:" + port);
            assertThat(shown.at("/defaultAction").asText()).isEqualTo("fixed-response 200");
        }
        await("the load balancer to be active again")
                .pollInterval(LOOK_AGAIN)
                .atMost(PATIENCE)
                .until(() -> state().equals("active"));
        assertThat(get(port).body()).isEqualTo("free");
        assertThat(shown(listener).at("/addresses/1/bound").asBoolean()).isTrue();
        elb.deleteListener(request -> request.listenerArn(listener));
    }

    /** A listener as {@code /_dryberth/lb} shows it. */
    private static JsonNode shown(String listener) {
        for (JsonNode each : daemon.page("/_dryberth/lb").at("/loadBalancers/0/listeners")) {
            if (each.path("arn").asText().equals(listener)) {
                return each;
            }
        }
        throw new AssertionError("no listener " + listener);
    }
}
