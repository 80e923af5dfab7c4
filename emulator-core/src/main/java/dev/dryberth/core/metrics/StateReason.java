package dev.dryberth.core.metrics;

import com.fasterxml.jackson.core.JsonGenerator;

import dev.dryberth.core.metrics.AlarmEvaluation.Figure;
import dev.dryberth.core.metrics.AlarmEvaluation.Finding;
import dev.dryberth.core.model.Alarm;
import dev.dryberth.core.model.AlarmRule;
import dev.dryberth.core.model.AlarmState;
import dev.dryberth.core.wire.SdkJson;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** The words and the JSON in which an alarm says why it is in its state. Pure. */
public final class StateReason {

    /** Of an alarm that was not evaluated yet. */
    public static final String UNCHECKED = "Unchecked: Initial alarm creation";

    private static final String VERSION = "1.0";
    private static final DateTimeFormatter IN_WORDS =
            DateTimeFormatter.ofPattern("dd/MM/yy HH:mm:ss", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter IN_DATA =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'+0000'", Locale.ROOT)
                    .withZone(ZoneOffset.UTC);

    private StateReason() {}

    /** {@code Threshold Crossed: 1 datapoint [7.0 (25/11/26 09:00:00)] was greater than …}. */
    public static String text(AlarmRule rule, Finding finding) {
        return switch (finding.state()) {
            case INSUFFICIENT_DATA ->
                    "Insufficient Data: %s unknown.".formatted(were(rule.evaluationPeriods()));
            case OK ->
                    finding.newestFirst().isEmpty()
                            ? missing(rule, finding, "OK")
                            : "Threshold Crossed: %s %s not %s the threshold (%s)."
                                    .formatted(
                                            datapoints(finding),
                                            finding.newestFirst().size() == 1 ? "was" : "were",
                                            rule.comparison().words(),
                                            rule.threshold());
            case ALARM ->
                    finding.newestFirst().isEmpty()
                            ? missing(rule, finding, "ALARM")
                            : "Threshold Crossed: %s %s %s the threshold (%s) (minimum %s for OK -> ALARM transition)."
                                    .formatted(
                                            datapoints(finding),
                                            finding.newestFirst().size() == 1 ? "was" : "were",
                                            rule.comparison().words(),
                                            rule.threshold(),
                                            counted(rule.datapointsNeeded()));
        };
    }

    private static String missing(AlarmRule rule, Finding finding, String state) {
        return "Threshold Crossed: no datapoints were received for %s and %s missing %s treated as [%s], so the state is %s."
                .formatted(
                        counted(rule.evaluationPeriods()).replace("datapoint", "period"),
                        finding.missing(),
                        finding.missing() == 1 ? "datapoint was" : "datapoints were",
                        rule.missing() == AlarmRule.MissingData.BREACHING
                                ? "Breaching"
                                : "NonBreaching",
                        state);
    }

    private static String were(int count) {
        return counted(count) + (count == 1 ? " was" : " were");
    }

    private static String counted(int count) {
        return count + (count == 1 ? " datapoint" : " datapoints");
    }

    private static String datapoints(Finding finding) {
        String values =
                finding.newestFirst().stream()
                        .map(each -> each.value() + " (" + IN_WORDS.format(each.start()) + ")")
                        .collect(Collectors.joining(", ", "[", "]"));
        int all = finding.newestFirst().size();
        return finding.state() == AlarmState.ALARM
                ? "%d out of the last %s %s".formatted(finding.breaching(), counted(all), values)
                : counted(all) + " " + values;
    }

    /** What the state was found from. */
    public static String data(AlarmRule rule, Finding finding, Instant now) {
        List<Figure> oldestFirst = new ArrayList<>(finding.newestFirst()).reversed();
        return json(out -> {
            out.writeStringField("version", VERSION);
            out.writeStringField("queryDate", IN_DATA.format(now));
            if (!oldestFirst.isEmpty()) {
                out.writeStringField("startDate", IN_DATA.format(oldestFirst.getFirst().start()));
            }
            if (rule.unit() != null) {
                out.writeStringField("unit", rule.unit());
            }
            out.writeStringField("statistic", rule.statistic());
            out.writeNumberField("period", rule.period().toSeconds());
            out.writeArrayFieldStart("recentDatapoints");
            for (Figure each : oldestFirst) {
                out.writeNumber(each.value());
            }
            out.writeEndArray();
            out.writeNumberField("threshold", rule.threshold());
            out.writeArrayFieldStart("evaluatedDatapoints");
            for (Figure each : finding.newestFirst()) {
                out.writeStartObject();
                out.writeStringField("timestamp", IN_DATA.format(each.start()));
                out.writeNumberField("sampleCount", each.sampleCount());
                out.writeNumberField("value", each.value());
                out.writeEndObject();
            }
            out.writeEndArray();
        });
    }

    /** The history's account of a change of state. */
    public static String transition(Alarm before, Alarm after) {
        return json(out -> {
            out.writeStringField("version", VERSION);
            state(out, "oldState", before);
            state(out, "newState", after);
        });
    }

    private static void state(JsonGenerator out, String name, Alarm alarm) throws IOException {
        out.writeObjectFieldStart(name);
        out.writeStringField("stateValue", alarm.state().name());
        out.writeStringField("stateReason", alarm.stateReason());
        @Nullable String data = alarm.stateReasonData();
        if (data != null) {
            out.writeStringField("stateReasonData", data);
        }
        out.writeEndObject();
    }

    /** The history's account of a change of the configuration: {@code Create}, say. */
    public static String configuration(Alarm alarm, String kind) {
        return json(out -> {
            out.writeStringField("version", VERSION);
            out.writeStringField("type", kind);
            out.writeStringField("alarmArn", alarm.arn().toString());
            out.writeStringField("alarmName", alarm.arn().name());
        });
    }

    @FunctionalInterface
    private interface Content {
        void write(JsonGenerator out) throws IOException;
    }

    private static String json(Content content) {
        StringWriter text = new StringWriter();
        try (JsonGenerator out = SdkJson.JSON.createGenerator(text)) {
            out.writeStartObject();
            content.write(out);
            out.writeEndObject();
        } catch (IOException impossible) {
            throw new UncheckedIOException("Writing JSON to memory failed", impossible);
        }
        return text.toString();
    }
}
