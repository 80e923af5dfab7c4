package dev.dryberth.core.runtime.journal;

import dev.dryberth.core.model.AlarmArn;
import dev.dryberth.core.model.CertificateArn;
import dev.dryberth.core.model.EcsArn;
import dev.dryberth.core.model.ElbArn;
import dev.dryberth.core.model.FunctionArn;
import dev.dryberth.core.model.Scope;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.document.Document;
import software.amazon.awssdk.core.protocol.MarshallingType;
import software.amazon.awssdk.core.traits.ListTrait;
import software.amazon.awssdk.core.traits.MapTrait;
import software.amazon.awssdk.utils.builder.Buildable;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/** Fills any record of the model, and AWS's values in it, with values that differ from defaults. */
final class Samples {

    private final RandomGenerator random;
    private final boolean withNulls;

    /**
     * @param withNulls whether about half of all that may be null is
     */
    Samples(RandomGenerator random, boolean withNulls) {
        this.random = random;
        this.withNulls = withNulls;
    }

    <T extends Record> T of(Class<T> type) throws ReflectiveOperationException {
        return type.cast(record(type));
    }

    private Object record(Class<?> type) throws ReflectiveOperationException {
        RecordComponent[] components = type.getRecordComponents();
        Class<?>[] types = new Class<?>[components.length];
        @Nullable Object[] values = new @Nullable Object[components.length];
        for (int i = 0; i < components.length; i++) {
            types[i] = components[i].getType();
            boolean nullable = components[i].getAnnotatedType().isAnnotationPresent(Nullable.class);
            values[i] =
                    nullable && withNulls && random.nextBoolean()
                            ? null
                            : value(components[i].getGenericType());
        }
        return type.getConstructor(types).newInstance(values);
    }

    private Object value(Type type) throws ReflectiveOperationException {
        if (type instanceof ParameterizedType generic) {
            Type element =
                    generic.getActualTypeArguments()[generic.getActualTypeArguments().length - 1];
            if (generic.getRawType() == List.class) {
                return list(element);
            }
            Map<String, Object> map = new LinkedHashMap<>();
            map.put(text(), value(element));
            return map;
        }
        Class<?> plain = (Class<?>) type;
        if (plain == String.class) {
            return text();
        } else if (plain == int.class || plain == Integer.class) {
            return random.nextInt();
        } else if (plain == long.class || plain == Long.class) {
            return random.nextLong();
        } else if (plain == double.class || plain == Double.class) {
            return random.nextDouble();
        } else if (plain == boolean.class || plain == Boolean.class) {
            return random.nextBoolean();
        } else if (plain == Instant.class) {
            return Instant.ofEpochSecond(
                    random.nextLong(4_000_000_000L), random.nextInt(1_000_000_000));
        } else if (plain == Duration.class) {
            return Duration.ofMillis(random.nextLong(1_000_000_000L));
        } else if (plain.isEnum()) {
            Object[] constants = plain.getEnumConstants();
            return constants[random.nextInt(constants.length)];
        } else if (plain == CertificateArn.class) {
            return new CertificateArn(
                    new Scope("eu-west-1", "123456789012"), "id-" + random.nextInt(1000));
        } else if (plain == FunctionArn.class) {
            return new FunctionArn(
                    new Scope("eu-west-1", "123456789012"), "name-" + random.nextInt(1000));
        } else if (EcsArn.class.isAssignableFrom(plain)) {
            return arn(plain);
        } else if (ElbArn.class.isAssignableFrom(plain)) {
            return elbArn(plain);
        } else if (plain == AlarmArn.class) {
            return AlarmArn.parse(
                    "arn:aws:cloudwatch:eu-west-1:123456789012:alarm:a:b" + random.nextInt(1000));
        } else if (plain.isRecord()) {
            return record(plain);
        } else if (SdkPojo.class.isAssignableFrom(plain)) {
            return pojo((SdkPojo) plain.getMethod("builder").invoke(null), 0);
        }
        throw new IllegalArgumentException("no sample for " + type);
    }

