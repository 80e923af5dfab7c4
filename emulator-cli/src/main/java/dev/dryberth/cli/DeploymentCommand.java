package dev.dryberth.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "deployment",
        description = "Watches a service's newest roll-out, and ends the pause it waits at.",
        subcommands = {
            WatchDeploymentCommand.class,
            ContinueDeploymentCommand.class,
            RollbackDeploymentCommand.class
        },
        mixinStandardHelpOptions = true)
final class DeploymentCommand implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before it calls run
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(), "a command is missing (expected: watch, continue or rollback)");
    }
}
