package dev.dryberth.core.simulation;

import dev.dryberth.core.engine.Engine;
import dev.dryberth.core.model.ClusterArn;
import dev.dryberth.core.model.ContainerRecipe;
import dev.dryberth.core.model.Dependency;
import dev.dryberth.core.model.Dependency.Condition;
import dev.dryberth.core.model.LaunchType;
import dev.dryberth.core.model.NetworkMode;
import dev.dryberth.core.model.RestartPolicy;
import dev.dryberth.core.model.Scope;
import dev.dryberth.core.model.Stop;
import dev.dryberth.core.model.StopCode;
import dev.dryberth.core.model.SubnetChoice;
import dev.dryberth.core.model.Task;
import dev.dryberth.core.model.TaskArn;
import dev.dryberth.core.model.TaskDefinition;
import dev.dryberth.core.model.TaskDefinitionArn;
import dev.dryberth.core.model.TaskOwner;
import dev.dryberth.core.model.TaskTemplate;
import dev.dryberth.core.model.Vpc;
import dev.dryberth.core.placement.Verdict;
import dev.dryberth.core.state.Tx;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.ecs.model.ContainerDefinition;
import software.amazon.awssdk.services.ecs.model.PortMapping;
import software.amazon.awssdk.services.ecs.model.TaskOverride;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** What users do: task definitions of several shapes, and tasks run and stopped at any time. */
final class Workload {

    static final String INIT = "init";
    private static final String APP = "app";
    private static final String SIDECAR = "sidecar";

    static final Scope SCOPE = new Scope("eu-west-1", "123456789012");
    static final ClusterArn CLUSTER = new ClusterArn(SCOPE, "default");

    /** A /28 has eleven addresses to give, few enough to run out of. */
    static final Vpc VPC =
            new Vpc(
                    "vpc-1",
                    SCOPE,
                    "10.0.0.0/16",
                    true,
                    "igw-1",
                    List.of(
                            new Vpc.Subnet("subnet-a", "10.0.0.0/28", "eu-west-1a"),
                            new Vpc.Subnet("subnet-b", "10.0.1.0/28", "eu-west-1b")),
                    List.of());

    private record Shape(NetworkMode network, List<ContainerRecipe> recipes) {}

    private static final List<Shape> SHAPES =
            List.of(
                    new Shape(NetworkMode.AWSVPC, List.of(recipe(APP, true))),
                    new Shape(
                            NetworkMode.AWSVPC,
                            List.of(
                                    withTimeout(recipe(INIT, false), 3),
                                    recipe(APP, true, on(INIT, Condition.SUCCESS)),
                                    recipe(SIDECAR, false, on(APP, Condition.START)))),
                    new Shape(
                            NetworkMode.AWSVPC,
                            List.of(
                                    withTimeout(recipe(SIDECAR, true), 20),
                                    recipe(APP, true, on(SIDECAR, Condition.HEALTHY)))),
                    new Shape(
                            NetworkMode.AWSVPC,
                            List.of(restarting(recipe(APP, true)), recipe(SIDECAR, false))),
                    new Shape(
                            NetworkMode.BRIDGE,
                            List.of(
                                    recipe(INIT, false),
                                    recipe(APP, true, on(INIT, Condition.COMPLETE)))),
                    new Shape(
                            NetworkMode.HOST,
                            List.of(recipe(SIDECAR, false), restarting(recipe(APP, true)))),
                    new Shape(
                            NetworkMode.NONE,
                            List.of(
                                    recipe(SIDECAR, true),
                                    recipe(APP, false, on(SIDECAR, Condition.HEALTHY)))));

    private Workload() {}

    private static Dependency on(String container, Condition condition) {
        return new Dependency(container, condition);
    }

    private static ContainerRecipe recipe(String name, boolean essential, Dependency... needs) {
        return new ContainerRecipe(
                name,
                "simulation/" + name,
                essential,
                List.of(needs),
                null,
                Duration.ofSeconds(10),
                true,
                null,
                0,
                128,
                null);
    }

    private static ContainerRecipe withTimeout(ContainerRecipe of, int seconds) {
        return copy(of, Duration.ofSeconds(seconds), of.restartPolicy());
    }

