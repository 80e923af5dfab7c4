package dev.dryberth.core.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.core.SdkResponse;
import software.amazon.awssdk.services.ecs.EcsClient;
import software.amazon.awssdk.services.ecs.model.Compatibility;
import software.amazon.awssdk.services.ecs.model.ContainerDefinition;
import software.amazon.awssdk.services.ecs.model.CreateClusterRequest;
import software.amazon.awssdk.services.ecs.model.DescribeTasksResponse;
import software.amazon.awssdk.services.ecs.model.RegisterTaskDefinitionRequest;
import software.amazon.awssdk.services.ecs.model.RunTaskRequest;
import software.amazon.awssdk.services.ecs.model.Tag;
import software.amazon.awssdk.services.ecs.model.Task;
import software.amazon.awssdk.services.ecs.model.TaskDefinition;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

class SdkJsonTest {

    /** The request and response classes of all operations ECS has. */
    static List<Class<?>> everyShapeOfEcs() {
        List<Class<?>> shapes = new ArrayList<>();
        for (Method method : EcsClient.class.getMethods()) {
            if (method.getParameterCount() == 1
                    && SdkRequest.class.isAssignableFrom(method.getParameterTypes()[0])
                    && SdkResponse.class.isAssignableFrom(method.getReturnType())) {
                shapes.add(method.getParameterTypes()[0]);
                shapes.add(method.getReturnType());
            }
        }
        return shapes;
    }

    @ParameterizedTest
    @MethodSource("everyShapeOfEcs")
    void readsBackEveryMemberItWrote(Class<?> shape) throws ReflectiveOperationException {
        Object filled = Filled.value(newBuilder(shape));
        byte[] json = SdkJson.toBytes((SdkPojo) filled);

        SdkPojo builder = newBuilder(shape);
        SdkJson.readInto(json, builder);

        assertThat(((software.amazon.awssdk.utils.builder.Buildable) builder).build())
                .isEqualTo(filled);
        assertThat(SdkJson.toBytes((SdkPojo) filled)).isEqualTo(json);
    }

    private static SdkPojo newBuilder(Class<?> shape) throws ReflectiveOperationException {
        return (SdkPojo) shape.getMethod("builder").invoke(null);
    }

    @Test
    void leavesOutWhatNobodySetButWritesAListSetToEmpty() {
        TaskDefinition definition =
                TaskDefinition.builder()
                        .family("web")
                        .volumes(List.of())
                        .compatibilities(Compatibility.EC2, Compatibility.FARGATE)
                        .build();

        assertThat(text(SdkJson.toBytes(definition)))
                .isEqualTo(
                        """
                        {"family":"web","volumes":[],"compatibilities":["EC2","FARGATE"]}\
                        """);
    }

    @Test
    void keepsSetToEmptyAndNotSetApartWhenReading() {
        ContainerDefinition read =
                SdkJson.read(
                        bytes("{\"environment\":[],\"dockerLabels\":{},\"command\":null}"),
                        ContainerDefinition.builder());

        assertThat(read.hasEnvironment()).isTrue();
        assertThat(read.hasDockerLabels()).isTrue();
        assertThat(read.hasCommand()).isFalse();
        assertThat(read.hasMountPoints()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "1733318615211, 1733318615.211",
        "1733318615000, 1733318615",
        "1733318615001, 1733318615.001",
        "1, 0.001",
        "-1500, -1.500"
    })
    void writesTimestampsAsSecondsWithMilliseconds(long epochMillis, String json) {
        Task task = Task.builder().createdAt(Instant.ofEpochMilli(epochMillis)).build();

        assertThat(text(SdkJson.toBytes(task))).isEqualTo("{\"createdAt\":" + json + "}");
        assertThat(SdkJson.read(SdkJson.toBytes(task), Task.builder())).isEqualTo(task);
    }

