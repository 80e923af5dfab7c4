package dev.dryberth.api.aws.query;

import dev.dryberth.core.wire.Shape;

import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.util.SdkAutoConstructList;
import software.amazon.awssdk.core.util.SdkAutoConstructMap;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.Collection;
import java.util.Map;

/**
 * AWS's model classes as the XML of awsQuery; used once. A member nobody set is left out, a list
 * set to empty is an empty element.
 */
final class XmlWriter {

    private static final DateTimeFormatter TIMESTAMP =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

    /** What stands for a character XML has no way to write. */
    private static final char REPLACEMENT = '\uFFFD';

    private final StringBuilder out = new StringBuilder(1024);

    XmlWriter open(String name) {
        out.append('<').append(name).append('>');
        return this;
    }

    XmlWriter open(String name, String namespace) {
        out.append('<').append(name);
        if (!namespace.isEmpty()) {
            out.append(" xmlns=\"").append(namespace).append('"');
        }
        out.append('>');
        return this;
    }

    XmlWriter close(String name) {
        out.append("</").append(name).append('>');
        return this;
    }

    XmlWriter element(String name, String text) {
        open(name);
        escaped(text);
        return close(name);
    }

    /** An element with the members of {@code pojo}; {@code <name/>} when it has none. */
    XmlWriter element(String name, SdkPojo pojo) {
        int before = out.length();
        open(name);
        int empty = out.length();
        members(pojo);
        return closeOrShorten(name, before, empty);
    }

    private XmlWriter closeOrShorten(String name, int before, int empty) {
        if (out.length() > empty) {
            return close(name);
        }
        out.setLength(before);
        out.append('<').append(name).append("/>");
        return this;
    }

    private void members(SdkPojo pojo) {
        for (Shape.Field field : Shape.of(pojo).fields()) {
            Object value = field.get(pojo);
            if (value != null
                    && !(value instanceof SdkAutoConstructList)
                    && !(value instanceof SdkAutoConstructMap)) {
                value(field.name(), field, value);
            }
        }
    }

    private void value(String name, Shape.Field field, Object value) {
        switch (field.type()) {
            case STRING -> element(name, (String) value);
            case INTEGER, LONG, SHORT, BYTE, FLOAT, DOUBLE, BIG_DECIMAL, BOOLEAN ->
                    element(name, value.toString());
            case INSTANT -> element(name, TIMESTAMP.format((Instant) value));
            case SDK_BYTES ->
                    element(
                            name,
                            Base64.getEncoder()
                                    .encodeToString(((SdkBytes) value).asByteArrayUnsafe()));
            case SDK_POJO -> element(name, (SdkPojo) value);
            case LIST -> list(name, field.element(), (Collection<?>) value);
            case MAP -> map(name, field.element(), (Map<?, ?>) value);
            case NULL, DOCUMENT ->
                    throw new IllegalStateException(
                            name + " is a " + field.type() + ", which no awsQuery service has");
        }
    }

    private void list(String name, Shape.Field element, Collection<?> list) {
        int before = out.length();
        open(name);
        int empty = out.length();
        list.forEach(each -> value("member", element, each));
        closeOrShorten(name, before, empty);
    }

    private void map(String name, Shape.Field element, Map<?, ?> map) {
        int before = out.length();
        open(name);
        int empty = out.length();
        map.forEach((key, value) -> {
            open("entry");
            element("key", (String) key);
            value("value", element, value);
            close("entry");
        });
        closeOrShorten(name, before, empty);
    }

    private void escaped(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '&' -> out.append("&amp;");
                case '<' -> out.append("&lt;");
                case '>' -> out.append("&gt;");
                case '"' -> out.append("&quot;");
                // A parser would make it a line feed.
                case '\r' -> out.append("&#13;");
                case '\t', '\n' -> out.append(c);
                default -> out.append(c < ' ' || c >= '\uFFFE' ? REPLACEMENT : c);
            }
        }
    }

    @Override
    public String toString() {
        return out.toString();
    }
}
