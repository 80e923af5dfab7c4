package dev.dryberth.api.cloudwatch;

import dev.dryberth.core.model.Alarm;
import dev.dryberth.core.model.AlarmArn;
import dev.dryberth.core.model.Caller;
import dev.dryberth.core.model.Tag;
import dev.dryberth.core.state.Tx;

import org.jspecify.annotations.Nullable;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Tags of alarms. Loop thread. */
final class AlarmTags {

    private static final int MAX_TAGS = 50;
    private static final int MAX_KEY_LENGTH = 128;
    private static final int MAX_VALUE_LENGTH = 256;

    private AlarmTags() {}

    static List<Tag> checked(List<software.amazon.awssdk.services.cloudwatch.model.Tag> tags) {
        return merged(List.of(), tags);
    }

    private static List<Tag> merged(
            List<Tag> present, List<software.amazon.awssdk.services.cloudwatch.model.Tag> added) {
        Map<String, Tag> byKey = new LinkedHashMap<>();
        present.forEach(each -> byKey.put(each.key(), each));
        for (var each : added) {
            String key = MetricRules.text("Tags.Key", each.key(), MAX_KEY_LENGTH);
            String value = each.value() == null ? "" : each.value();
            if (value.length() > MAX_VALUE_LENGTH) {
                throw CloudWatchErrors.invalid("Tags.Value", value, "at most 256 characters");
            }
            if (key.toLowerCase(Locale.ROOT).startsWith("aws:")) {
                throw CloudWatchErrors.invalid("Tags.Key", key, "no aws: at its beginning");
            }
            byKey.put(key, new Tag(key, value));
        }
        if (byKey.size() > MAX_TAGS) {
            throw CloudWatchErrors.invalid("Tags", byKey.size() + " of them", "at most 50");
        }
        return List.copyOf(byKey.values());
    }

    static void tag(
            Tx tx,
            @Nullable String arn,
            List<software.amazon.awssdk.services.cloudwatch.model.Tag> tags) {
        Alarm alarm = find(tx, arn);
        tx.put(tx.world().alarms(), alarm.arn(), alarm.withTags(merged(alarm.tags(), tags)));
    }

    static void untag(Tx tx, @Nullable String arn, List<String> keys) {
        Alarm alarm = find(tx, arn);
        List<Tag> left = alarm.tags().stream().filter(each -> !keys.contains(each.key())).toList();
        tx.put(tx.world().alarms(), alarm.arn(), alarm.withTags(left));
    }

    static List<software.amazon.awssdk.services.cloudwatch.model.Tag> list(
            Tx tx, @Nullable String arn) {
        return find(tx, arn).tags().stream()
                .map(each ->
                        software.amazon.awssdk.services.cloudwatch.model.Tag.builder()
                                .key(each.key())
                                .value(each.value())
                                .build())
                .toList();
    }

    private static Alarm find(Tx tx, @Nullable String text) {
        if (text == null) {
            throw CloudWatchErrors.missing("ResourceARN");
        }
        AlarmArn arn;
        try {
            arn = AlarmArn.parse(text);
        } catch (IllegalArgumentException none) {
            throw CloudWatchErrors.invalid("ResourceARN", text, "the ARN of an alarm");
        }
        Alarm alarm = tx.world().alarms().get(arn);
        if (alarm == null || !arn.scope().equals(Caller.CURRENT.get().scope())) {
            throw CloudWatchErrors.noSuchResource(text);
        }
        return alarm;
    }
}
