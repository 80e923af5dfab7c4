package dev.dryberth.core.runtime.journal;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;

import dev.dryberth.core.model.AlarmArn;
import dev.dryberth.core.model.CertificateArn;
import dev.dryberth.core.model.EcsArn;
import dev.dryberth.core.model.ElbArn;
import dev.dryberth.core.model.FunctionArn;
import dev.dryberth.core.wire.SdkJson;
import dev.dryberth.core.wire.WireException;

import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.utils.builder.SdkBuilder;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** How each type that occurs in a row is written and read; found out once a type. */
final class Shapes {

    private static final ClassValue<Shape> SHAPES =
            new ClassValue<>() {
                @Override
                protected Shape computeValue(Class<?> type) {
                    return shapeOf(type);
                }
            };

    private Shapes() {}

    /** Writes and reads the values of one type. A reader stands on the value's first token. */
    interface Shape {

        void write(JsonGenerator out, Object value) throws IOException;

        Object read(JsonParser in) throws IOException;
    }

    static Shape of(Type type) {
        return switch (type) {
            case Class<?> plain -> SHAPES.get(plain);
            case ParameterizedType generic when generic.getRawType() == List.class ->
                    new ListShape(of(generic.getActualTypeArguments()[0]));
            case ParameterizedType generic
                    when generic.getRawType() == Map.class
                            && generic.getActualTypeArguments()[0] == String.class ->
                    new MapShape(of(generic.getActualTypeArguments()[1]));
            default -> throw unsupported(type);
        };
    }

    private static Shape shapeOf(Class<?> type) {
        if (isArn(type) && type.isRecord()) {
            return new ParsedShape(type);
        }
        if (type.isRecord()) {
            return RecordShape.of(type);
        }
        if (type.isEnum()) {
            return new EnumShape(type);
        }
        if (SdkPojo.class.isAssignableFrom(type)) {
            return new PojoShape(type);
        }
        Shape scalar = Scalars.of(type);
        if (scalar == null) {
            throw unsupported(type);
        }
        return scalar;
    }

    private static boolean isArn(Class<?> type) {
        return EcsArn.class.isAssignableFrom(type)
                || ElbArn.class.isAssignableFrom(type)
                || type == AlarmArn.class
                || type == CertificateArn.class
                || type == FunctionArn.class;
    }

    private static IllegalArgumentException unsupported(Type type) {
        return new IllegalArgumentException(
                "The journal can't keep a " + type.getTypeName() + "; give it a shape in Shapes");
    }

    /** Fails unless the parser stands on {@code wanted}. */
    static void expect(JsonParser in, JsonToken wanted) throws IOException {
        if (!in.hasToken(wanted)) {
            throw new IOException("found " + in.currentToken() + " (expected: " + wanted + ")");
        }
    }

    static String text(JsonParser in) throws IOException {
        expect(in, JsonToken.VALUE_STRING);
        return in.getText();
    }

    private record ListShape(Shape element) implements Shape {

        @Override
        public void write(JsonGenerator out, Object value) throws IOException {
            out.writeStartArray();
            for (Object each : (List<?>) value) {
                element.write(out, each);
            }
            out.writeEndArray();
        }

        @Override
        public Object read(JsonParser in) throws IOException {
            expect(in, JsonToken.START_ARRAY);
            List<Object> elements = new ArrayList<>();
            while (in.nextToken() != JsonToken.END_ARRAY) {
                elements.add(element.read(in));
            }
            return List.copyOf(elements);
        }
    }

    /** Maps keep the order of their entries. */
    private record MapShape(Shape value) implements Shape {

        @Override
        public void write(JsonGenerator out, Object map) throws IOException {
            out.writeStartObject();
            for (Map.Entry<?, ?> entry : ((Map<?, ?>) map).entrySet()) {
                out.writeFieldName((String) entry.getKey());
                value.write(out, entry.getValue());
            }
            out.writeEndObject();
        }

        @Override
        public Object read(JsonParser in) throws IOException {
            expect(in, JsonToken.START_OBJECT);
            Map<String, Object> entries = new LinkedHashMap<>();
            while (in.nextToken() != JsonToken.END_OBJECT) {
                String key = in.currentName();
                in.nextToken();
                entries.put(key, value.read(in));
            }
            return Collections.unmodifiableMap(entries);
        }
    }

    /**
     * What reads its own text. The rows of one service stand side by side and name the same things,
     * so the value before is often the next one, too.
     */
    private static final class ParsedShape implements Shape {

        private final Method parse;
        private volatile Parsed latest = new Parsed("", "");

        private record Parsed(String text, Object value) {}

        ParsedShape(Class<?> type) {
            parse = method(type, "parse", String.class);
        }

        @Override
        public void write(JsonGenerator out, Object value) throws IOException {
            out.writeString(value.toString());
        }

        @Override
        public Object read(JsonParser in) throws IOException {
            String text = text(in);
            Parsed known = latest;
            if (!text.isEmpty() && known.text().equals(text)) {
                return known.value();
            }
            Object value = call(parse, text);
            latest = new Parsed(text, value);
            return value;
        }
    }

    private record EnumShape(Map<String, Object> byName) implements Shape {

        EnumShape(Class<?> type) {
            this(new LinkedHashMap<>());
            for (Object constant : type.getEnumConstants()) {
                byName.put(((Enum<?>) constant).name(), constant);
            }
        }

        @Override
        public void write(JsonGenerator out, Object value) throws IOException {
            out.writeString(((Enum<?>) value).name());
        }

        @Override
        public Object read(JsonParser in) throws IOException {
            String name = text(in);
            Object constant = byName.get(name);
            if (constant == null) {
                throw new IOException(name + " is none of " + byName.keySet());
            }
            return constant;
        }
    }

    private record PojoShape(Method builder) implements Shape {

        PojoShape(Class<?> type) {
            this(method(type, "builder"));
        }

        @Override
        public void write(JsonGenerator out, Object value) throws IOException {
            SdkJson.write(out, (SdkPojo) value);
        }

        @Override
        public Object read(JsonParser in) throws IOException {
            expect(in, JsonToken.START_OBJECT);
            try {
                return build(in, call(builder));
            } catch (WireException broken) {
                throw new IOException(broken.getMessage(), broken);
            }
        }

        // Every builder of an SdkPojo is both, but no type says so.
        @SuppressWarnings("unchecked")
        private static <T, B extends SdkBuilder<?, T> & SdkPojo> Object build(
                JsonParser in, Object builder) throws IOException {
            return SdkJson.read(in, (B) builder);
        }
    }

    private static Method method(Class<?> type, String name, Class<?>... parameters) {
        try {
            return type.getMethod(name, parameters);
        } catch (NoSuchMethodException missing) {
            throw new IllegalArgumentException(type + " has no method " + name, missing);
        }
    }

    private static Object call(Method method, Object... arguments) throws IOException {
        try {
            return method.invoke(null, arguments);
        } catch (InvocationTargetException refused) {
            throw new IOException(String.valueOf(refused.getCause()), refused.getCause());
        } catch (IllegalAccessException impossible) {
            throw new IllegalStateException(method + " is not public", impossible);
        }
    }
}
