package dev.dryberth.cli;

import com.fasterxml.jackson.databind.JsonNode;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

@Command(
        name = "explain",
        description =
                "Says why a service is in the state it is: what it waits for, which rule holds it,"
                        + " what was refused and why, and what happens next and when.",
        mixinStandardHelpOptions = true)
final class ExplainCommand implements Runnable {

    @Mixin private final EndpointOptions endpoint = new EndpointOptions();

    @Parameters(paramLabel = "SERVICE", description = "The service's name or ARN.")
    private String service = "";

    @Option(
            names = "--cluster",
            paramLabel = "NAME",
            description =
                    "The service's cluster (default: ${DEFAULT-VALUE}); an ARN names its own.")
    private String cluster = "default";

    @Option(
            names = "--output",
            paramLabel = "FORMAT",
            description = "text or json (default: text).")
    private OutputFormat output = OutputFormat.TEXT;

    @Override
    public void run() {
        String named = service.startsWith("arn:") ? service : cluster + "/" + service;
        JsonNode explanation =
                endpoint.client()
                        .get(
                                "/_dryberth/explain/"
                                        + URLEncoder.encode(named, StandardCharsets.UTF_8));
        switch (output) {
            case TEXT -> System.out.print(ExplanationText.of(explanation));
            case JSON -> System.out.println(explanation.toPrettyString());
        }
    }
}
