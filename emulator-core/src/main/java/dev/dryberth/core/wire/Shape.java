package dev.dryberth.core.wire;

import com.fasterxml.jackson.core.io.SerializedString;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.core.protocol.MarshallLocation;
import software.amazon.awssdk.core.protocol.MarshallingKnownType;
import software.amazon.awssdk.core.traits.DefaultValueTrait;
import software.amazon.awssdk.core.traits.ListTrait;
import software.amazon.awssdk.core.traits.MapTrait;
import software.amazon.awssdk.core.traits.PayloadTrait;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * What one of AWS's model classes says about itself, looked at once and kept; what every codec
 * walks. Safe on any thread.
 */
public final class Shape {

    private static final Map<Class<?>, Shape> KNOWN = new ConcurrentHashMap<>();

    private final List<Field> fields;
    private final List<Field> elsewhere;
    private final Map<String, Field> byName;

    private Shape(SdkPojo pojo) {
        List<Field> all = pojo.sdkFields().stream().map(Field::of).toList();
        fields = all.stream().filter(Field::isInBody).toList();
        elsewhere = all.stream().filter(field -> !field.isInBody()).toList();
        byName = HashMap.newHashMap(fields.size());
        for (Field field : fields) {
            byName.put(field.name.getValue(), field);
        }
    }

    /** The shape of a model value or of its builder; the two have the same fields. */
    public static Shape of(SdkPojo pojo) {
        Shape known = KNOWN.get(pojo.getClass());
        return known != null
                ? known
                : KNOWN.computeIfAbsent(pojo.getClass(), fresh -> new Shape(pojo));
    }

    /** Every member that is in a message's body, in the model's order. */
    public List<Field> fields() {
        return fields;
    }

    /** Members that are in a message's path, query, headers or status instead. */
    public List<Field> elsewhere() {
        return elsewhere;
    }

    /** The member that is a message's whole body by itself; null: there is none. */
    public @Nullable Field payload() {
        return fields.stream().filter(Field::isWholeBody).findFirst().orElse(null);
    }

    /** The member of that name on the wire; null: there is none. */
    public @Nullable Field field(String name) {
        return byName.get(name);
    }

    /** One member, or the element of a list or map. */
    public static final class Field {

        final SerializedString name;
        final MarshallingKnownType type;

        private final SdkField<?> sdk;
        private final @Nullable Field element;
        private final boolean inventsItsValue;

        private Field(SdkField<?> sdk, @Nullable Field element) {
            this.sdk = sdk;
            this.element = element;
            name = new SerializedString(sdk.locationName());
            type = sdk.marshallingType().getKnownType();
            inventsItsValue = sdk.containsTrait(DefaultValueTrait.class);
        }

        private static Field of(SdkField<?> sdk) {
            ListTrait list = sdk.getTrait(ListTrait.class);
            if (list != null) {
                return new Field(sdk, of(list.memberFieldInfo()));
            }
            MapTrait map = sdk.getTrait(MapTrait.class);
            return new Field(sdk, map == null ? null : of(map.valueFieldInfo()));
        }

        /** The name on the wire. */
        public String name() {
            return name.getValue();
        }

        public MarshallingKnownType type() {
            return type;
        }

        /** Where in a message it is. */
        public MarshallLocation location() {
            return sdk.location();
        }

        private boolean isInBody() {
            return location() == MarshallLocation.PAYLOAD;
        }

        private boolean isWholeBody() {
            return sdk.containsTrait(PayloadTrait.class);
        }

        /** What a list or map holds. */
        public Field element() {
            if (element == null) {
                throw new IllegalStateException(name + " is a " + type + " and has no elements");
            }
            return element;
        }

        /**
         * The member's value. An idempotency token that nobody gave is not invented here, as the
         * SDK's own getter would: a request written down and read again must still be the same.
         */
        public @Nullable Object get(SdkPojo pojo) {
            if (inventsItsValue && pojo instanceof SdkRequest request) {
                return request.getValueForField(sdk.memberName(), Object.class).orElse(null);
            }
            return sdk.getValueOrDefault(pojo);
        }

        public void set(SdkPojo builder, Object value) {
            sdk.set(builder, value);
        }

        /** A builder of the structure this member holds. */
        public SdkPojo newBuilder() {
            Supplier<SdkPojo> constructor = sdk.constructor();
            return constructor.get();
        }
    }
}
