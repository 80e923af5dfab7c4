package dev.dryberth.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "ca",
        description = {
            "Prints the certificate (PEM) of the authority that issues ACM's certificates here, for clients to trust:",
            "dryberth ca > ca.pem; curl --cacert ca.pem https://..."
        },
        mixinStandardHelpOptions = true)
final class CaCommand implements Runnable {
    @Mixin private final EndpointOptions endpoint = new EndpointOptions();

    @Override
    public void run() {
        System.out.print(endpoint.client().text("/_dryberth/ca"));
    }
}
