package dev.dryberth.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "dryberth",
        description = "Amazon ECS and Fargate on your own machine.",
        subcommands = {
            ServeCommand.class,
            DemoCommand.class,
            ExplainCommand.class,
            DeploymentCommand.class,
            RehearseCommand.class,
            NetworkCommand.class,
            LbCommand.class,
            CaCommand.class,
            CoverageCommand.class,
            ResetCommand.class,
            VersionCommand.class
        })
final class DryberthCommand implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before it calls run
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(), "a command is missing (try: dryberth demo)");
    }
}
