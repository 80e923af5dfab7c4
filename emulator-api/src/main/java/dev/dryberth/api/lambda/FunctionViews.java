package dev.dryberth.api.lambda;

import dev.dryberth.core.model.FunctionArn;
import dev.dryberth.core.model.LambdaFunction;
import dev.dryberth.core.model.LambdaFunction.Image;
import dev.dryberth.core.model.LambdaFunction.Settings;
import dev.dryberth.core.model.Tag;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.lambda.model.FunctionCodeLocation;
import software.amazon.awssdk.services.lambda.model.FunctionConfiguration;
import software.amazon.awssdk.services.lambda.model.ImageConfig;
import software.amazon.awssdk.services.lambda.model.LastUpdateStatus;
import software.amazon.awssdk.services.lambda.model.LastUpdateStatusReasonCode;
import software.amazon.awssdk.services.lambda.model.LogFormat;
import software.amazon.awssdk.services.lambda.model.PackageType;
import software.amazon.awssdk.services.lambda.model.SnapStartApplyOn;
import software.amazon.awssdk.services.lambda.model.SnapStartOptimizationStatus;
import software.amazon.awssdk.services.lambda.model.State;
import software.amazon.awssdk.services.lambda.model.StateReasonCode;
import software.amazon.awssdk.services.lambda.model.TracingMode;

import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Functions as Lambda shows them. Stateless, any thread. */
@SuppressWarnings("unchecked") // The builders take lambdas as varargs.
final class FunctionViews {

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSxx", Locale.ROOT)
                    .withZone(ZoneOffset.UTC);

    private static final String CREATING = "The function is being created.";
    private static final String DIGEST = "sha256:";

    private FunctionViews() {}

    static FunctionConfiguration configuration(LambdaFunction row) {
        Settings settings = row.settings();
        Image image = row.image();
        FunctionConfiguration.Builder view =
                FunctionConfiguration.builder()
                        .functionName(row.arn().name())
                        .functionArn(row.arn().text())
                        .role(settings.role())
                        .description(settings.description())
                        .timeout(settings.timeoutSeconds())
                        .memorySize(settings.memoryMiB())
                        .ephemeralStorage(storage -> storage.size(settings.ephemeralStorageMiB()))
                        .codeSize(0L)
                        .codeSha256(image == null ? null : hex(image))
                        .lastModified(TIME.format(row.lastModified()))
                        .version(FunctionArn.LATEST)
                        .revisionId(row.revisionId())
                        .packageType(PackageType.IMAGE)
                        .architecturesWithStrings(settings.architecture())
                        .imageConfigResponse(imageConfig(settings))
                        .tracingConfig(tracing -> tracing.mode(TracingMode.PASS_THROUGH))
                        .snapStart(snap ->
                                snap.applyOn(SnapStartApplyOn.NONE)
                                        .optimizationStatus(SnapStartOptimizationStatus.OFF))
                        .loggingConfig(logging ->
                                logging.logFormat(LogFormat.TEXT)
                                        .logGroup("/aws/lambda/" + row.arn().name()));
        if (!settings.environment().isEmpty()) {
            view.environment(environment -> environment.variables(settings.environment()));
        }
        states(row, view);
        return view.build();
    }

    private static void states(LambdaFunction row, FunctionConfiguration.Builder view) {
        String problem = row.problem();
        switch (row.state()) {
            case PENDING ->
                    view.state(State.PENDING)
                            .stateReason(CREATING)
                            .stateReasonCode(StateReasonCode.CREATING);
            case ACTIVE -> view.state(State.ACTIVE);
            case FAILED ->
                    view.state(State.FAILED)
                            .stateReason(problem)
                            .stateReasonCode(
                                    isDenied(problem)
                                            ? StateReasonCode.IMAGE_ACCESS_DENIED
                                            : StateReasonCode.INVALID_IMAGE);
        }
        if (row.lookingUp()) {
            view.lastUpdateStatus(LastUpdateStatus.IN_PROGRESS);
        } else if (problem == null) {
            view.lastUpdateStatus(LastUpdateStatus.SUCCESSFUL);
        } else {
            view.lastUpdateStatus(LastUpdateStatus.FAILED)
                    .lastUpdateStatusReason(problem)
                    .lastUpdateStatusReasonCode(
                            isDenied(problem)
                                    ? LastUpdateStatusReasonCode.IMAGE_ACCESS_DENIED
                                    : LastUpdateStatusReasonCode.INVALID_IMAGE);
        }
    }

    private static boolean isDenied(@Nullable String problem) {
        return problem != null && problem.contains("access denied");
    }

    private static software.amazon.awssdk.services.lambda.model.@Nullable ImageConfigResponse
            imageConfig(Settings settings) {
        if (settings.entryPoint().isEmpty()
                && settings.command().isEmpty()
                && settings.workingDirectory() == null) {
            return null;
        }
        ImageConfig config =
                ImageConfig.builder()
                        .entryPoint(unlessEmpty(settings.entryPoint()))
                        .command(unlessEmpty(settings.command()))
                        .workingDirectory(settings.workingDirectory())
                        .build();
        return software.amazon.awssdk.services.lambda.model.ImageConfigResponse.builder()
                .imageConfig(config)
                .build();
    }

    private static @Nullable List<String> unlessEmpty(List<String> words) {
        return words.isEmpty() ? null : words;
    }

    private static String hex(Image image) {
        String digest = image.digest() == null ? image.id() : image.digest();
        return digest.startsWith(DIGEST) ? digest.substring(DIGEST.length()) : digest;
    }

    static FunctionCodeLocation code(LambdaFunction row) {
        Image image = row.image();
        return FunctionCodeLocation.builder()
                .repositoryType("ECR")
                .imageUri(row.imageUri())
                .resolvedImageUri(image == null ? null : resolved(image))
                .build();
    }

    /** The image by its digest; one that no registry knows, by the engine's id. */
    private static String resolved(Image image) {
        String name = image.uri();
        int at = name.indexOf('@');
        int tag = name.indexOf(':', name.lastIndexOf('/') + 1);
        int end = at >= 0 ? at : tag >= 0 ? tag : name.length();
        return name.substring(0, end) + "@" + DIGEST + hex(image);
    }

    static Map<String, String> tags(LambdaFunction row) {
        Map<String, String> tags = new LinkedHashMap<>();
        for (Tag each : row.tags()) {
            tags.put(each.key(), each.value());
        }
        return tags;
    }
}
