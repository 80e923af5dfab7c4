/** Amazon CloudWatch: metrics, and alarms on one metric. */
@NullMarked
package dev.dryberth.api.cloudwatch;

import org.jspecify.annotations.NullMarked;
