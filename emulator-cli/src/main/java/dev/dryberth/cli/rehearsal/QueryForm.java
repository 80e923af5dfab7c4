package dev.dryberth.cli.rehearsal;

import com.fasterxml.jackson.databind.JsonNode;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.StringJoiner;

/** JSON as AWS's query protocol has it: {@code A.member.1.B=…}. */
final class QueryForm {

    private QueryForm() {}

    static String of(JsonNode members) {
        StringJoiner form = new StringJoiner("&");
        add(form, "", members);
        return form.toString();
    }

    private static void add(StringJoiner form, String path, JsonNode node) {
        if (node.isObject()) {
            node.properties()
                    .forEach(each ->
                            add(
                                    form,
                                    path.isEmpty() ? each.getKey() : path + "." + each.getKey(),
                                    each.getValue()));
        } else if (node.isArray()) {
            for (int i = 0; i < node.size(); i++) {
                add(form, path + ".member." + (i + 1), node.get(i));
            }
        } else {
            form.add(path + "=" + URLEncoder.encode(node.asText(), StandardCharsets.UTF_8));
        }
    }
}
