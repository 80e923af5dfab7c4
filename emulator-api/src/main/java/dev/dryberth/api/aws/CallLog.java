package dev.dryberth.api.aws;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One line per API call, at INFO. The line is complete by itself, and its parts go with it as keys
 * and values for a JSON format to use. Formatted by hand: this is the hottest line there is.
 */
final class CallLog {

    private static final Logger LOG = LoggerFactory.getLogger("dryberth.api");
    private static final int NANOS_PER_TENTH_OF_MILLI = 100_000;

    private CallLog() {}

    /** {@code ecs RunTask 200 3.2 ms 0b0e7f3e-…}. */
    static void answered(
            String service, String operation, int status, long nanos, String requestId) {
        if (!LOG.isInfoEnabled()) {
            return;
        }
        long tenths = nanos / NANOS_PER_TENTH_OF_MILLI;
        String millis = tenths / 10 + "." + tenths % 10;
        LOG.atInfo()
                .addKeyValue("service", service)
                .addKeyValue("operation", operation)
                .addKeyValue("status", status)
                .addKeyValue("millis", millis)
                .addKeyValue("requestId", requestId)
                .log(service + ' ' + operation + ' ' + status + ' ' + millis + " ms " + requestId);
    }

    static void failed(String service, String operation, String requestId, Throwable thrown) {
        LOG.error("{} {} failed, request {}", service, operation, requestId, thrown);
    }
}
