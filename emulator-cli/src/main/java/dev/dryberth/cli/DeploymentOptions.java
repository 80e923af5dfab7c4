package dev.dryberth.cli;

import com.fasterxml.jackson.databind.JsonNode;

import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/** Whose newest roll-out a command is about. */
final class DeploymentOptions {

    @Mixin private final EndpointOptions endpoint = new EndpointOptions();

    @Parameters(paramLabel = "SERVICE", description = "The service's name or ARN.")
    private String service = "";

    @Option(
            names = "--cluster",
            paramLabel = "NAME",
            description =
                    "The service's cluster (default: ${DEFAULT-VALUE}); an ARN names its own.")
    private String cluster = "default";

    DaemonClient client() {
        return endpoint.client();
    }

    /** The daemon's page about the roll-out. */
    String page() {
        String named = service.startsWith("arn:") ? service : cluster + "/" + service;
        return "/_dryberth/deployment/" + URLEncoder.encode(named, StandardCharsets.UTF_8);
    }

    /** What the page shows; fails where the service has no roll-out. */
    static JsonNode shown(DaemonClient client, String page) {
        JsonNode view = client.get(page);
        if (!view.has("deployment")) {
            throw new CommandFailure(
                    "%s has no service deployment".formatted(view.path("service").asText()));
        }
        return view;
    }
}