    @Test
    void readsTimestampsInEveryFormOfNumber() {
        assertThat(SdkJson.read(bytes("{\"createdAt\":1.733318615211E9}"), Task.builder()))
                .isEqualTo(
                        Task.builder().createdAt(Instant.ofEpochMilli(1_733_318_615_211L)).build());
    }

    /** The SDK's own getter would make up a random token here. */
    @Test
    void inventsNoIdempotencyToken() {
        assertThat(text(SdkJson.toBytes(RunTaskRequest.builder().taskDefinition("web:1").build())))
                .isEqualTo("{\"taskDefinition\":\"web:1\"}");
        assertThat(text(SdkJson.toBytes(RunTaskRequest.builder().clientToken("t").build())))
                .isEqualTo("{\"clientToken\":\"t\"}");
    }

    @Test
    void ignoresUnknownMembersAndNulls() {
        RunTaskRequest read =
                SdkJson.read(
                        bytes(
                                """
                                {"new":{"deep":[{"er":[1,2,{}]}]},"count":null,"taskDefinition":"web",
                                 "newer":[[]],"tags":[null,{"key":"a","future":1}]}\
                                """),
                        RunTaskRequest.builder());

        assertThat(read)
                .isEqualTo(
                        RunTaskRequest.builder()
                                .taskDefinition("web")
                                .tags(Tag.builder().key("a").build())
                                .build());
    }

    @ParameterizedTest
    @CsvSource({"2.0, 2", "2e2, 200", "20.00e-1, 2", "0.0e-9, 0", "-0.0, 0"})
    void readsAnIntegerWithoutAFractionInEveryForm(String json, int value) {
        assertThat(
                        SdkJson.read(bytes("{\"count\":" + json + "}"), RunTaskRequest.builder())
                                .count())
                .isEqualTo(value);
    }

