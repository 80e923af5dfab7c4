package dev.dryberth.core.wire;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;

import software.amazon.awssdk.core.document.Document;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Documents: members whose content is any JSON at all. Nulls inside them are kept. */
final class Documents {

    private Documents() {}

    static void write(JsonGenerator out, Document document) throws IOException {
        if (document.isMap()) {
            out.writeStartObject();
            for (Map.Entry<String, Document> entry : document.asMap().entrySet()) {
                out.writeFieldName(entry.getKey());
                write(out, entry.getValue());
            }
            out.writeEndObject();
        } else if (document.isList()) {
            out.writeStartArray();
            for (Document each : document.asList()) {
                write(out, each);
            }
            out.writeEndArray();
        } else if (document.isString()) {
            out.writeString(document.asString());
        } else if (document.isNumber()) {
            out.writeNumber(document.asNumber().stringValue());
        } else if (document.isBoolean()) {
            out.writeBoolean(document.asBoolean());
        } else {
            out.writeNull();
        }
    }

    static Document read(JsonParser in, int depth) throws IOException {
        PojoReader.checkDepth(depth);
        return switch (in.currentToken()) {
            case START_OBJECT -> map(in, depth);
            case START_ARRAY -> list(in, depth);
            case VALUE_STRING -> Document.fromString(in.getText());
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> Document.fromNumber(in.getText());
            case VALUE_TRUE -> Document.fromBoolean(true);
            case VALUE_FALSE -> Document.fromBoolean(false);
            case VALUE_NULL -> Document.fromNull();
            case END_OBJECT, END_ARRAY, FIELD_NAME, NOT_AVAILABLE, VALUE_EMBEDDED_OBJECT ->
                    throw new IllegalStateException("no JSON value begins with this token");
        };
    }

    private static Document map(JsonParser in, int depth) throws IOException {
        Map<String, Document> members = new LinkedHashMap<>();
        while (in.nextToken() != JsonToken.END_OBJECT) {
            String name = in.currentName();
            in.nextToken();
            members.put(name, read(in, depth + 1));
        }
        return Document.fromMap(members);
    }

    private static Document list(JsonParser in, int depth) throws IOException {
        List<Document> elements = new ArrayList<>();
        while (in.nextToken() != JsonToken.END_ARRAY) {
            elements.add(read(in, depth + 1));
        }
        return Document.fromList(elements);
    }
}
