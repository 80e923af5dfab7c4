package dev.dryberth.api.cloudwatch;

import dev.dryberth.core.metrics.Statistic;
import dev.dryberth.core.model.Metric;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.cloudwatch.model.Dimension;
import software.amazon.awssdk.services.cloudwatch.model.StandardUnit;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/** How metrics, units, periods and statistics are named. Stateless, any thread. */
final class MetricRules {

    static final int SECONDS_PER_MINUTE = 60;
    private static final int MAX_NAME_LENGTH = 255;
    private static final int MAX_VALUE_LENGTH = 1024;
    private static final int MAX_DIMENSIONS = 30;

    private MetricRules() {}

    /** A metric as a request names it; {@code place} stands before its members in refusals. */
    static Metric metric(
            String place,
            @Nullable String namespace,
            @Nullable String name,
            List<Dimension> dimensions) {
        return new Metric(
                text("Namespace", namespace, MAX_NAME_LENGTH),
                text(place + "MetricName", name, MAX_NAME_LENGTH),
                dimensions(place, dimensions));
    }

    static String namespace(@Nullable String namespace) {
        String text = text("Namespace", namespace, MAX_NAME_LENGTH);
        if (text.startsWith("AWS/")) {
            throw CloudWatchErrors.invalid(
                    "The value AWS/ for parameter Namespace is invalid: it is for AWS's own"
                            + " metrics.");
        }
        if (text.startsWith(":")) {
            throw CloudWatchErrors.invalid("Namespace", text, "no colon at its beginning");
        }
        return text;
    }

    private static List<dev.dryberth.core.model.Dimension> dimensions(
            String place, List<Dimension> dimensions) {
        if (dimensions.size() > MAX_DIMENSIONS) {
            throw CloudWatchErrors.invalid(
                    place + "Dimensions", dimensions.size() + " of them", "at most 30");
        }
        List<dev.dryberth.core.model.Dimension> checked = new ArrayList<>();
        TreeSet<String> names = new TreeSet<>();
        for (Dimension each : dimensions) {
            String name = text(place + "Dimensions.Name", each.name(), MAX_NAME_LENGTH);
            if (!names.add(name)) {
                throw CloudWatchErrors.invalid(
                        "No Metric may specify the same dimension twice: " + name + ".");
            }
            checked.add(
                    new dev.dryberth.core.model.Dimension(
                            name,
                            text(place + "Dimensions.Value", each.value(), MAX_VALUE_LENGTH)));
        }
        return checked;
    }

    static String text(String name, @Nullable String value, int most) {
        if (value == null || value.isEmpty()) {
            throw CloudWatchErrors.missing(name);
        }
        if (value.length() > most) {
            throw CloudWatchErrors.invalid(name, value, "at most " + most + " characters");
        }
        return value;
    }

    static @Nullable String unit(String name, @Nullable String unit) {
        if (unit != null && StandardUnit.fromValue(unit) == StandardUnit.UNKNOWN_TO_SDK_VERSION) {
            throw CloudWatchErrors.invalid(name, unit, "a unit such as Count or Seconds");
        }
        return unit;
    }

    /** A period to read by: a minute or more of them, or one of the short ones. */
    static int period(String name, @Nullable Integer period) {
        if (period == null) {
            throw CloudWatchErrors.missing(name);
        }
        boolean known =
                switch (period) {
                    case 1, 5, 10, 20, 30 -> true;
                    default -> period > 0 && period % SECONDS_PER_MINUTE == 0;
                };
        if (!known) {
            throw CloudWatchErrors.invalid(name, period, "1, 5, 10, 20, 30 or a multiple of 60");
        }
        return period;
    }

    static Statistic statistic(String name, String text) {
        Statistic statistic = Statistic.parse(text);
        if (statistic == null) {
            throw CloudWatchErrors.invalid(
                    name, text, "Average, Sum, p90, tm90, PR(:300) or the like");
        }
        return statistic;
    }

    static List<Dimension> onTheWire(Metric metric) {
        return metric.dimensions().stream()
                .map(each -> Dimension.builder().name(each.name()).value(each.value()).build())
                .toList();
    }
}