    private static ContainerRecipe restarting(ContainerRecipe of) {
        return copy(of, of.startTimeout(), new RestartPolicy(List.of(7), Duration.ofSeconds(60)));
    }

    private static ContainerRecipe copy(
            ContainerRecipe of, @Nullable Duration startTimeout, @Nullable RestartPolicy restart) {
        return new ContainerRecipe(
                of.name(),
                of.image(),
                of.essential(),
                of.dependsOn(),
                startTimeout,
                of.stopTimeout(),
                of.healthCheck(),
                restart,
                of.cpuUnits(),
                of.memoryMiB(),
                of.memoryReservationMiB());
    }

    /** Writes the VPC and the definitions, unless they are there. */
    static void prepare(Tx tx) {
        if (tx.world().vpcs().size() > 0) {
            return;
        }
        tx.put(tx.world().vpcs(), VPC.id(), VPC);
        for (int i = 0; i < SHAPES.size(); i++) {
            TaskDefinitionArn arn = definitionArn(i);
            tx.put(tx.world().taskDefinitions(), arn, definition(arn, SHAPES.get(i)));
        }
    }

    private static TaskDefinitionArn definitionArn(int shape) {
        return new TaskDefinitionArn(SCOPE, "shape-" + shape, 1);
    }

    private static TaskDefinition definition(TaskDefinitionArn arn, Shape shape) {
        List<ContainerDefinition> containers =
                shape.recipes().stream().map(Workload::definition).toList();
        return new TaskDefinition(
                arn,
                software.amazon.awssdk.services.ecs.model.TaskDefinition.builder()
                        .taskDefinitionArn(arn.text())
                        .family(arn.family())
                        .revision(arn.revision())
                        .status("ACTIVE")
                        .containerDefinitions(containers)
                        .volumes(List.of())
                        .build(),
                List.of());
    }

    private static ContainerDefinition definition(ContainerRecipe recipe) {
        ContainerDefinition.Builder definition =
                ContainerDefinition.builder()
                        .name(recipe.name())
                        .image(recipe.image())
                        .essential(recipe.essential())
                        .environment(List.of())
                        .portMappings(
                                List.of(
                                        PortMapping.builder()
                                                .containerPort(80)
                                                .hostPort(0)
                                                .protocol("tcp")
                                                .build()))
                        .healthCheck(check -> check.command("CMD", "true"));
        return definition.build();
    }

    static int shapes() {
        return SHAPES.size();
    }

    /** Makes a task of a shape; null: its subnet is full. */
    static @Nullable Task run(Engine engine, Tx tx, int shape) {
        prepare(tx);
        TaskOwner owner =
                new TaskOwner(
                        "family:" + definitionArn(shape).family(),
                        "simulation",
                        false,
                        List.of(),
                        null);
        return switch (engine.makeTask(tx, CLUSTER, template(shape), owner, List.of(), List.of())) {
            case Verdict.Placed(Task task) -> task;
            case Verdict.Refused refused -> null;
        };
    }

    /** What the tasks of a shape have in common. */
    static TaskTemplate template(int shapeNumber) {
        Shape shape = SHAPES.get(shapeNumber);
        return new TaskTemplate(
                definitionArn(shapeNumber),
                LaunchType.FARGATE,
                List.of(),
                "1.4.0",
                shape.network(),
                shape.network() == NetworkMode.AWSVPC
                        ? new SubnetChoice(VPC.id(), List.of("subnet-a", "subnet-b"))
                        : null,
                "256",
                "512",
                20,
                TaskOverride.builder().containerOverrides(List.of()).build(),
                shape.recipes(),
                "x86_64");
    }

    /** Stops a task; null: there is none. */
    static @Nullable Task stop(Engine engine, Tx tx, TaskArn arn) {
        Task task = tx.world().tasks().get(arn);
        if (task != null && !task.stopping()) {
            Stop why = new Stop(StopCode.USER_INITIATED, "Task stopped by user");
            Instant now = engine.loop().clock().now();
            tx.put(tx.world().tasks(), arn, task.headedForStop(why, task.times().stopping(now)));
        }
        return task;
    }
}
