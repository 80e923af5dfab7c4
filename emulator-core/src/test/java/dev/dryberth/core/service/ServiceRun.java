package dev.dryberth.core.service;

import dev.dryberth.core.balancing.ProbeResult;
import dev.dryberth.core.engine.Engine;
import dev.dryberth.core.engine.EngineSettings;
import dev.dryberth.core.loop.Ids;
import dev.dryberth.core.loop.SimulatedLoop;
import dev.dryberth.core.model.Attribute;
import dev.dryberth.core.model.Container;
import dev.dryberth.core.model.ContainerInstance;
import dev.dryberth.core.model.ContainerInstanceArn;
import dev.dryberth.core.model.ContainerRecipe;
import dev.dryberth.core.model.Deployment;
import dev.dryberth.core.model.RolloutRules;
import dev.dryberth.core.model.Service;
import dev.dryberth.core.model.ServiceArn;
import dev.dryberth.core.model.ServiceDeployment;
import dev.dryberth.core.model.ServiceEvent;
import dev.dryberth.core.model.ServiceRevision;
import dev.dryberth.core.model.Stop;
import dev.dryberth.core.model.StopCode;
import dev.dryberth.core.model.SubnetChoice;
import dev.dryberth.core.model.Target;
import dev.dryberth.core.model.TargetGroup;
import dev.dryberth.core.model.TargetGroupArn;
import dev.dryberth.core.model.Task;
import dev.dryberth.core.model.TaskArn;
import dev.dryberth.core.model.TaskDefinition;
import dev.dryberth.core.model.TaskStatus;
import dev.dryberth.core.model.TaskTemplate;
import dev.dryberth.core.model.TrafficProtocol;
import dev.dryberth.core.model.Vpc;
import dev.dryberth.core.network.Networks;
import dev.dryberth.core.runtime.journal.MemoryJournal;
import dev.dryberth.core.runtime.simulated.ImageScript;
import dev.dryberth.core.runtime.simulated.SimulatedHost;
import dev.dryberth.core.runtime.simulated.SimulatedRuntime;
import dev.dryberth.core.state.Tx;
import dev.dryberth.core.state.World;
import dev.dryberth.core.task.Recipes;
import dev.dryberth.core.task.Tasks;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.ecs.model.ContainerDefinition;
import software.amazon.awssdk.services.ecs.model.PortMapping;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * One service on the real engine, whose time is simulated and whose containers behave as their
 * images say (see {@link ImageScript}).
 */
final class ServiceRun {

    static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    static final String GOOD = "app:1";
    static final String BETTER = "app:2";

    static final TargetGroupArn GROUP =
            TargetGroupArn.parse(
                    "arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/web/0a");

    final World world = new World();
    final SimulatedLoop loop = new SimulatedLoop(START);
    final Ids ids = new Ids(new SplittableRandom(1));
    final Networks networks = new Networks(null, List::of);
    final Engine engine;
    final ServiceArn arn = ServiceArn.of(Tasks.CLUSTER, "web");
    ServiceRows.Wish wish;

    /** How few healthy tasks and how many live ones there ever were since the last reset. */
    int fewestHealthy = Integer.MAX_VALUE;

    int mostLive;

    ServiceRun(int desiredCount, RolloutRules rules) {
        engine =
                new Engine(
                        world,
                        new MemoryJournal(),
                        loop,
                        new SimulatedRuntime(
                                loop, new ImageScript(loop.clock()), new SimulatedHost()),
                        ids,
                        new EngineSettings(0, Duration.ofHours(1), ServiceTimings.LOCAL),
                        Runnable::run);
        var _ = engine.restore();
        var _ = engine.start();
        wish =
                new ServiceRows.Wish(
                        "web",
                        desiredCount,
                        rules,
                        Duration.ZERO,
                        Tasks.template(new SubnetChoice("none", List.of()), List.of()),
                        List.of(),
                        false);
    }

    static RolloutRules percentages(int minimumHealthy, int maximum) {
        return new RolloutRules(
                minimumHealthy, maximum, RolloutRules.Breaker.OFF, RolloutRules.Alarms.OFF, null);
    }

    static RolloutRules breaking(boolean rollback) {
        return new RolloutRules(
                100,
                200,
                new RolloutRules.Breaker(
                        true, rollback, true, RolloutRules.Threshold.BOUNDED_PERCENT, 50),
                RolloutRules.Alarms.OFF,
                null);
    }

    ServiceRun balanced(Duration gracePeriod, ServiceRevision.Balanced... groups) {
        wish =
                new ServiceRows.Wish(
                        wish.name(),
                        wish.desiredCount(),
                        wish.rules(),
                        gracePeriod,
                        wish.template(),
                        List.of(groups),
                        wish.daemon());
        return this;
    }

    /** A target group that a listener forwards to, and the service's tasks in it. */
    ServiceRun behindALoadBalancer(Duration gracePeriod) {
        command(tx -> {
            ServiceRows.balance(tx, GROUP);
            return true;
        });
        return balanced(gracePeriod, new ServiceRevision.Balanced(GROUP, false, "app", 80));
    }

