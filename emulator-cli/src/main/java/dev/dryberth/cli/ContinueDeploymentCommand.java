package dev.dryberth.cli;

import com.fasterxml.jackson.databind.JsonNode;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "continue",
        description = "Ends the pause that the service's newest roll-out waits at: it goes on.",
        mixinStandardHelpOptions = true)
final class ContinueDeploymentCommand implements Runnable {

    @Mixin private final DeploymentOptions options = new DeploymentOptions();

    @Mixin private final PauseOption which = new PauseOption();

    @Override
    public void run() {
        DaemonClient client = options.client();
        JsonNode view = DeploymentOptions.shown(client, options.page());
        DeploymentPause pause =
                which.pause(view)
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
