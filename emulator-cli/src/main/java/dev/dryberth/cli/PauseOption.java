package dev.dryberth.cli;

import com.fasterxml.jackson.databind.JsonNode;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Option;

import java.util.Optional;

/** Which of a roll-out's pauses a command is about. */
final class PauseOption {

    @Option(
            names = "--hook",
            paramLabel = "ID",
            description = "Which pause, when several wait: the hook's id.")
    private @Nullable String hook;

    /** The pause that is meant; see {@link DeploymentPause#of}. */
    Optional<DeploymentPause> pause(JsonNode view) {
        return DeploymentPause.of(view, hook);
    }
}
