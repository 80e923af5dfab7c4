package dev.dryberth.api.ecs;

import static dev.dryberth.api.ecs.EcsFixture.tag;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.dryberth.core.engine.DeletedDefinitions;
import dev.dryberth.core.model.LaunchType;
import dev.dryberth.core.model.TaskDefinitionArn;
import dev.dryberth.core.model.TaskStatus;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import software.amazon.awssdk.services.ecs.model.ClientException;
import software.amazon.awssdk.services.ecs.model.DeleteTaskDefinitionsRequest;
import software.amazon.awssdk.services.ecs.model.DeleteTaskDefinitionsResponse;
import software.amazon.awssdk.services.ecs.model.DeregisterTaskDefinitionRequest;
import software.amazon.awssdk.services.ecs.model.DescribeTaskDefinitionRequest;
import software.amazon.awssdk.services.ecs.model.DescribeTaskDefinitionResponse;
import software.amazon.awssdk.services.ecs.model.Failure;
import software.amazon.awssdk.services.ecs.model.InvalidParameterException;
import software.amazon.awssdk.services.ecs.model.ListTaskDefinitionFamiliesRequest;
import software.amazon.awssdk.services.ecs.model.ListTaskDefinitionFamiliesResponse;
import software.amazon.awssdk.services.ecs.model.ListTaskDefinitionsRequest;
import software.amazon.awssdk.services.ecs.model.ListTaskDefinitionsResponse;
import software.amazon.awssdk.services.ecs.model.TaskDefinition;
import software.amazon.awssdk.services.ecs.model.TaskDefinitionField;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Consumer;

/** The life of revisions after registration, and the listings. */
class TaskDefinitionsTest {

    private final EcsFixture ecs = new EcsFixture();
    private final TaskDefinitionLists lists = new TaskDefinitionLists();

    @Test
    void describesTheLatestActiveRevisionOfAFamily() {
        register("web", 3);
        deregister("web:3");
        assertThat(describe("web").taskDefinition().revision()).isEqualTo(2);
        assertThat(describe("web:3").taskDefinition().statusAsString()).isEqualTo("INACTIVE");
        assertThat(describe(arn("web", 1)).taskDefinition().revision()).isEqualTo(1);
    }

    @Test
    void showsTagsOnlyWhenAsked() {
        ecs.register(request -> request.tags(tag("a", "1")));
        assertThat(describe("web").hasTags()).isFalse();
        assertThat(
                        ecs.call(tx ->
                                        ecs.taskDefinitions.describeTaskDefinition(
                                                tx,
                                                DescribeTaskDefinitionRequest.builder()
                                                        .taskDefinition("web")
                                                        .include(TaskDefinitionField.TAGS)
                                                        .build()))
                                .tags())
                .containsExactly(tag("a", "1"));
    }

    @Test
    void refusesToDescribeWhatIsNotThere() {
        register("web", 1);
        for (String reference : List.of("api", "web:2", arn("web", 2))) {
            assertClient(() -> describe(reference), "Unable to describe task definition.");
        }
        deregister("web:1");
        assertClient(() -> describe("web"), "Unable to describe task definition.");
        assertClient(() -> describe(""), "TaskDefinition can not be blank.");
    }

    @Test
    void deregistersOnceAndAnswersTheSameAgain() {
        register("web", 1);
        TaskDefinition first = deregister("web:1");
        assertThat(first.statusAsString()).isEqualTo("INACTIVE");
        assertThat(first.deregisteredAt()).isEqualTo(EcsFixture.NOW);
        assertThat(deregister("web:1")).isEqualTo(first);
    }

    @Test
    void refusesToDeregisterWithoutARevisionOrWhatIsNotThere() {
        register("web", 1);
        assertClient(() -> deregister("web"), "Revision is missing.");
        assertClient(() -> deregister("web:2"), "The specified task definition does not exist.");
        assertThatThrownBy(() -> deregister("web:two"))
                .isInstanceOf(InvalidParameterException.class)
                .hasMessage("Invalid revision number. Number: two");
    }

