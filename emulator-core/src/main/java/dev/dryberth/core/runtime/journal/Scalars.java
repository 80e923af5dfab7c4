package dev.dryberth.core.runtime.journal;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Function;

/** The types whose values are one token of JSON. */
final class Scalars {

    private static final Shapes.Shape STRING =
            new Scalar((out, value) -> out.writeString((String) value), Shapes::text);
    private static final Shapes.Shape BOOLEAN =
            new Scalar(
                    (out, value) -> out.writeBoolean((Boolean) value), JsonParser::getBooleanValue);
    private static final Shapes.Shape INTEGER =
            new Scalar(
                    (out, value) -> out.writeNumber((Integer) value),
                    in -> whole(in).getIntValue());
    private static final Shapes.Shape LONG =
            new Scalar(
                    (out, value) -> out.writeNumber((Long) value), in -> whole(in).getLongValue());
    private static final Shapes.Shape DOUBLE =
            new Scalar((out, value) -> out.writeNumber((Double) value), JsonParser::getDoubleValue);
    private static final Shapes.Shape INSTANT =
            new Scalar(
                    (out, value) -> out.writeString(value.toString()),
                    in -> parse(Instants::parse, in));
    private static final Shapes.Shape DURATION =
            new Scalar(
                    (out, value) -> out.writeString(value.toString()),
                    in -> parse(Duration::parse, in));

    private Scalars() {}

    /** The shape of a scalar type; null: it is none. */
    static Shapes.@Nullable Shape of(Class<?> type) {
        if (type == String.class) {
            return STRING;
        } else if (type == boolean.class || type == Boolean.class) {
            return BOOLEAN;
        } else if (type == int.class || type == Integer.class) {
            return INTEGER;
        } else if (type == long.class || type == Long.class) {
            return LONG;
        } else if (type == double.class || type == Double.class) {
            return DOUBLE;
        } else if (type == Instant.class) {
            return INSTANT;
        } else if (type == Duration.class) {
            return DURATION;
        }
        return null;
    }

    private static JsonParser whole(JsonParser in) throws IOException {
        Shapes.expect(in, JsonToken.VALUE_NUMBER_INT);
        return in;
    }

    private static Object parse(Function<String, Object> parser, JsonParser in) throws IOException {
        try {
            return parser.apply(Shapes.text(in));
        } catch (DateTimeException broken) {
            throw new IOException(broken.getMessage(), broken);
        }
    }

    @FunctionalInterface
    private interface Writer {
        void write(JsonGenerator out, Object value) throws IOException;
    }

    @FunctionalInterface
    private interface Reader {
        Object read(JsonParser in) throws IOException;
    }

    private record Scalar(Writer writer, Reader reader) implements Shapes.Shape {

        @Override
        public void write(JsonGenerator out, Object value) throws IOException {
            writer.write(out, value);
        }

        @Override
        public Object read(JsonParser in) throws IOException {
            return reader.read(in);
        }
    }
}