    /** The load balancer's group is from now on of {@code protocol}. */
    void speak(TrafficProtocol protocol) {
        command(tx -> {
            TargetGroup group = Objects.requireNonNull(world.targetGroups().get(GROUP));
            tx.put(
                    world.targetGroups(),
                    GROUP,
                    new TargetGroup(
                            GROUP,
                            group.targetType(),
                            protocol,
                            null,
                            group.port(),
                            group.vpcId(),
                            group.healthCheck(),
                            group.attributes(),
                            group.tags()));
            return true;
        });
    }

    /** Creates the service, its one container made from {@code image}. */
    ServiceRun create(String image) {
        define(image, false);
        command(tx -> ServiceRows.create(tx, Tasks.CLUSTER, wish, ids, loop.clock().now()));
        return this;
    }

    /** Creates a daemon of bridge mode on the cluster's instances, in an instance target group. */
    ServiceRun createDaemon(String image) {
        define(image, false);
        wish =
                new ServiceRows.Wish(
                        wish.name(),
                        0,
                        wish.rules(),
                        Duration.ZERO,
                        Tasks.onInstances(wish.template().recipes()),
                        List.of(new ServiceRevision.Balanced(GROUP, true, "app", 80)),
                        true);
        command(tx -> ServiceRows.create(tx, Tasks.CLUSTER, wish, ids, loop.clock().now()));
        return this;
    }

    /** Creates the service on the cluster's instances. */
    ServiceRun createOnInstances(String image) {
        define(image, false);
        wish = wish.withTemplate(Tasks.onInstances(wish.template().recipes()));
        command(tx -> ServiceRows.create(tx, Tasks.CLUSTER, wish, ids, loop.clock().now()));
        return this;
    }

    void addInstance(String id) {
        addInstance(id, null, 1024);
    }

    void addInstance(String id, @Nullable String zone, int cpuUnits) {
        ContainerInstance instance =
                new ContainerInstance(
                        new ContainerInstanceArn(Tasks.SCOPE, "default", id),
                        "i-" + id,
                        ContainerInstance.Status.ACTIVE,
                        true,
                        cpuUnits,
                        1024,
                        List.of(),
                        List.of(),
                        zone == null
                                ? List.of()
                                : List.of(new Attribute("ecs.availability-zone", zone)),
                        START,
                        1,
                        List.of());
        command(tx -> {
            tx.put(world.containerInstances(), instance.arn(), instance);
            return true;
        });
    }

    /** Rolls {@code image} out. */
    ServiceRun deploy(String image) {
        define(image, false);
        redeploy();
        return this;
    }

    /** Rolls out {@code image} with a health check. */
    ServiceRun deployChecked(String image) {
        define(image, true);
        redeploy();
        return this;
    }

    private void redeploy() {
        resetExtremes();
        command(tx -> ServiceRows.deploy(tx, service(), wish, ids, loop.clock().now()));
    }

    /** From now on tasks of the newest revision may be in the first {@code subnets} of the VPC. */
    void offer(int subnets) {
        command(tx -> {
            Vpc vpc = networks.defaultVpc(tx, Tasks.SCOPE);
            List<String> ids =
                    vpc.subnets().subList(0, subnets).stream().map(Vpc.Subnet::id).toList();
            return revise(tx, template -> template.withSubnets(new SubnetChoice(vpc.id(), ids)));
        });
    }

    /** From now on containers of the newest revision are made from {@code image}. */
    void remake(String image) {
        command(tx ->
                revise(
                        tx,
                        template ->
                                template.withRecipes(
                                        List.of(Recipes.container("app").recipe(image)))));
    }

    /** From now on a container of the newest revision needs so much of an instance. */
    void need(int cpuUnits) {
        ContainerRecipe plain = wish.template().recipes().getFirst();
        ContainerRecipe needing =
                new ContainerRecipe(
                        plain.name(),
                        plain.image(),
                        plain.essential(),
                        plain.dependsOn(),
                        plain.startTimeout(),
                        plain.stopTimeout(),
                        plain.healthCheck(),
                        plain.restartPolicy(),
                        cpuUnits,
                        null,
                        null);
        command(tx -> revise(tx, template -> template.withRecipes(List.of(needing))));
    }

    private ServiceRevision revise(Tx tx, UnaryOperator<TaskTemplate> change) {
        ServiceRevision newest =
                Objects.requireNonNull(world.serviceRevisions().get(primary().revision()));
        ServiceRevision next =
                new ServiceRevision(
                        newest.arn(),
                        change.apply(newest.template()),
                        newest.balanced(),
                        newest.digests(),
                        newest.document(),
                        newest.createdAt());
        tx.put(world.serviceRevisions(), next.arn(), next);
        return next;
    }

    void switchRebalancing(boolean on) {
        command(tx -> {
            Service next = service().copy().zoneRebalancing(on).build();
            tx.put(world.services(), arn, next);
            return next;
        });
    }

    void scale(int desiredCount) {
        command(tx -> ServiceRows.scale(tx, arn, desiredCount));
    }

    void delete() {
        command(tx -> ServiceRows.delete(tx, arn));
    }

