package dev.dryberth.api.lambda;

import dev.dryberth.core.model.FunctionArn;
import dev.dryberth.core.model.LambdaFunction;
import dev.dryberth.core.model.Tag;
import dev.dryberth.core.state.Tx;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.lambda.model.ListTagsRequest;
import software.amazon.awssdk.services.lambda.model.ListTagsResponse;
import software.amazon.awssdk.services.lambda.model.TagResourceRequest;
import software.amazon.awssdk.services.lambda.model.TagResourceResponse;
import software.amazon.awssdk.services.lambda.model.UntagResourceRequest;
import software.amazon.awssdk.services.lambda.model.UntagResourceResponse;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Tags of functions. Loop thread, but for {@link #merged}. */
final class FunctionTags {

    private static final int MAX_TAGS = 50;
    private static final int MAX_KEY_LENGTH = 128;
    private static final int MAX_VALUE_LENGTH = 256;

    TagResourceResponse tag(Tx tx, TagResourceRequest request) {
        LambdaFunction row = row(tx, request.resource());
        tx.put(tx.world().functions(), row.arn(), row.withTags(merged(row.tags(), request.tags())));
        return TagResourceResponse.builder().build();
    }

    UntagResourceResponse untag(Tx tx, UntagResourceRequest request) {
        LambdaFunction row = row(tx, request.resource());
        List<Tag> left =
                row.tags().stream().filter(tag -> !request.tagKeys().contains(tag.key())).toList();
        tx.put(tx.world().functions(), row.arn(), row.withTags(left));
        return UntagResourceResponse.builder().build();
    }

    ListTagsResponse list(Tx tx, ListTagsRequest request) {
        return ListTagsResponse.builder()
                .tags(FunctionViews.tags(row(tx, request.resource())))
                .build();
    }

    private static LambdaFunction row(Tx tx, @Nullable String resource) {
        if (resource == null || FunctionArn.of(resource) == null) {
            throw LambdaErrors.parameter("Invalid resource ARN: " + resource);
        }
        return FunctionNames.row(tx.world(), resource, null);
    }

    /** The tags there were with others beside or instead. */
    static List<Tag> merged(List<Tag> before, Map<String, String> added) {
        List<Tag> next = new ArrayList<>(before);
        for (Map.Entry<String, String> each : added.entrySet()) {
            String key = each.getKey();
            if (key.isEmpty()
                    || key.length() > MAX_KEY_LENGTH
                    || each.getValue().length() > MAX_VALUE_LENGTH
                    || key.toLowerCase(Locale.ROOT).startsWith("aws:")) {
                throw LambdaErrors.parameter(
                        "The tag '%s' is not valid (expected: a key of 1 to %d characters that does not begin with aws:, and a value of up to %d)."
                                .formatted(key, MAX_KEY_LENGTH, MAX_VALUE_LENGTH));
            }
            next.removeIf(tag -> tag.key().equals(key));
            next.add(new Tag(key, each.getValue()));
        }
        if (next.size() > MAX_TAGS) {
            throw LambdaErrors.parameter("A function can have at most " + MAX_TAGS + " tags.");
        }
        return List.copyOf(next);
    }
}
