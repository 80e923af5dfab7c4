package dev.dryberth.api.lambda;

import dev.dryberth.core.function.FunctionVariables;
import dev.dryberth.core.model.LambdaFunction.Settings;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.lambda.model.CreateFunctionRequest;
import software.amazon.awssdk.services.lambda.model.Environment;
import software.amazon.awssdk.services.lambda.model.EphemeralStorage;
import software.amazon.awssdk.services.lambda.model.ImageConfig;
import software.amazon.awssdk.services.lambda.model.UpdateFunctionConfigurationRequest;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** What a function's settings may be. Stateless, any thread. */
final class FunctionRules {

    private static final int USUAL_TIMEOUT_SECONDS = 3;
    private static final int MAX_TIMEOUT_SECONDS = 900;
    private static final int MIN_MEMORY_MIB = 128;
    private static final int MAX_MEMORY_MIB = 10_240;
    private static final int MIN_STORAGE_MIB = 512;
    private static final int MAX_STORAGE_MIB = 10_240;
    private static final int MAX_DESCRIPTION = 256;
    private static final int MAX_WORDS = 1500;
    private static final int MAX_WORKING_DIRECTORY = 1000;
    private static final int MAX_ENVIRONMENT_BYTES = 4096;
    private static final int MAX_IMAGE_URI = 1024;
    private static final String X86_64 = "x86_64";
    private static final String ARM64 = "arm64";

    private static final Pattern ROLE =
            Pattern.compile(
                    "arn:(aws[a-zA-Z-]*)?:iam::[0-9]{12}:role/?[a-zA-Z_0-9+=,.@\\-_/]{1,576}");
    private static final Pattern VARIABLE = Pattern.compile("[a-zA-Z][a-zA-Z0-9_]+");

    private FunctionRules() {}

    static Settings settings(CreateFunctionRequest request) {
        Settings none =
                new Settings(
                        "",
                        "",
                        USUAL_TIMEOUT_SECONDS,
                        MIN_MEMORY_MIB,
                        MIN_STORAGE_MIB,
                        new LinkedHashMap<>(),
                        List.of(),
                        List.of(),
                        null,
                        architecture(request.architecturesAsStrings(), X86_64));
        if (request.role() == null) {
            throw LambdaErrors.constraint("role", "null", "Member must not be null");
        }
        return changed(
                none,
                request.role(),
                request.description(),
                request.timeout(),
                request.memorySize(),
                request.ephemeralStorage(),
                request.environment(),
                request.imageConfig());
    }

    /** What is not named stays as it is. */
    static Settings settings(Settings before, UpdateFunctionConfigurationRequest request) {
        return changed(
                before,
                request.role(),
                request.description(),
                request.timeout(),
                request.memorySize(),
                request.ephemeralStorage(),
                request.environment(),
                request.imageConfig());
    }

    private static Settings changed(
            Settings before,
            @Nullable String role,
            @Nullable String description,
            @Nullable Integer timeout,
            @Nullable Integer memory,
            @Nullable EphemeralStorage storage,
            @Nullable Environment environment,
            @Nullable ImageConfig image) {
        if (role != null && !ROLE.matcher(role).matches()) {
            throw LambdaErrors.constraint(
                    "role",
                    role,
                    "Member must satisfy regular expression pattern: arn:(aws[a-zA-Z-]*)?:iam::\\d{12}:role/?[a-zA-Z_0-9+=,.@\\-_/]+");
        }
        if (description != null && description.length() > MAX_DESCRIPTION) {
            throw LambdaErrors.constraint(
                    "description",
                    description,
                    "Member must have length less than or equal to " + MAX_DESCRIPTION);
        }
        return new Settings(
                role == null ? before.role() : role,
                description == null ? before.description() : description,
                within("timeout", timeout, 1, MAX_TIMEOUT_SECONDS, before.timeoutSeconds()),
                within("memorySize", memory, MIN_MEMORY_MIB, MAX_MEMORY_MIB, before.memoryMiB()),
                within(
                        "ephemeralStorage.size",
                        storage == null ? null : storage.size(),
                        MIN_STORAGE_MIB,
                        MAX_STORAGE_MIB,
                        before.ephemeralStorageMiB()),
                environment == null ? before.environment() : variables(environment.variables()),
                image == null
                        ? before.entryPoint()
                        : words("imageConfig.entryPoint", image.entryPoint()),
                image == null ? before.command() : words("imageConfig.command", image.command()),
                image == null ? before.workingDirectory() : directory(image.workingDirectory()),
                before.architecture());
    }

