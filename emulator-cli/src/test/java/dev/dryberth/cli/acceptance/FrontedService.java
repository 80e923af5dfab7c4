package dev.dryberth.cli.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.dryberth.cli.faults.Thorough;

import org.awaitility.core.ConditionTimeoutException;

import software.amazon.awssdk.services.ecs.EcsClient;
import software.amazon.awssdk.services.ecs.model.ContainerDefinition;
import software.amazon.awssdk.services.ecs.model.Deployment;
import software.amazon.awssdk.services.ecs.model.DeploymentConfiguration;
import software.amazon.awssdk.services.ecs.model.LaunchType;
import software.amazon.awssdk.services.ecs.model.LoadBalancer;
import software.amazon.awssdk.services.ecs.model.Service;
import software.amazon.awssdk.services.ecs.model.ServiceDeployment;
import software.amazon.awssdk.services.ecs.model.Task;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.Action;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.ActionTypeEnum;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.BooleanSupplier;

/** A service with a load balancer in front, and what its visitors get. */
final class FrontedService {

    static final int CONTAINER_PORT = 80;

    /** With a clock that is so much faster, targets are checked every half second. */
    static final String SPEED = "20";

    static final Duration CHECK_INTERVAL = Duration.ofSeconds(10);

    private static final int CHECK_TIMEOUT_SECONDS = 9;

    /** So that a machine with other work does not make targets unhealthy. */
    private static final int UNHEALTHY_THRESHOLD = 10;

    private static final int REQUESTS = 40;
    private static final Duration PATIENCE = Duration.ofMinutes(Thorough.count(2, 10));
    private static final Duration LOOK_AGAIN = Duration.ofMillis(50);

    private final TaskBench bench;
    private final EcsClient ecs;
    private final String name;
    private final int port;
    private final int testPort;

    private FrontedService(TaskBench bench, EcsClient ecs, String name, int port, int testPort) {
        this.bench = bench;
        this.ecs = ecs;
        this.name = name;
        this.port = port;
        this.testPort = testPort;
    }

    /** Roll backs by the circuit breaker, within percentages. */
    static DeploymentConfiguration rules(int minimumHealthyPercent, int maximumPercent) {
        return DeploymentConfiguration.builder()
                .minimumHealthyPercent(minimumHealthyPercent)
                .maximumPercent(maximumPercent)
                .deploymentCircuitBreaker(breaker -> breaker.enable(true).rollback(true))
                .build();
    }

    /**
     * Creates a service with a load balancer of its own and waits until it has all its tasks.
     *
     * @param script what its tasks run
     * @param checked the path that health checks ask for
     */
    static FrontedService create(
            DaemonUnderTest daemon,
            TaskBench bench,
            String name,
            String script,
            int desiredCount,
            DeploymentConfiguration rules,
            String checked) {
        return create(daemon, bench, name, script, desiredCount, rules, checked, CHECK_INTERVAL);
    }

    /** The same with targets that are checked at an interval of their own. */
    static FrontedService create(
            DaemonUnderTest daemon,
            TaskBench bench,
            String name,
            String script,
            int desiredCount,
            DeploymentConfiguration rules,
            String checked,
            Duration checkInterval) {
        String group = group(daemon, name, checked, checkInterval);
        String balancer = balancer(daemon, name);
        int port = freePort();
        listen(daemon, balancer, port, group);
        FrontedService service = new FrontedService(bench, daemon.ecs(), name, port, port);
        LoadBalancer place =
                LoadBalancer.builder()
                        .targetGroupArn(group)
                        .containerName("app")
                        .containerPort(CONTAINER_PORT)
                        .build();
        service.create(daemon, service.define(script), desiredCount, rules, place);
        service.awaitCompleted();
        return service;
    }

