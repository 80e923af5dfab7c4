package dev.dryberth.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

import java.util.Optional;

@Command(
        name = "rollback",
        description =
                "Takes the service's newest roll-out back: through the pause it waits at, else by"
                        + " StopServiceDeployment.",
        mixinStandardHelpOptions = true)
final class RollbackDeploymentCommand implements Runnable {

    @Mixin private final DeploymentOptions options = new DeploymentOptions();

    @Mixin private final PauseOption which = new PauseOption();

    @Override
    public void run() {
        DaemonClient client = options.client();
        JsonNode view = DeploymentOptions.shown(client, options.page());
        String deployment = view.at("/deployment/arn").asText();
        Optional<DeploymentPause> pause = which.pause(view);
        if (pause.isPresent()) {
            pause.get().end(client, "ROLLBACK");
            System.out.printf("%s goes back from %s%n", deployment, pause.get().stage());
        } else {
            client.ecs(
                    "StopServiceDeployment",
                    deployment,
                    JsonNodeFactory.instance
                            .objectNode()
                            .put("serviceDeploymentArn", deployment)
                            .put("stopType", "ROLLBACK")
                            .toString());
            System.out.printf("%s goes back%n", deployment);
        }
    }
}
