package dev.dryberth.api.ecs;

import static dev.dryberth.api.ecs.EcsFixture.container;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.services.ecs.model.ClientException;
import software.amazon.awssdk.services.ecs.model.ContainerDefinition;
import software.amazon.awssdk.services.ecs.model.ContainerDependency;
import software.amazon.awssdk.services.ecs.model.InvalidParameterException;
import software.amazon.awssdk.services.ecs.model.VolumeFrom;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;

class DependencyRulesTest {

    private static final String CYCLE = "Task definition contains a container dependency cycle";

    @Test
    void takesChainsAndDiamonds() {
        accept(
                waiting("a", "b", "c"),
                waiting("b", "d"),
                waiting("c", "d"),
                container("d", builder -> {}));
    }

    @Test
    void refusesUnknownContainers() {
        refuse(
                ClientException.class,
                "Cannot depend on container + 'db' because it does not exist",
                waiting("a", "db"));
        refuse(
                ClientException.class,
                "Cannot link to container 'db' because it does not exist",
                container("a", builder -> builder.links("db:database")));
        refuse(
                ClientException.class,
                "Cannot use volumes from container 'db' because it does not exist",
                container("a", builder -> builder.volumesFrom(from("db"))));
    }

    @Test
    void refusesContainersThatWaitForThemselves() {
        refuse(ClientException.class, "Container 'a' cannot depend on itself.", waiting("a", "a"));
        refuse(
                ClientException.class,
                "Container links should not have a cycle",
                container("a", builder -> builder.links("a")));
        refuse(
                ClientException.class,
                "Container 'a' cannot use volumes from itself.",
                container("a", builder -> builder.volumesFrom(from("a"))));
    }

    @Test
    void refusesCircles() {
        refuse(
                ClientException.class,
                CYCLE,
                waiting("a", "b"),
                waiting("b", "c"),
                waiting("c", "a"));
        refuse(
                ClientException.class,
                "Container links should not have a cycle",
                container("a", builder -> builder.links("b:x")),
                container("b", builder -> builder.links("a:y")));
    }

    @Test
    void refusesACircleMadeOfDifferentKindsOfWaiting() {
        refuse(
                ClientException.class,
                CYCLE,
                waiting("a", "b"),
                container("b", builder -> builder.links("c")),
                container("c", builder -> builder.volumesFrom(from("a"))));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void takesEveryOrderThatCanBeStartedAndNoneThatCannot(long seed) {
        Random random = new Random(seed);
        List<String> order = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            order.add("c" + i);
        }
        Collections.shuffle(order, random);
        List<ContainerDefinition> containers = new ArrayList<>();
        for (int i = 0; i < order.size(); i++) {
            List<String> earlier = new ArrayList<>(order.subList(0, i));
            earlier.removeIf(_ -> random.nextBoolean());
            containers.add(waiting(order.get(i), earlier.toArray(String[]::new)));
        }
        Collections.shuffle(containers, random);
        accept(containers.toArray(ContainerDefinition[]::new));
        String first = order.getFirst();
        String last = order.getLast();
        containers.replaceAll(each ->
                each.name().equals(first) || each.name().equals(last)
                        ? waiting(each.name(), each.name().equals(first) ? last : first)
                        : each);
        refuse(ClientException.class, CYCLE, containers.toArray(ContainerDefinition[]::new));
    }

    @ParameterizedTest
    @ValueSource(strings = {"COMPLETE", "SUCCESS"})
    void refusesToWaitForTheEndOfAnEssentialContainer(String condition) {
        refuse(
                ClientException.class,
                "A dependency container with SUCCESS or COMPLETE condition cannot be an essential"
                        + " container",
                container("app", builder -> builder.dependsOn(dependency("init", condition))),
                container("init", builder -> {}));
        accept(
                container("app", builder -> builder.dependsOn(dependency("init", condition))),
                container("init", builder -> builder.essential(false)));
    }

    @Test
    void refusesToWaitForHealthThatIsNeverChecked() {
        String message =
                "A dependency container with HEALTHY condition must have a health check, but 'db'"
                        + " has none";
        ContainerDefinition app =
                container("app", builder -> builder.dependsOn(dependency("db", "HEALTHY")));
        refuse(ClientException.class, message, app, container("db", builder -> {}));
        refuse(
                ClientException.class,
                message,
                app,
                container(
                        "db",
                        builder -> builder.healthCheck(RegisterTaskDefinitionTest.check("NONE"))));
        accept(
                app,
                container(
                        "db",
                        builder ->
                                builder.healthCheck(
                                        RegisterTaskDefinitionTest.check("CMD", "true"))));
    }

    @Test
    void refusesUnknownConditions() {
        refuse(
                InvalidParameterException.class,
                "condition should be one of [START,COMPLETE,SUCCESS,HEALTHY]",
                container("app", builder -> builder.dependsOn(dependency("db", "RUNNING"))),
                container("db", builder -> {}));
    }

    private static ContainerDefinition waiting(String name, String... others) {
        Consumer<ContainerDefinition.Builder> dependsOn =
                builder ->
                        builder.dependsOn(
                                List.of(others).stream()
                                        .map(other -> dependency(other, "START"))
                                        .toList());
        return container(name, dependsOn);
    }

    static ContainerDependency dependency(String container, String condition) {
        return ContainerDependency.builder().containerName(container).condition(condition).build();
    }

    private static VolumeFrom from(String container) {
        return VolumeFrom.builder().sourceContainer(container).build();
    }

    private static void accept(ContainerDefinition... containers) {
        assertThatCode(() -> DependencyRules.check(List.of(containers))).doesNotThrowAnyException();
    }

    private static void refuse(
            Class<? extends AwsServiceException> type,
            String message,
            ContainerDefinition... containers) {
        assertThatThrownBy(() -> DependencyRules.check(List.of(containers)))
                .isInstanceOf(type)
                .hasMessage(message);
    }
}
