package dev.dryberth.api.ecs;

import static dev.dryberth.api.ecs.EcsFixture.tag;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dryberth.core.model.ContainerInstance;
import dev.dryberth.core.model.LaunchType;
import dev.dryberth.core.model.TaskStatus;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import software.amazon.awssdk.services.ecs.model.ClusterNotFoundException;
import software.amazon.awssdk.services.ecs.model.CreateClusterRequest;
import software.amazon.awssdk.services.ecs.model.DeleteClusterRequest;
import software.amazon.awssdk.services.ecs.model.InvalidParameterException;
import software.amazon.awssdk.services.ecs.model.ListTagsForResourceRequest;
import software.amazon.awssdk.services.ecs.model.ResourceNotFoundException;
import software.amazon.awssdk.services.ecs.model.Tag;
import software.amazon.awssdk.services.ecs.model.TagResourceRequest;
import software.amazon.awssdk.services.ecs.model.UntagResourceRequest;

import java.util.List;
import java.util.stream.IntStream;

class TagsTest {

    private static final String CLUSTER = EcsFixture.ARN + "cluster/web";

    private final EcsFixture ecs = new EcsFixture();
    private final Clusters clusters = new Clusters();
    private final Tags tags = new Tags();

    @BeforeEach
    void createTheCluster() {
        ecs.call(tx ->
                clusters.createCluster(
                        tx, CreateClusterRequest.builder().clusterName("web").build()));
    }

    @Test
    void tagsAndUntagsEveryKindOfResource() {
        ecs.register(request -> {});
        ecs.addTask("web", EcsFixture.ID, LaunchType.FARGATE, TaskStatus.RUNNING);
        ecs.addInstance("web", EcsFixture.ID, ContainerInstance.Status.ACTIVE);
        for (String arn :
                List.of(
                        CLUSTER,
                        EcsFixture.ARN + "task-definition/web:1",
                        EcsFixture.ARN + "task/web/" + EcsFixture.ID,
                        EcsFixture.ARN + "container-instance/web/" + EcsFixture.ID)) {
            tagResource(arn, tag("a", "1"), tag("b", "2"));
            tagResource(arn, tag("a", "3"));
            assertThat(list(arn)).as(arn).containsExactly(tag("a", "3"), tag("b", "2"));
            untag(arn, "a", "not there");
            assertThat(list(arn)).as(arn).containsExactly(tag("b", "2"));
        }
    }

    @Test
    void aTagWithoutAValueHasAnEmptyOne() {
        tagResource(CLUSTER, tag("a", null));
        assertThat(list(CLUSTER)).containsExactly(tag("a", ""));
    }

    @Test
    void takesTheLongestTagsInEveryAlphabet() {
        Tag longest = tag("ключ 名 _.:/=+-@" + "k".repeat(113), "v".repeat(256));
        assertThat(longest.key()).hasSize(128);
        tagResource(CLUSTER, longest);
        assertThat(list(CLUSTER)).containsExactly(longest);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "aws:x", "AWS:x", "Aws:", "a\u0000b", "a\nb", "a*b", "a<b>"})
    void refusesBadKeys(String key) {
        assertThatThrownBy(() -> tagResource(CLUSTER, tag(key, "1")))
                .isInstanceOf(InvalidParameterException.class)
                .hasMessageStartingWith("Tag key");
    }

    @Test
    void refusesTooLongKeysAndBadValues() {
        assertInvalid(
                tag("k".repeat(129), ""), "Tag key must be at most 128 characters, but has 129");
        assertInvalid(
                tag("k", "v".repeat(257)),
                "Tag value of key k must be at most 256 characters, but has 257");
        assertInvalid(
                tag("k", "aws:x"),
                "Tag values can not begin with the reserved prefix aws:, but was aws:x");
        assertInvalid(tag("k", "a*b"), "Tag value contains invalid characters: a*b");
    }

    @Test
    void refusesAKeyTwice() {
        assertThatThrownBy(() -> tagResource(CLUSTER, tag("a", "1"), tag("a", "2")))
                .isInstanceOf(InvalidParameterException.class)
                .hasMessage("Duplicate tag key a. Each tag key must be unique.");
    }

    @Test
    void keepsTheLimitOverAllCallsAndLetsOldKeysChange() {
        Tag[] fifty = IntStream.range(0, 50).mapToObj(i -> tag("k" + i, "v")).toArray(Tag[]::new);
        tagResource(CLUSTER, fifty);
        tagResource(CLUSTER, tag("k7", "new"));
        assertInvalid(tag("one more", ""), "A resource can not have more than 50 tags.");
        assertThat(list(CLUSTER)).hasSize(50);
    }

    @Test
    void refusesNoTagsAndNoKeys() {
        assertThatThrownBy(() -> tagResource(CLUSTER))
                .isInstanceOf(InvalidParameterException.class)
                .hasMessage("Tags can not be empty.");
        assertThatThrownBy(() -> untag(CLUSTER))
                .isInstanceOf(InvalidParameterException.class)
                .hasMessage("TagKeys can not be empty.");
    }

    @Test
    void refusesOldArns() {
        assertThatThrownBy(() -> list(EcsFixture.ARN + "task/" + EcsFixture.ID))
                .isInstanceOf(InvalidParameterException.class)
                .hasMessage("Long arn format must be enabled for tagging.");
    }

    @Test
    void refusesWhatIsNotThere() {
        assertThatThrownBy(() -> list(EcsFixture.ARN + "cluster/other"))
                .isInstanceOf(ClusterNotFoundException.class)
                .hasMessage("Cluster not found.");
        assertThatThrownBy(() -> list(EcsFixture.ARN + "task/web/" + EcsFixture.ID))
                .isInstanceOf(ResourceNotFoundException.class)
                .hasMessage("The specified resource was not found.");
        assertThatThrownBy(() -> list(EcsFixture.ARN + "task-definition/web:1"))
                .isInstanceOf(ResourceNotFoundException.class);
    }

    @Test
    void refusesAnInactiveCluster() {
        ecs.call(tx ->
                clusters.deleteCluster(tx, DeleteClusterRequest.builder().cluster("web").build()));
        assertThatThrownBy(() -> list(CLUSTER))
                .isInstanceOf(InvalidParameterException.class)
                .hasMessage(
                        "The specified cluster is inactive. Specify an active cluster and try"
                                + " again.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "web", "arn:aws:ecs:eu-west-1:123456789012:attachment/x"})
    void refusesWhatIsNoTaggableArn(String arn) {
        assertThatThrownBy(() -> list(arn)).isInstanceOf(InvalidParameterException.class);
    }

    private void assertInvalid(Tag tag, String message) {
        assertThatThrownBy(() -> tagResource(CLUSTER, tag))
                .isInstanceOf(InvalidParameterException.class)
                .hasMessage(message);
    }

    private void tagResource(String arn, Tag... added) {
        ecs.call(tx ->
                tags.tagResource(
                        tx, TagResourceRequest.builder().resourceArn(arn).tags(added).build()));
    }

    private void untag(String arn, String... keys) {
        ecs.call(tx ->
                tags.untagResource(
                        tx, UntagResourceRequest.builder().resourceArn(arn).tagKeys(keys).build()));
    }

    private List<Tag> list(String arn) {
        return ecs.call(tx ->
                        tags.listTagsForResource(
                                tx, ListTagsForResourceRequest.builder().resourceArn(arn).build()))
                .tags();
    }
}
