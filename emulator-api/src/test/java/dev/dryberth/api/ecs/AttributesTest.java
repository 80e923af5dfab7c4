package dev.dryberth.api.ecs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dryberth.core.model.ContainerInstance;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import software.amazon.awssdk.services.ecs.model.Attribute;
import software.amazon.awssdk.services.ecs.model.AttributeLimitExceededException;
import software.amazon.awssdk.services.ecs.model.CreateClusterRequest;
import software.amazon.awssdk.services.ecs.model.DeleteAttributesRequest;
import software.amazon.awssdk.services.ecs.model.InvalidParameterException;
import software.amazon.awssdk.services.ecs.model.ListAttributesRequest;
import software.amazon.awssdk.services.ecs.model.ListAttributesResponse;
import software.amazon.awssdk.services.ecs.model.PutAttributesRequest;
import software.amazon.awssdk.services.ecs.model.TargetNotFoundException;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;

class AttributesTest {

    private static final String OTHER_ID = "f".repeat(32);

    private final EcsFixture ecs = new EcsFixture();
    private final Attributes attributes = new Attributes();

    @BeforeEach
    void createTheClusterWithAnInstance() {
        ecs.call(tx -> new Clusters().createCluster(tx, CreateClusterRequest.builder().build()));
        ecs.addInstance(
                "default",
                EcsFixture.ID,
                ContainerInstance.Status.ACTIVE,
                new dev.dryberth.core.model.Attribute("ecs.os-type", "linux"));
    }

    @Test
    void putsChangesListsAndDeletes() {
        assertThat(put(attribute("stack", "production", EcsFixture.ID)))
                .containsExactly(
                        Attribute.builder()
                                .name("stack")
                                .value("production")
                                .targetId(
                                        EcsFixture.ARN
                                                + "container-instance/default/"
                                                + EcsFixture.ID)
                                .build());
        put(attribute("stack", "test", EcsFixture.ID));
        assertThat(list(request -> request.attributeName("stack")).attributes())
                .extracting(Attribute::value)
                .containsExactly("test");
        assertThat(delete(attribute("stack", null, EcsFixture.ID))).hasSize(1);
        assertThat(list(request -> {}).attributes())
                .extracting(Attribute::name)
                .containsExactly("ecs.os-type");
    }

    @Test
    void deletingWhatIsNotThereDeletesNothing() {
        assertThat(delete(attribute("stack", null, EcsFixture.ID))).isEmpty();
        put(attribute("stack", "test", EcsFixture.ID));
        assertThat(delete(attribute("stack", "other", EcsFixture.ID))).isEmpty();
    }

    @Test
    void filtersByNameAndValueAndPages() {
        ecs.addInstance("default", OTHER_ID, ContainerInstance.Status.ACTIVE);
        put(attribute("stack", "a", EcsFixture.ID), attribute("stack", "b", OTHER_ID));
        assertThat(list(request -> request.attributeName("stack").attributeValue("b")).attributes())
                .extracting(Attribute::targetId)
                .containsExactly(EcsFixture.ARN + "container-instance/default/" + OTHER_ID);
        List<String> names = new ArrayList<>();
        String token = null;
        do {
            String next = token;
            ListAttributesResponse page = list(request -> request.maxResults(1).nextToken(next));
            page.attributes().forEach(each -> names.add(each.name()));
            token = page.nextToken();
        } while (token != null);
        assertThat(names).containsExactly("ecs.os-type", "stack", "stack");
    }

    @Test
    void readsATargetByItsArn() {
        Attribute byArn =
                Attribute.builder()
                        .name("stack")
                        .targetId(EcsFixture.ARN + "container-instance/default/" + EcsFixture.ID)
                        .build();
        assertThat(put(byArn)).hasSize(1);
    }

    @Test
    void keepsTheLimitsOfCustomAttributes() {
        put(
                IntStream.range(0, 10)
                        .mapToObj(i -> attribute("a" + i, null, EcsFixture.ID))
                        .toArray(Attribute[]::new));
        assertThatThrownBy(() -> put(attribute("one-more", null, EcsFixture.ID)))
                .isInstanceOf(AttributeLimitExceededException.class)
                .hasMessage("A resource cannot have more than 10 custom attributes.");
        assertInvalid(
                () ->
                        put(
                                IntStream.range(0, 11)
                                        .mapToObj(i -> attribute("a" + i, null, EcsFixture.ID))
                                        .toArray(Attribute[]::new)),
                "attributes cannot have more than 10 elements");
    }

    @Test
    void refusesUnknownTargets() {
        assertThatThrownBy(() -> put(attribute("stack", null, OTHER_ID)))
                .isInstanceOf(TargetNotFoundException.class)
                .hasMessage("Could not find " + OTHER_ID);
        assertInvalid(
                () -> put(attribute("stack", null, "short")),
                "instanceId length should be one of [32,36]");
        assertInvalid(() -> put(attribute("stack", null, null)), "targetId can not be blank.");
        assertInvalid(
                () -> put(Attribute.builder().name("a").targetId(EcsFixture.ID).build()),
                "targetType must be container-instance");
        assertInvalid(() -> put(), "attributes can not be empty");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "ä", "a:b"})
    void refusesBadNames(String name) {
        assertThatThrownBy(() -> put(attribute(name, null, EcsFixture.ID)))
                .isInstanceOf(InvalidParameterException.class)
                .hasMessageStartingWith("Attribute name must be 1 to 128");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " a", "a ", "a*b"})
    void refusesBadValues(String value) {
        assertThatThrownBy(() -> put(attribute("a", value, EcsFixture.ID)))
                .isInstanceOf(InvalidParameterException.class)
                .hasMessageStartingWith("Attribute value must be 1 to 128");
    }

    @Test
    void refusesListingsThatMakeNoSense() {
        assertInvalid(
                () -> list(request -> request.targetType("task")),
                "targetType must be container-instance");
        assertInvalid(
                () -> list(request -> request.attributeValue("b")),
                "You must specify an attribute name to filter by value.");
    }

    private List<Attribute> put(Attribute... changed) {
        return ecs.call(tx ->
                        attributes.putAttributes(
                                tx, PutAttributesRequest.builder().attributes(changed).build()))
                .attributes();
    }

    private List<Attribute> delete(Attribute... deleted) {
        return ecs.call(tx ->
                        attributes.deleteAttributes(
                                tx, DeleteAttributesRequest.builder().attributes(deleted).build()))
                .attributes();
    }

    private ListAttributesResponse list(Consumer<ListAttributesRequest.Builder> changes) {
        ListAttributesRequest.Builder request =
                ListAttributesRequest.builder().targetType("container-instance");
        changes.accept(request);
        return ecs.call(tx -> attributes.listAttributes(tx, request.build()));
    }

    private static Attribute attribute(
            String name, @Nullable String value, @Nullable String targetId) {
        return Attribute.builder()
                .name(name)
                .value(value)
                .targetType("container-instance")
                .targetId(targetId)
                .build();
    }

    private static void assertInvalid(ThrowingCallable call, String message) {
        assertThatThrownBy(call).isInstanceOf(InvalidParameterException.class).hasMessage(message);
    }
}
