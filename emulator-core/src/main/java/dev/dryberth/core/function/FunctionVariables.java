package dev.dryberth.core.function;

import dev.dryberth.core.model.FunctionArn;
import dev.dryberth.core.model.LambdaFunction.Settings;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The variables an execution environment begins with. Follows "Working with Lambda environment
 * variables", defined runtime environment variables; {@code _HANDLER} is the runtime's to add, as
 * the image has it. Stateless, any thread.
 */
public final class FunctionVariables {

    /** Those that a function's own may not have, with those that its runtime is told by. */
    public static final List<String> RESERVED =
            List.of(
                    "_HANDLER",
                    "_X_AMZN_TRACE_ID",
                    "AWS_ACCESS_KEY",
                    "AWS_ACCESS_KEY_ID",
                    "AWS_DEFAULT_REGION",
                    "AWS_EXECUTION_ENV",
                    "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
                    "AWS_LAMBDA_FUNCTION_NAME",
                    "AWS_LAMBDA_FUNCTION_VERSION",
                    "AWS_LAMBDA_INITIALIZATION_TYPE",
                    "AWS_LAMBDA_LOG_GROUP_NAME",
                    "AWS_LAMBDA_LOG_STREAM_NAME",
                    "AWS_LAMBDA_RUNTIME_API",
                    "AWS_REGION",
                    "AWS_SECRET_ACCESS_KEY",
                    "AWS_SESSION_TOKEN",
                    "LAMBDA_RUNTIME_DIR",
                    "LAMBDA_TASK_ROOT");

    private static final DateTimeFormatter DAY =
            DateTimeFormatter.ofPattern("yyyy/MM/dd", Locale.ROOT).withZone(ZoneOffset.UTC);

    private FunctionVariables() {}

    /** As {@code NAME=value}; {@code runtimeApi} is where the runtime API is found. */
    public static List<String> of(
            FunctionArn function,
            Settings settings,
            String environmentId,
            String runtimeApi,
            Instant now) {
        Map<String, String> all = new LinkedHashMap<>();
        all.put("TZ", ":UTC");
        all.putAll(settings.environment());
        all.put("AWS_DEFAULT_REGION", function.scope().region());
        all.put("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", Integer.toString(settings.memoryMiB()));
        all.put("AWS_LAMBDA_FUNCTION_NAME", function.name());
        all.put("AWS_LAMBDA_FUNCTION_VERSION", FunctionArn.LATEST);
        all.put("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand");
        all.put("AWS_LAMBDA_LOG_GROUP_NAME", "/aws/lambda/" + function.name());
        all.put(
                "AWS_LAMBDA_LOG_STREAM_NAME",
                DAY.format(now) + "/[" + FunctionArn.LATEST + "]" + environmentId);
        all.put("AWS_LAMBDA_RUNTIME_API", runtimeApi);
        all.put("AWS_REGION", function.scope().region());
        all.put("LAMBDA_RUNTIME_DIR", "/var/runtime");
        all.put("LAMBDA_TASK_ROOT", "/var/task");
        return all.entrySet().stream().map(each -> each.getKey() + "=" + each.getValue()).toList();
    }
}