    @Test
    void deletesInactiveRevisionsAndSaysWhyNotTheOthers() {
        register("web", 2);
        deregister("web:1");
        DeleteTaskDefinitionsResponse response = delete("web:1", "web:2", "web:3");
        assertThat(response.taskDefinitions())
                .singleElement()
                .satisfies(deleted -> {
                    assertThat(deleted.revision()).isEqualTo(1);
                    assertThat(deleted.statusAsString()).isEqualTo("DELETE_IN_PROGRESS");
                    assertThat(deleted.deleteRequestedAt()).isEqualTo(EcsFixture.NOW);
                });
        assertThat(response.failures())
                .extracting(Failure::arn, Failure::reason)
                .containsExactly(
                        tuple(
                                arn("web", 2),
                                "The specified task definition is still in ACTIVE status. Please"
                                        + " deregister the target and try again."),
                        tuple(arn("web", 3), "The specified task definition does not exist."));
        assertClient(() -> describe("web:1"), "Unable to describe task definition.");
    }

    @Test
    void aDeletedRevisionStaysWhileATaskRunsIt() {
        register("web", 1);
        deregister("web:1");
        TaskDefinitionArn revision = new TaskDefinitionArn(EcsFixture.SCOPE, "web", 1);
        ecs.addTask("default", EcsFixture.ID, LaunchType.FARGATE, TaskStatus.RUNNING);
        delete("web:1");
        assertThat(describe("web:1").taskDefinition().statusAsString())
                .isEqualTo("DELETE_IN_PROGRESS");
        assertThat(delete("web:1").taskDefinitions()).hasSize(1);
        ecs.write(tx -> DeletedDefinitions.removeIfUnreferenced(tx, revision));
        assertThat(ecs.world.taskDefinitions().get(revision)).isNotNull();
        ecs.addTask("default", EcsFixture.ID, LaunchType.FARGATE, TaskStatus.STOPPED);
        ecs.write(tx -> DeletedDefinitions.removeIfUnreferenced(tx, revision));
        assertThat(ecs.world.taskDefinitions().get(revision)).isNull();
    }

    @Test
    void leavesRevisionsThatAreNotBeingDeleted() {
        register("web", 1);
        TaskDefinitionArn revision = new TaskDefinitionArn(EcsFixture.SCOPE, "web", 1);
        ecs.write(tx -> DeletedDefinitions.removeIfUnreferenced(tx, revision));
        assertThat(ecs.world.taskDefinitions().get(revision)).isNotNull();
    }

