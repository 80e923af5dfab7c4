package dev.dryberth.cli;

import com.fasterxml.jackson.databind.JsonNode;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "coverage",
        description = {
            "Lists every operation of the AWS services and whether Dryberth has it, and which members",
            "of requests it keeps and shows without acting upon them."
        },
        mixinStandardHelpOptions = true)
final class CoverageCommand implements Runnable {
    @Mixin private final EndpointOptions endpoint = new EndpointOptions();

    @Override
    public void run() {
        for (JsonNode service : endpoint.client().get("/_dryberth/coverage").path("services")) {
            for (JsonNode operation : service.path("operations")) {
                System.out.printf(
                        "%-6s %s %s%n",
                        operation.path("built").asBoolean() ? "yes" : "no",
                        text(service, "name"),
                        text(operation, "name"));
            }
            for (JsonNode member : service.path("recordedOnly")) {
                System.out.printf("kept   %s %s%n", text(service, "name"), member.asText());
            }
            System.out.printf(
                    "%s: %d of %d operations%n",
                    text(service, "name"),
                    service.path("built").asInt(),
                    service.path("total").asInt());
        }
    }

    private static String text(JsonNode node, String field) {
        return node.path(field).asText();
    }
}
