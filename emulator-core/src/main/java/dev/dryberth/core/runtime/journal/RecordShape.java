package dev.dryberth.core.runtime.journal;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A record as a JSON object, one member a component, in their order. A component marked {@link
 * Nullable} is left out when it is null; any other must be there.
 */
final class RecordShape implements Shapes.Shape {

    private final Class<?> type;
    private final Constructor<?> constructor;
    private final Component[] components;
    private final Map<String, Component> byName = new LinkedHashMap<>();

    private record Component(
            int index, String name, Method accessor, boolean nullable, Shapes.Shape shape) {}

    private RecordShape(Class<?> type, Constructor<?> constructor, Component[] components) {
        this.type = type;
        this.constructor = constructor;
        this.components = components;
        for (Component component : components) {
            byName.put(component.name(), component);
        }
    }

    static RecordShape of(Class<?> type) {
        RecordComponent[] declared = type.getRecordComponents();
        Class<?>[] parameters = new Class<?>[declared.length];
        Component[] components = new Component[declared.length];
        for (int i = 0; i < declared.length; i++) {
            RecordComponent each = declared[i];
            parameters[i] = each.getType();
            boolean nullable = each.getAnnotatedType().isAnnotationPresent(Nullable.class);
            components[i] =
                    new Component(
                            i,
                            each.getName(),
                            each.getAccessor(),
                            nullable,
                            Shapes.of(each.getGenericType()));
        }
        try {
            return new RecordShape(type, type.getConstructor(parameters), components);
        } catch (NoSuchMethodException notPublic) {
            throw new IllegalArgumentException(type + " is not public", notPublic);
        }
    }

    @Override
    public void write(JsonGenerator out, Object row) throws IOException {
        out.writeStartObject();
        for (Component component : components) {
            Object value = get(component, row);
            if (value != null) {
                out.writeFieldName(component.name());
                component.shape().write(out, value);
            } else if (!component.nullable()) {
                throw new IllegalArgumentException(
                        "%s.%s is null".formatted(type.getSimpleName(), component.name()));
            }
        }
        out.writeEndObject();
    }

    private static @Nullable Object get(Component component, Object row) {
        try {
            return component.accessor().invoke(row);
        } catch (ReflectiveOperationException impossible) {
            throw new IllegalStateException(component + " can't be read", impossible);
        }
    }

    @Override
    public Object read(JsonParser in) throws IOException {
        Shapes.expect(in, JsonToken.START_OBJECT);
        @Nullable Object[] values = new @Nullable Object[components.length];
        while (in.nextToken() != JsonToken.END_OBJECT) {
            String name = in.currentName();
            Component component = byName.get(name);
            if (component == null) {
                throw new IOException(type.getSimpleName() + " has no component " + name);
            }
            in.nextToken();
            values[component.index()] = component.shape().read(in);
        }
        for (Component component : components) {
            if (values[component.index()] == null && !component.nullable()) {
                throw new IOException(
                        "%s lacks its %s".formatted(type.getSimpleName(), component.name()));
            }
        }
        return construct(values);
    }

    private Object construct(@Nullable Object[] values) throws IOException {
        try {
            return constructor.newInstance(values);
        } catch (InvocationTargetException refused) {
            throw new IOException(String.valueOf(refused.getCause()), refused.getCause());
        } catch (ReflectiveOperationException impossible) {
            throw new IllegalStateException(type + " can't be made", impossible);
        }
    }
}
