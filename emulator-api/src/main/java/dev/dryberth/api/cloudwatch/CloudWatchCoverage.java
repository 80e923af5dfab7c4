package dev.dryberth.api.cloudwatch;

import java.util.List;

/** Which members of requests are accepted, and shown again if AWS shows them, without effect. */
final class CloudWatchCoverage {

    private static final List<String> RECORDED_ONLY =
            List.of(
                    "GetMetricData.LabelOptions",
                    "PutMetricAlarm.ActionsEnabled",
                    "PutMetricAlarm.AlarmActions",
                    "PutMetricAlarm.InsufficientDataActions",
                    "PutMetricAlarm.OKActions",
                    "PutMetricData.EntityMetricData.Entity",
                    "PutMetricData.StrictEntityValidation");

    private CloudWatchCoverage() {}

    /** {@code Operation.member} texts, sorted; may be called on any thread. */
    static List<String> recordedOnly() {
        return RECORDED_ONLY;
    }
}