    /**
     * Creates a service whose deployments move traffic between two target groups, with a listener
     * for production and one for tests, and one task.
     */
    static FrontedService shifting(
            DaemonUnderTest daemon,
            TaskBench bench,
            String name,
            String script,
            String checked,
            DeploymentConfiguration rules) {
        String one = group(daemon, name + "-one", checked, CHECK_INTERVAL);
        String two = group(daemon, name + "-two", checked, CHECK_INTERVAL);
        String balancer = balancer(daemon, name);
        int port = freePort();
        String production = listen(daemon, balancer, port, one);
        int testPort = freePort();
        String test = listen(daemon, balancer, testPort, two);
        FrontedService service = new FrontedService(bench, daemon.ecs(), name, port, testPort);
        LoadBalancer place =
                LoadBalancer.builder()
                        .targetGroupArn(one)
                        .containerName("app")
                        .containerPort(CONTAINER_PORT)
                        .advancedConfiguration(more ->
                                more.alternateTargetGroupArn(two)
                                        .productionListenerRule(production)
                                        .testListenerRule(test)
                                        .roleArn("arn:aws:iam::000000000000:role/ecs-shift"))
                        .build();
        service.create(daemon, service.define(script), 1, rules, place);
        return service;
    }

    /**
     * Creates a service that AWS CodeDeploy deploys, with two target groups, a listener for
     * production and one for tests, and one task.
     */
    static FrontedService deployed(
            DaemonUnderTest daemon, TaskBench bench, String name, String script) {
        String one = group(daemon, name + "-one", "/", CHECK_INTERVAL);
        group(daemon, name + "-two", "/", CHECK_INTERVAL);
        String balancer = balancer(daemon, name);
        int port = freePort();
        listen(daemon, balancer, port, one);
        int testPort = freePort();
        listen(daemon, balancer, testPort, one);
        FrontedService service = new FrontedService(bench, daemon.ecs(), name, port, testPort);
        String definition = service.define(script);
        LoadBalancer place =
                LoadBalancer.builder()
                        .targetGroupArn(one)
                        .containerName("app")
                        .containerPort(CONTAINER_PORT)
                        .build();
        daemon.ecs()
                .createService(request ->
                        request.cluster(TaskBench.CLUSTER)
                                .serviceName(name)
                                .taskDefinition(definition)
                                .desiredCount(1)
                                .launchType(LaunchType.FARGATE)
                                .deploymentController(each -> each.type("CODE_DEPLOY"))
                                .networkConfiguration(network ->
                                        network.awsvpcConfiguration(
                                                vpc -> vpc.subnets(daemon.subnets())))
                                .loadBalancers(place));
        service.awaitTaskSet();
        return service;
    }

    /** Waits until there is one task set, which is steady. */
    void awaitTaskSet() {
        awaits(
                "one steady task set",
                () -> {
                    var sets = describe().taskSets();
                    return sets.size() == 1
                            && "STEADY_STATE".equals(sets.getFirst().stabilityStatusAsString());
                });
    }

    /** The ARNs of the listeners for production and for tests. */
    List<String> listeners(DaemonUnderTest daemon) {
        String balancer =
                daemon.elb()
                        .describeLoadBalancers(request -> request.names(name))
                        .loadBalancers()
                        .getFirst()
                        .loadBalancerArn();
        Map<Integer, String> byPort = new HashMap<>();
        daemon.elb()
                .describeListeners(request -> request.loadBalancerArn(balancer))
                .listeners()
                .forEach(each -> byPort.put(each.port(), each.listenerArn()));
        return List.of(
                Objects.requireNonNull(byPort.get(port)),
                Objects.requireNonNull(byPort.get(testPort)));
    }

    private void create(
            DaemonUnderTest daemon,
            String definition,
            int desiredCount,
            DeploymentConfiguration rules,
            LoadBalancer place) {
        ecs.createService(request ->
                request.cluster(TaskBench.CLUSTER)
                        .serviceName(name)
                        .taskDefinition(definition)
                        .desiredCount(desiredCount)
                        .launchType(LaunchType.FARGATE)
                        .deploymentConfiguration(rules)
                        .networkConfiguration(network ->
                                network.awsvpcConfiguration(vpc -> vpc.subnets(daemon.subnets())))
                        .loadBalancers(place));
    }

