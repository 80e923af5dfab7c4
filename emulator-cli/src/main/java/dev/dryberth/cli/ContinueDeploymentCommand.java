package dev.dryberth.cli;

import com.fasterxml.jackson.databind.JsonNode;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "continue",
        description = "Ends the pause that the service's newest roll-out waits at: it goes on.",
        mixinStandardHelpOptions = true)
final class ContinueDeploymentCommand implements Runnable {

    @Mixin private final DeploymentOptions options = new DeploymentOptions();

    @Option(
            names = "--hook",
            paramLabel = "ID",
            description = "Which pause, when several wait: the hook's id.")
    private @Nullable String hook;

    @Override
    public void run() {
        DaemonClient client = options.client();
        JsonNode view = DeploymentOptions.shown(client, options.page());
        DeploymentPause pause =
                DeploymentPause.of(view, hook)
                        .orElseThrow(() ->
                                new CommandFailure(
                                        "%s is %s and waits at no pause"
                                                .formatted(
                                                        view.at("/deployment/arn").asText(),
                                                        view.at("/deployment/status").asText())));
        pause.end(client, "CONTINUE");
        System.out.printf("%s goes on from %s%n", pause.deployment(), pause.stage());
    }
}
