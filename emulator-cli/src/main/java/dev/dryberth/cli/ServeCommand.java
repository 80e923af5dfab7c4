package dev.dryberth.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

import java.util.concurrent.Callable;

@Command(
        name = "serve",
        description = "Runs the daemon until SIGTERM or Ctrl-C.",
        mixinStandardHelpOptions = true)
final class ServeCommand implements Callable<Integer> {
    @Mixin private final ServeOptions options = new ServeOptions();

    @Override
    public Integer call() {
        return Main.serve(options);
    }
}
