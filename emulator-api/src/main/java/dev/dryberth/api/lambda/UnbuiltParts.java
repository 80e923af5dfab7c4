package dev.dryberth.api.lambda;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.lambda.model.CreateFunctionRequest;
import software.amazon.awssdk.services.lambda.model.FunctionCode;
import software.amazon.awssdk.services.lambda.model.PackageType;
import software.amazon.awssdk.services.lambda.model.TracingConfig;
import software.amazon.awssdk.services.lambda.model.TracingMode;
import software.amazon.awssdk.services.lambda.model.UpdateFunctionCodeRequest;
import software.amazon.awssdk.services.lambda.model.UpdateFunctionConfigurationRequest;
import software.amazon.awssdk.services.lambda.model.VpcConfig;

/** Refuses what a function here cannot have. Stateless, any thread. */
final class UnbuiltParts {

    private UnbuiltParts() {}

    static void refuse(CreateFunctionRequest request) {
        FunctionCode code = request.code();
        boolean zip =
                request.packageType() != PackageType.IMAGE
                        || (code != null && (code.zipFile() != null || code.s3Bucket() != null));
        refuse(zip, "functions of a package type other than Image");
        if (request.runtimeAsString() != null || request.handler() != null) {
            throw LambdaErrors.parameter(
                    "Please don't provide Handler or Runtime or Layer when the intended function PackageType is Image.");
        }
        refuse(!request.layers().isEmpty(), "layers");
        refuse(isVpc(request.vpcConfig()), "functions in a VPC");
        refuse(!request.fileSystemConfigs().isEmpty(), "file systems of functions");
        refuse(request.deadLetterConfig() != null, "dead-letter queues");
        refuse(isTraced(request.tracingConfig()), "tracing");
        refuse(isSet(request.kmsKeyArn()), "keys of functions");
        refuse(isSet(request.codeSigningConfigArn()), "code signing");
        refuse(Boolean.TRUE.equals(request.publish()), "versions of functions");
        refuse(request.publishToAsString() != null, "versions of functions");
        refuse(request.snapStart() != null, "SnapStart");
        refuse(request.loggingConfig() != null, "logging configurations");
        refuse(request.capacityProviderConfig() != null, "capacity providers of functions");
        refuse(request.durableConfig() != null, "durable functions");
        refuse(request.tenancyConfig() != null, "tenant isolation");
    }

    static void refuse(UpdateFunctionConfigurationRequest request) {
        if (request.runtimeAsString() != null || request.handler() != null) {
            throw LambdaErrors.parameter(
                    "Please don't provide Handler or Runtime or Layer when the intended function PackageType is Image.");
        }
        refuse(!request.layers().isEmpty(), "layers");
        refuse(isVpc(request.vpcConfig()), "functions in a VPC");
        refuse(!request.fileSystemConfigs().isEmpty(), "file systems of functions");
        refuse(request.deadLetterConfig() != null, "dead-letter queues");
        refuse(isTraced(request.tracingConfig()), "tracing");
        refuse(isSet(request.kmsKeyArn()), "keys of functions");
        refuse(request.snapStart() != null, "SnapStart");
        refuse(request.loggingConfig() != null, "logging configurations");
        refuse(request.capacityProviderConfig() != null, "capacity providers of functions");
        refuse(request.durableConfig() != null, "durable functions");
    }

    static void refuse(UpdateFunctionCodeRequest request) {
        if (request.zipFile() != null || request.s3Bucket() != null || request.s3Key() != null) {
            throw LambdaErrors.parameter(
                    "Please do not provide zipFile, s3Bucket, s3Key, or s3ObjectVersion when updating a function with packageType Image.");
        }
        refuse(Boolean.TRUE.equals(request.publish()), "versions of functions");
        refuse(request.publishToAsString() != null, "versions of functions");
        refuse(!request.architectures().isEmpty(), "a change of a function's architecture");
        refuse(isSet(request.sourceKMSKeyArn()), "keys of functions");
    }

    private static boolean isSet(@Nullable String text) {
        return text != null && !text.isEmpty();
    }

    private static boolean isVpc(@Nullable VpcConfig config) {
        return config != null && !config.subnetIds().isEmpty();
    }

    private static boolean isTraced(@Nullable TracingConfig config) {
        return config != null && config.mode() == TracingMode.ACTIVE;
    }

    private static void refuse(boolean asked, String what) {
        if (asked) {
            throw LambdaErrors.notBuilt(what);
        }
    }
}
