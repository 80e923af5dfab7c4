package dev.dryberth.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "reset",
        description =
                "Removes every resource, task and container of the daemon; ends when they are gone.",
        mixinStandardHelpOptions = true)
final class ResetCommand implements Runnable {
    @Mixin private final EndpointOptions endpoint = new EndpointOptions();

    @Override
    public void run() {
        endpoint.client().post("/_dryberth/reset");
        System.out.println("Nothing is left.");
    }
}