    private static String group(
            DaemonUnderTest daemon, String name, String checked, Duration checkInterval) {
        return daemon.elb()
                .createTargetGroup(request ->
                        request.name(name)
                                .targetType("ip")
                                .protocol("HTTP")
                                .port(CONTAINER_PORT)
                                .vpcId(daemon.vpc())
                                .healthCheckPath(checked)
                                .healthCheckIntervalSeconds(
                                        Math.toIntExact(checkInterval.toSeconds()))
                                .healthCheckTimeoutSeconds(CHECK_TIMEOUT_SECONDS)
                                .unhealthyThresholdCount(UNHEALTHY_THRESHOLD))
                .targetGroups()
                .getFirst()
                .targetGroupArn();
    }

    private static String balancer(DaemonUnderTest daemon, String name) {
        return daemon.elb()
                .createLoadBalancer(request -> request.name(name).subnets(daemon.subnets()))
                .loadBalancers()
                .getFirst()
                .loadBalancerArn();
    }

    /** The ARN of the new listener's default rule. */
    private static String listen(DaemonUnderTest daemon, String balancer, int port, String group) {
        Action forward =
                Action.builder().type(ActionTypeEnum.FORWARD).targetGroupArn(group).build();
        String listener =
                daemon.elb()
                        .createListener(request ->
                                request.loadBalancerArn(balancer)
                                        .protocol("HTTP")
                                        .port(port)
                                        .defaultActions(forward))
                        .listeners()
                        .getFirst()
                        .listenerArn();
        return daemon.elb()
                .describeRules(request -> request.listenerArn(listener))
                .rules()
                .getFirst()
                .ruleArn();
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String name() {
        return name;
    }

    /** What its load balancer is called among the dimensions of metrics. */
    String dimension(DaemonUnderTest daemon) {
        return daemon.elb()
                .describeLoadBalancers(request -> request.names(name))
                .loadBalancers()
                .getFirst()
                .loadBalancerArn()
                .split(":loadbalancer/", -1)[1];
    }

    /** Registers a revision of the service's task definition that runs a shell script. */
    String define(String script) {
        return define(bench.container("app", script));
    }

    String define(ContainerDefinition.Builder container) {
        return bench.fargate(name, container.portMappings(TaskBench.port(CONTAINER_PORT)));
    }

    /** One that answers with {@code says} until it is asked to end. */
    static String server(String says) {
        return TaskBench.server(says, CONTAINER_PORT);
    }

    /** Puts an alarm on the first error that a target of its load balancer answers in a minute. */
    void alarmOnErrors(DaemonUnderTest daemon, String alarm) {
        try (AwsCli cli = new AwsCli(daemon, "cloudwatch")) {
            cli.run(
                            "put-metric-alarm",
                            "--alarm-name",
                            alarm,
                            "--namespace",
                            "AWS/ApplicationELB",
                            "--metric-name",
                            "HTTPCode_Target_5XX_Count",
                            "--dimensions",
                            "Name=LoadBalancer,Value=" + dimension(daemon),
                            "--statistic",
                            "Sum",
                            "--period",
                            "60",
                            "--evaluation-periods",
                            "1",
                            "--threshold",
                            "1",
                            "--comparison-operator",
                            "GreaterThanOrEqualToThreshold",
                            "--treat-missing-data",
                            "notBreaching")
                    .output();
        }
    }

    /** Begins to roll a task definition out. */
    void update(String taskDefinition) {
        ecs.updateService(request ->
                request.cluster(TaskBench.CLUSTER).service(name).taskDefinition(taskDefinition));
    }

    void scale(int desiredCount) {
        ecs.updateService(request ->
                request.cluster(TaskBench.CLUSTER).service(name).desiredCount(desiredCount));
    }

    void delete() {
        ecs.deleteService(request -> request.cluster(TaskBench.CLUSTER).service(name).force(true));
    }

    Service describe() {
        return ecs.describeServices(request -> request.cluster(TaskBench.CLUSTER).services(name))
                .services()
                .getFirst();
    }

    Deployment primary() {
        return describe().deployments().getFirst();
    }

    /** The records of its roll-outs, the newest first. */
    List<ServiceDeployment> rollouts() {
        List<String> arns =
                ecs
                        .listServiceDeployments(
                                request -> request.cluster(TaskBench.CLUSTER).service(name))
                        .serviceDeployments()
                        .stream()
                        .map(each -> each.serviceDeploymentArn())
                        .toList();
        Map<String, ServiceDeployment> found = new HashMap<>();
        ecs.describeServiceDeployments(request -> request.serviceDeploymentArns(arns))
                .serviceDeployments()
                .forEach(each -> found.put(each.serviceDeploymentArn(), each));
        return arns.stream().map(arn -> Objects.requireNonNull(found.get(arn))).toList();
    }

    /** Its tasks that are to run. */
    List<Task> tasks() {
        List<String> arns =
                ecs.listTasks(request -> request.cluster(TaskBench.CLUSTER).serviceName(name))
                        .taskArns();
        return arns.isEmpty()
                ? List.of()
                : ecs.describeTasks(request -> request.cluster(TaskBench.CLUSTER).tasks(arns))
                        .tasks();
    }

    /** The containers of its tasks, as Docker knows them. */
    List<String> containers() {
        return tasks().stream()
                .flatMap(task -> task.containers().stream())
                .map(container -> container.runtimeId())
                .filter(Objects::nonNull)
                .toList();
    }

    /** Lets visitors come to the load balancer. */
    Visitors visitors(int count, Duration pause) {
        return Visitors.come(port, count, pause);
    }

    /** How often each answer comes, out of so many. */
    Map<String, Long> share(int requests) {
        return Visitors.ask(port, requests);
    }

    /** Everything its test listener answers with at present. */
    Set<String> testAnswers() {
        return Visitors.ask(testPort, REQUESTS).keySet();
    }

    /** Everything the load balancer answers with at present. */
    Set<String> answers() {
        return Visitors.ask(port, REQUESTS).keySet();
    }

    /** Waits until something holds; shows the service's events when it never does. */
    void awaits(String what, BooleanSupplier condition) {
        try {
            await(name + ": " + what)
                    .pollDelay(Duration.ZERO)
                    .pollInterval(LOOK_AGAIN)
                    .atMost(PATIENCE)
                    .until(condition::getAsBoolean);
        } catch (ConditionTimeoutException e) {
            throw new AssertionError(e.getMessage() + "\n" + state(), e);
        }
    }

    private String state() {
        Service now = describe();
        StringBuilder text = new StringBuilder(now.status());
        now.deployments().forEach(each -> text.append('\n').append(each));
        now.events()
                .forEach(each ->
                        text.append('\n')
                                .append(each.createdAt())
                                .append(' ')
                                .append(each.message()));
        return text.append('\n').append(answers()).toString();
    }

    /** Waits until the newest deployment is the only one and complete. */
    void awaitCompleted() {
        awaits(
                "a completed deployment",
                () -> {
                    Service now = describe();
                    return now.deployments().size() == 1
                            && now.deployments()
                                    .getFirst()
                                    .rolloutStateAsString()
                                    .equals("COMPLETED")
                            && now.runningCount().equals(now.desiredCount());
                });
    }

    /** Waits until the newest roll-out is at a stage. */
    void awaitStage(String stage) {
        awaits(
                "the roll-out to be at " + stage,
                () -> stage.equals(rollouts().getFirst().lifecycleStageAsString()));
    }

    /** Waits until a roll-out is complete, and asserts that nobody answers but {@code says}. */
    void awaitOnly(String says) {
        awaitCompleted();
        assertThat(answers()).containsExactly("200 " + says);
    }

    /** Waits until the newest roll-out has ended as wanted. */
    void awaitRollout(String status) {
        awaits(
                "the roll-out to be " + status,
                () -> rollouts().getFirst().statusAsString().equals(status));
    }
}
