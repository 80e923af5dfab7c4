package dev.dryberth.core.runtime;

import dev.dryberth.core.model.FunctionArn;

import org.jspecify.annotations.Nullable;

import java.util.List;

/**
 * Everything a runtime needs to make an execution environment, which is one container. Empty lists
 * stand for what the image says.
 *
 * @param environmentId of the execution environment
 * @param imageId what it is made from, {@code sha256:…}
 * @param environment its variables, {@code NAME=value}, in order
 * @param temporaryMiB the size of {@code /tmp}
 */
public record FunctionSpec(
        String environmentId,
        FunctionArn function,
        String imageId,
        List<String> environment,
        List<String> entryPoint,
        List<String> command,
        @Nullable String workingDirectory,
        int memoryMiB,
        int temporaryMiB) {}