    private static int within(
            String member, @Nullable Integer value, int least, int most, int otherwise) {
        if (value == null) {
            return otherwise;
        }
        if (value < least) {
            throw LambdaErrors.constraint(
                    member, value, "Member must have value greater than or equal to " + least);
        }
        if (value > most) {
            throw LambdaErrors.constraint(
                    member, value, "Member must have value less than or equal to " + most);
        }
        return value;
    }

    private static List<String> words(String member, List<String> words) {
        if (words.size() > MAX_WORDS) {
            throw LambdaErrors.constraint(
                    member,
                    words.size() + " words",
                    "Member must have length less than or equal to " + MAX_WORDS);
        }
        return List.copyOf(words);
    }

    private static @Nullable String directory(@Nullable String directory) {
        if (directory == null || directory.isEmpty()) {
            return null;
        }
        if (directory.length() > MAX_WORKING_DIRECTORY) {
            throw LambdaErrors.constraint(
                    "imageConfig.workingDirectory",
                    directory,
                    "Member must have length less than or equal to " + MAX_WORKING_DIRECTORY);
        }
        return directory;
    }

    private static Map<String, String> variables(Map<String, String> asked) {
        Map<String, String> variables = new TreeMap<>(asked);
        List<String> reserved = new ArrayList<>();
        int bytes = 0;
        for (Map.Entry<String, String> each : variables.entrySet()) {
            if (!VARIABLE.matcher(each.getKey()).matches() && !isReserved(each.getKey())) {
                throw LambdaErrors.constraint(
                        "environment.variables",
                        each.getKey(),
                        "Map keys must satisfy constraint: [Member must satisfy regular expression pattern: [a-zA-Z]([a-zA-Z0-9_])+]");
            }
            if (isReserved(each.getKey())) {
                reserved.add(each.getKey());
            }
            bytes += (each.getKey() + each.getValue()).getBytes(StandardCharsets.UTF_8).length;
        }
        if (!reserved.isEmpty()) {
            throw LambdaErrors.parameter(
                    "Lambda was unable to configure your environment variables because the environment variables you have provided contains reserved keys that are currently not supported for modification. Reserved keys used in this request: "
                            + String.join(", ", reserved));
        }
        if (bytes > MAX_ENVIRONMENT_BYTES) {
            throw LambdaErrors.parameter(
                    "Lambda was unable to configure your environment variables because the environment variables you have provided exceeded the 4KB limit. String measured: %d bytes"
                            .formatted(bytes));
        }
        return variables;
    }

    private static boolean isReserved(String name) {
        return FunctionVariables.RESERVED.contains(name);
    }

    private static String architecture(List<String> asked, String otherwise) {
        if (asked.isEmpty()) {
            return otherwise;
        }
        if (asked.size() > 1 || !List.of(X86_64, ARM64).contains(asked.getFirst())) {
            throw LambdaErrors.constraint(
                    "architectures",
                    asked,
                    "Member must satisfy constraint: [Member must satisfy enum value set: [x86_64, arm64]]");
        }
        return asked.getFirst();
    }

    /** The image to run. */
    static String imageUri(@Nullable String uri) {
        if (uri == null || uri.isBlank()) {
            throw LambdaErrors.parameter(
                    "Please provide ImageUri when updating a function with packageType Image.");
        }
        if (uri.length() > MAX_IMAGE_URI || uri.chars().anyMatch(Character::isWhitespace)) {
            throw LambdaErrors.parameter(
                    "Source image " + uri + " is not valid. Provide a valid source image.");
        }
        return uri;
    }
}
