package dev.dryberth.cli;

import com.fasterxml.jackson.databind.JsonNode;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "lb",
        description =
                "Shows the load balancers: their names and addresses, whether each listener's port is"
                        + " open and why not, and how many targets are healthy.",
        mixinStandardHelpOptions = true)
final class LbCommand implements Runnable {

    @Mixin private final EndpointOptions endpoint = new EndpointOptions();

    @Option(
            names = "--output",
            paramLabel = "FORMAT",
            description = "text or json (default: text).")
    private OutputFormat output = OutputFormat.TEXT;

    @Override
    public void run() {
        JsonNode view = endpoint.client().get("/_dryberth/lb");
        switch (output) {
            case TEXT -> System.out.print(LoadBalancersText.of(view));
            case JSON -> System.out.println(view.toPrettyString());
        }
    }
}