    /** An ARN with fields that its text can carry: no slashes or colons in names. */
    private Object arn(Class<?> type) throws ReflectiveOperationException {
        String kind = type.getSimpleName();
        String name = "name-" + random.nextInt(1000);
        String resource =
                switch (kind) {
                    case "ClusterArn" -> "cluster/" + name;
                    case "TaskArn" -> "task/" + name + "/" + Integer.toHexString(random.nextInt());
                    case "ServiceArn" -> "service/" + name + "/web";
                    case "ServiceRevisionArn" -> "service-revision/" + name + "/web/123";
                    case "ServiceDeploymentArn" -> "service-deployment/" + name + "/web/a_b";
                    case "ContainerInstanceArn" -> "container-instance/" + name + "/0a";
                    case "TaskDefinitionArn" ->
                            "task-definition/" + name + ":" + random.nextInt(99);
                    default -> throw new IllegalArgumentException("no sample for " + kind);
                };
        return type.getMethod("parse", String.class)
                .invoke(null, "arn:aws:ecs:eu-west-1:123456789012:" + resource);
    }

    private Object elbArn(Class<?> type) throws ReflectiveOperationException {
        String name = "name-" + random.nextInt(1000);
        String resource =
                switch (type.getSimpleName()) {
                    case "LoadBalancerArn" -> "loadbalancer/app/" + name + "/0a";
                    case "ListenerArn" -> "listener/net/" + name + "/0a/1b";
                    case "RuleArn" -> "listener-rule/app/" + name + "/0a/1b/2c";
                    case "TargetGroupArn" -> "targetgroup/" + name + "/0a";
                    case "TrustStoreArn" -> "truststore/" + name + "/0a";
                    default -> throw new IllegalArgumentException("no sample for " + type);
                };
        return type.getMethod("parse", String.class)
                .invoke(null, "arn:aws:elasticloadbalancing:eu-west-1:123456789012:" + resource);
    }

    private List<Object> list(Type element) throws ReflectiveOperationException {
        List<Object> list = new ArrayList<>();
        for (int i = random.nextInt(withNulls ? 3 : 1, 4); i > 0; i--) {
            list.add(value(element));
        }
        return List.copyOf(list);
    }

    private SdkPojo pojo(SdkPojo builder, int depth) {
        for (SdkField<?> field : builder.sdkFields()) {
            if (!(withNulls && random.nextBoolean())) {
                field.set(builder, member(field, depth + 1));
            }
        }
        return (SdkPojo) ((Buildable) builder).build();
    }

    private Object member(SdkField<?> field, int depth) {
        MarshallingType<?> type = field.marshallingType();
        if (type.equals(MarshallingType.STRING)) {
            return text();
        } else if (type.equals(MarshallingType.INTEGER)) {
            return random.nextInt();
        } else if (type.equals(MarshallingType.LONG)) {
            return random.nextLong();
        } else if (type.equals(MarshallingType.DOUBLE)) {
            return random.nextDouble();
        } else if (type.equals(MarshallingType.FLOAT)) {
            return random.nextFloat();
        } else if (type.equals(MarshallingType.BOOLEAN)) {
            return random.nextBoolean();
        } else if (type.equals(MarshallingType.INSTANT)) {
            return Instant.ofEpochMilli(random.nextLong(4_000_000_000_000L));
        } else if (type.equals(MarshallingType.SDK_POJO)) {
            return pojo(field.constructor().get(), depth);
        } else if (type.equals(MarshallingType.LIST)) {
            List<Object> list = new ArrayList<>();
            for (int i = depth > 4 ? 0 : random.nextInt(3); i > 0; i--) {
                list.add(member(field.getTrait(ListTrait.class).memberFieldInfo(), depth + 1));
            }
            return list;
        } else if (type.equals(MarshallingType.MAP)) {
            Map<String, Object> map = new LinkedHashMap<>();
            map.put(text(), member(field.getTrait(MapTrait.class).valueFieldInfo(), depth + 1));
            return map;
        } else if (type.equals(MarshallingType.DOCUMENT)) {
            return Document.fromMap(Map.of(text(), Document.fromString(text())));
        }
        throw new IllegalArgumentException("no sample for " + field.memberName());
    }

    private String text() {
        String[] pieces = {
            "plain", "with \"quotes\" and \\", "två åäö 日本 🚢", "line\nbreak\t\u0001", ""
        };
        return pieces[random.nextInt(pieces.length)] + random.nextInt(1000);
    }
}
