package dev.dryberth.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.util.Optional;

@Command(
        name = "rollback",
        description =
                "Takes the service's newest roll-out back: through the pause it waits at, else by"
                        + " StopServiceDeployment.",
        mixinStandardHelpOptions = true)
final class RollbackDeploymentCommand implements Runnable {

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
        String deployment = view.at("/deployment/arn").asText();
        Optional<DeploymentPause> pause = DeploymentPause.of(view, hook);
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