    @Test
    void refusesToDeleteNoneOrMoreThanTen() {
        assertThatThrownBy(() -> delete())
                .isInstanceOf(InvalidParameterException.class)
                .hasMessage("size of TaskDefinition references list must be greater than 0");
        assertThatThrownBy(() -> delete(Collections.nCopies(11, "web:1").toArray(String[]::new)))
                .isInstanceOf(InvalidParameterException.class)
                .hasMessage("Size of TaskDefinition references list cannot exceed 10");
        assertClient(() -> delete("web"), "Revision is missing.");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void neverGivesARevisionOutTwice(long seed) {
        Random random = new Random(seed);
        Map<String, Integer> highest = new HashMap<>();
        for (int step = 0; step < 300; step++) {
            String family = "f" + random.nextInt(4);
            int last = highest.getOrDefault(family, 0);
            switch (random.nextInt(3)) {
                case 0 -> {
                    int revision = ecs.register(request -> request.family(family)).revision();
                    assertThat(revision).as("seed %d", seed).isEqualTo(last + 1);
                    highest.put(family, revision);
                }
                case 1 -> {
                    if (ecs.world
                                    .taskDefinitions()
                                    .get(new TaskDefinitionArn(EcsFixture.SCOPE, family, last))
                            != null) {
                        deregister(family + ":" + last);
                    }
                }
                default -> {
                    if (last > 0) {
                        delete(family + ":" + last);
                    }
                }
            }
        }
    }

    @Test
    void listsByFamilyNameAndThenByRevisionAsANumber() {
        register("web", 11);
        register("web-2", 1);
        register("Web", 1);
        register("api_", 1);
        List<String> expected = new ArrayList<>(List.of(arn("Web", 1), arn("api_", 1)));
        for (int i = 1; i <= 11; i++) {
            expected.add(arn("web", i));
        }
        expected.add(arn("web-2", 1));
        assertThat(listAll(100, request -> {})).isEqualTo(expected);
        assertThat(listAll(100, request -> request.sort("DESC"))).isEqualTo(expected.reversed());
    }

    @Test
    void aFamilyPrefixIsAWholeFamilyHere() {
        register("web", 2);
        register("web-2", 1);
        assertThat(listAll(100, request -> request.familyPrefix("web")))
                .containsExactly(arn("web", 1), arn("web", 2));
        assertThat(listAll(100, request -> request.familyPrefix("we"))).isEmpty();
    }

    @Test
    void listsByStatus() {
        register("web", 3);
        deregister("web:1");
        deregister("web:2");
        ecs.addTask(
                "default",
                EcsFixture.ID,
                LaunchType.FARGATE,
                TaskStatus.RUNNING,
                new TaskDefinitionArn(EcsFixture.SCOPE, "web", 2),
                null);
        delete("web:2");
        assertThat(listAll(100, request -> {})).containsExactly(arn("web", 3));
        assertThat(listAll(100, request -> request.status("INACTIVE")))
                .containsExactly(arn("web", 1));
        assertThat(listAll(100, request -> request.status("DELETE_IN_PROGRESS")))
                .containsExactly(arn("web", 2));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void pagesTogetherAreTheWholeList(long seed) {
        Random random = new Random(seed);
        Map<String, Integer> revisions = new TreeMap<>();
        for (int i = 0; i < 60; i++) {
            String family =
                    "f" + (char) ('a' + random.nextInt(6)) + (random.nextBoolean() ? "-x" : "");
            revisions.put(family, ecs.register(request -> request.family(family)).revision());
        }
        List<String> expected = new ArrayList<>();
        revisions.forEach((family, last) -> {
            for (int i = 1; i <= last; i++) {
                expected.add(arn(family, i));
            }
        });
        for (int size : List.of(1, 2, 7, 100)) {
            assertThat(listAll(size, request -> {})).as("seed %d", seed).isEqualTo(expected);
            assertThat(listAll(size, request -> request.sort("DESC")))
                    .as("seed %d", seed)
                    .isEqualTo(expected.reversed());
            assertThat(families(size, request -> {}))
                    .as("seed %d", seed)
                    .containsExactlyElementsOf(revisions.keySet());
        }
    }

    @Test
    void aTokenOfAnotherFamilyListsNothing() {
        register("a", 2);
        register("b", 2);
        String token = list(request -> request.familyPrefix("b").maxResults(1)).nextToken();
        assertThat(list(request -> request.familyPrefix("a").nextToken(token)).taskDefinitionArns())
                .isEmpty();
    }

    @Test
    void listsFamiliesByPrefixAndStatusAndForgetsEmptyOnes() {
        register("web", 2);
        register("web-old", 1);
        register("api", 1);
        register("gone", 1);
        deregister("web:2");
        deregister("web-old:1");
        deregister("gone:1");
        delete("gone:1");
        assertThat(families(100, request -> {})).containsExactly("api", "web", "web-old");
        assertThat(families(100, request -> request.status("ALL")))
                .containsExactly("api", "web", "web-old");
        assertThat(families(100, request -> request.status("ACTIVE")))
                .containsExactly("api", "web");
        assertThat(families(100, request -> request.status("INACTIVE"))).containsExactly("web-old");
        assertThat(families(100, request -> request.familyPrefix("web")))
                .containsExactly("web", "web-old");
    }

    @Test
    void refusesUnknownStatusesAndOrders() {
        assertInvalid(
                () -> list(request -> request.status("GONE")),
                "status should be one of [ACTIVE,INACTIVE,DELETE_IN_PROGRESS]");
        assertInvalid(
                () -> list(request -> request.sort("UP")), "sort should be one of [ASC,DESC]");
        assertInvalid(
                () -> families(1, request -> request.status("GONE")),
                "status should be one of [ACTIVE,INACTIVE,ALL]");
        assertInvalid(
                () -> list(request -> request.maxResults(0)),
                "maxResults must be between 1 and 100");
    }

    @Test
    void coverageNamesItsMembersInOrder() {
        assertThat(EcsCoverage.recordedOnly()).isSortedAccordingTo(Comparator.naturalOrder());
    }

    private void register(String family, int times) {
        for (int i = 0; i < times; i++) {
            ecs.register(request -> request.family(family));
        }
    }

    private TaskDefinition deregister(String reference) {
        return ecs.call(tx ->
                        ecs.taskDefinitions.deregisterTaskDefinition(
                                tx,
                                DeregisterTaskDefinitionRequest.builder()
                                        .taskDefinition(reference)
                                        .build()))
                .taskDefinition();
    }

    private DeleteTaskDefinitionsResponse delete(String... references) {
        return ecs.call(tx ->
                ecs.taskDefinitions.deleteTaskDefinitions(
                        tx,
                        DeleteTaskDefinitionsRequest.builder()
                                .taskDefinitions(references)
                                .build()));
    }

    private DescribeTaskDefinitionResponse describe(String reference) {
        return ecs.call(tx ->
                ecs.taskDefinitions.describeTaskDefinition(
                        tx,
                        DescribeTaskDefinitionRequest.builder().taskDefinition(reference).build()));
    }

    private ListTaskDefinitionsResponse list(Consumer<ListTaskDefinitionsRequest.Builder> changes) {
        ListTaskDefinitionsRequest.Builder request = ListTaskDefinitionsRequest.builder();
        changes.accept(request);
        return ecs.call(tx -> lists.listTaskDefinitions(tx, request.build()));
    }

    private List<String> listAll(int size, Consumer<ListTaskDefinitionsRequest.Builder> changes) {
        List<String> arns = new ArrayList<>();
        String token = null;
        do {
            String next = token;
            ListTaskDefinitionsResponse page =
                    list(changes.andThen(request -> request.maxResults(size).nextToken(next)));
            arns.addAll(page.taskDefinitionArns());
            token = page.nextToken();
        } while (token != null);
        return arns;
    }

    private List<String> families(
            int size, Consumer<ListTaskDefinitionFamiliesRequest.Builder> changes) {
        List<String> names = new ArrayList<>();
        String token = null;
        do {
            ListTaskDefinitionFamiliesRequest.Builder request =
                    ListTaskDefinitionFamiliesRequest.builder().maxResults(size).nextToken(token);
            changes.accept(request);
            ListTaskDefinitionFamiliesResponse page =
                    ecs.call(tx -> lists.listTaskDefinitionFamilies(tx, request.build()));
            names.addAll(page.families());
            token = page.nextToken();
        } while (token != null);
        return names;
    }

    private static String arn(String family, int revision) {
        return EcsFixture.ARN + "task-definition/" + family + ":" + revision;
    }

    private static void assertClient(ThrowingCallable call, String message) {
        assertThatThrownBy(call).isInstanceOf(ClientException.class).hasMessage(message);
    }

    private static void assertInvalid(ThrowingCallable call, String message) {
        assertThatThrownBy(call).isInstanceOf(InvalidParameterException.class).hasMessage(message);
    }
}