    @Test
    void takesNothingForAnEmptyObject() {
        assertThat(SdkJson.read(new byte[0], RunTaskRequest.builder()))
                .isEqualTo(RunTaskRequest.builder().build());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"family\":1} | NUMBER_VALUE cannot be converted to String",
                "{\"family\":1.5} | NUMBER_VALUE cannot be converted to String",
                "{\"family\":true} | TRUE_VALUE cannot be converted to String",
                "{\"family\":{}} | Start of structure or map found where not expected.",
                "{\"family\":[]} | Start of list found where not expected",
                "{\"containerDefinitions\":{}} | Start of structure or map found where not"
                        + " expected.",
                "{\"containerDefinitions\":[[]]} | Start of list found where not expected",
                "{\"containerDefinitions\":\"x\"} | Expected list or null",
                "{\"runtimePlatform\":\"x\"} | Expected structure or null",
                "{\"containerDefinitions\":[{\"cpu\":\"1\"}]} | STRING_VALUE cannot be converted to"
                        + " Integer",
                "{\"containerDefinitions\":[{\"cpu\":1.5}]} | NUMBER_VALUE cannot be converted to"
                        + " Integer",
                "{\"containerDefinitions\":[{\"cpu\":3000000000}]} | NUMBER_VALUE cannot be"
                        + " converted to Integer: 3000000000",
                "{\"containerDefinitions\":[{\"essential\":\"true\"}]} | STRING_VALUE cannot be"
                        + " converted to Boolean",
                "{\"containerDefinitions\":[{\"dockerLabels\":\"a\"}]} | Expected map or null",
                "{\"containerDefinitions\":[{\"dockerLabels\":{\"a\":1}}]} | NUMBER_VALUE cannot be"
                        + " converted to String",
                "[] | Start of list found where not expected",
                "\"x\" | Expected structure or null",
                "{} {} | Unexpected content after the end of the JSON object"
            })
    void saysWhatDoesNotFit(String json, String message) {
        assertThatThrownBy(() -> SdkJson.read(bytes(json), RegisterTaskDefinitionRequest.builder()))
                .isInstanceOf(WireException.class)
                .hasMessage(message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"createdAt\":\"2024-01-01\"}", "{\"createdAt\":1e999999999}"})
    void refusesWhatIsNoTimestamp(String json) {
        assertThatThrownBy(() -> SdkJson.read(bytes(json), Task.builder()))
                .isInstanceOf(WireException.class)
                .hasMessageEndingWith("_VALUE cannot be converted to Timestamp");
    }

    static Stream<byte[]> brokenJson() {
        return Stream.of(
                bytes("{\"family\":\"web\""),
                bytes("{\"family\":\"we"),
                bytes("{\"containerDefinitions\":[{"),
                bytes("{family:1}"),
                bytes("not json"),
                bytes(" "),
                bytes("{\"family\":\"a\u0000b\"}"),
                new byte[] {
                    '{', '"', 'f', 'a', 'm', 'i', 'l', 'y', '"', ':', '"', (byte) 0xFF, '"', '}'
                },
                new byte[] {(byte) 0x80, 0x01, 0x02, (byte) 0xFE});
    }

    @ParameterizedTest
    @MethodSource("brokenJson")
    void refusesWhatIsNoJson(byte[] json) {
        assertThatThrownBy(() -> SdkJson.read(json, RegisterTaskDefinitionRequest.builder()))
                .isInstanceOf(WireException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"[", "{\"a\":"})
    void refusesToFollowEndlessNesting(String opening) {
        String json = "{\"unknown\":" + opening.repeat(100_000);

        assertThatThrownBy(() -> SdkJson.read(bytes(json), RunTaskRequest.builder()))
                .isInstanceOf(WireException.class)
                .hasMessageContaining("depth");
    }

    @Test
    void takesKnownBytesOfListElementsAndMembers() {
        Task known = Task.builder().taskArn("known").cpu("256").build();
        Task other = Task.builder().taskArn("other").build();
        Map<SdkPojo, byte[]> kept = Map.of(known, bytes("{\"taskArn\":\"from memory\"}"));

        byte[] json =
                SdkJson.toBytes(
                        DescribeTasksResponse.builder().tasks(known, other).build(), kept::get);

        assertThat(text(json))
                .isEqualTo("{\"tasks\":[{\"taskArn\":\"from memory\"},{\"taskArn\":\"other\"}]}");
    }

    @Test
    void copiesKnownBytesLargerThanItsBuffer() {
        byte[] large = bytes("{\"taskArn\":\"" + "x".repeat(100_000) + "\"}");
        Task task = Task.builder().taskArn("any").build();

        byte[] json =
                SdkJson.toBytes(
                        DescribeTasksResponse.builder().tasks(task, task).build(), each -> large);

        assertThat(text(json)).isEqualTo("{\"tasks\":[" + text(large) + "," + text(large) + "]}");
    }

    @Test
    void standsInsideALargerDocument() throws IOException {
        TaskDefinition definition = TaskDefinition.builder().family("web").revision(2).build();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator out = SdkJson.JSON.createGenerator(bytes)) {
            out.writeStartObject();
            out.writeFieldName("before");
            SdkJson.write(out, definition);
            out.writeNumberField("after", 1);
            out.writeEndObject();
        }
        try (JsonParser in = SdkJson.JSON.createParser(bytes.toByteArray())) {
            in.nextToken();
            in.nextToken();
            in.nextToken();
            assertThat(SdkJson.read(in, TaskDefinition.builder())).isEqualTo(definition);
            assertThat(in.nextFieldName()).isEqualTo("after");
        }
    }

    /** Three bytes in an array become hundreds in memory; a body's length alone is no limit. */
    @Test
    void refusesADocumentOfTooManyValues() {
        String tags = "{},".repeat(SdkJson.MAX_TOKENS / 2) + "{}";

        assertThatThrownBy(() ->
                        SdkJson.read(
                                bytes("{\"tags\":[" + tags + "]}"), CreateClusterRequest.builder()))
                .isInstanceOf(WireException.class)
                .hasMessageContaining("100000");
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