    void define(String image, boolean checked) {
        Recipes app = checked ? Recipes.container("app").checked() : Recipes.container("app");
        ContainerRecipe recipe = app.recipe(image);
        command(tx -> {
            Vpc vpc = networks.defaultVpc(tx, Tasks.SCOPE);
            wish =
                    wish.withTemplate(
                            Tasks.template(
                                    new SubnetChoice(
                                            vpc.id(),
                                            vpc.subnets().stream().map(Vpc.Subnet::id).toList()),
                                    List.of(recipe)));
            ContainerDefinition.Builder container =
                    ContainerDefinition.builder()
                            .name("app")
                            .image(image)
                            .portMappings(
                                    PortMapping.builder()
                                            .containerPort(80)
                                            .hostPort(0)
                                            .protocol("udp")
                                            .build(),
                                    PortMapping.builder()
                                            .containerPort(81)
                                            .hostPort(0)
                                            .protocol("tcp")
                                            .build(),
                                    PortMapping.builder()
                                            .containerPort(80)
                                            .hostPort(0)
                                            .protocol("tcp")
                                            .build());
            if (checked) {
                container.healthCheck(check -> check.command("CMD", "true").interval(5));
            }
            tx.put(
                    world.taskDefinitions(),
                    Tasks.DEFINITION,
                    new TaskDefinition(
                            Tasks.DEFINITION,
                            software.amazon.awssdk.services.ecs.model.TaskDefinition.builder()
                                    .family("web")
                                    .containerDefinitions(container.build())
                                    .build(),
                            List.of()));
            return true;
        });
    }

    <R> R command(Function<Tx, R> body) {
        CompletableFuture<R> done = engine.submit(Engine.DEFAULT_CALLER, () -> engine.call(body));
        loop.runPosted();
        return done.join();
    }

    /** Lets time pass, and watches how many tasks there are. */
    ServiceRun pass(Duration duration) {
        Instant end = loop.clock().now().plus(duration);
        boolean more = true;
        while (more) {
            more = loop.runNext(end);
            watch();
        }
        loop.passTo(end);
        return this;
    }

    ServiceRun passSeconds(int seconds) {
        return pass(Duration.ofSeconds(seconds));
    }

    void resetExtremes() {
        fewestHealthy = Integer.MAX_VALUE;
        mostLive = 0;
    }

    private void watch() {
        int live = 0;
        int running = 0;
        for (Task task : world.tasksOfService().of(arn)) {
            if (!task.stopping()) {
                live++;
                if (task.lastStatus() == TaskStatus.RUNNING
                        && Objects.requireNonNull(task.membership()).healthyAt() != null) {
                    running++;
                }
            }
        }
        mostLive = Math.max(mostLive, live);
        fewestHealthy = Math.min(fewestHealthy, running);
    }

    Service service() {
        return Objects.requireNonNull(world.services().get(arn));
    }

    Deployment primary() {
        return service().primary();
    }

    ServiceDeployment rollout() {
        return Objects.requireNonNull(
                world.serviceDeployments().get(service().primary().deployment()));
    }

    List<Task> running() {
        return world.tasks().all().stream()
                .filter(task -> task.lastStatus() == TaskStatus.RUNNING && !task.stopping())
                .toList();
    }

    /** How many tasks run each image. */
    Map<String, Integer> images() {
        Map<String, Integer> images = new TreeMap<>();
        for (Task task : running()) {
            images.merge(task.container("app").recipe().image(), 1, Integer::sum);
        }
        return images;
    }

    /** What the service said, oldest first, with ids left out. */
    List<String> events() {
        List<String> messages = new ArrayList<>();
        for (ServiceEvent each : world.serviceEvents().all()) {
            messages.add(
                    each.message()
                            .replaceAll("\\(task [0-9a-f]{32}\\)", "(task ID)")
                            .replaceAll("ecs-svc/\\d{19}", "ecs-svc/ID"));
        }
        return messages;
    }

    void stop(TaskArn task) {
        command(tx -> {
            Task row = Objects.requireNonNull(world.tasks().get(task));
            tx.put(
                    world.tasks(),
                    task,
                    row.headedForStop(
                            new Stop(StopCode.USER_INITIATED, "Task stopped by user"),
                            row.times().stopping(loop.clock().now())));
            return row;
        });
    }

    void protect(TaskArn task, Instant until) {
        command(tx -> {
            Task row = Objects.requireNonNull(world.tasks().get(task));
            tx.put(
                    world.tasks(),
                    task,
                    row.withMembership(
                            Objects.requireNonNull(row.membership()).protectedUntil(until)));
            return row;
        });
    }

    /** Its process ends by itself. */
    void die(TaskArn task) {
        Container app = Objects.requireNonNull(world.tasks().get(task)).container("app");
        ((SimulatedRuntime) engine.runtime()).removeByHand(Objects.requireNonNull(app.runtimeId()));
        loop.runPosted();
    }

    /** What a health check of a task's target found. */
    void probe(Task task, ProbeResult result) {
        for (Target.Key key : Objects.requireNonNull(task.membership()).targets()) {
            engine.balancing().probed(key.group().text(), key.id(), key.port(), result);
        }
        loop.runPosted();
    }
}
