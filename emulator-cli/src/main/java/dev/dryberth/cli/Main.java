package dev.dryberth.cli;

import picocli.CommandLine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The command {@code dryberth}.
 *
 * <p>{@code serve} with ordinary options goes straight to the daemon: reading picocli's annotations
 * would cost a third of the time to the first answer. Everything else, and every mistake, goes
 * through picocli.
 */
public final class Main {
    private Main() {}

    public static void main(String[] arguments) {
        System.exit(run(List.of(arguments)));
    }

    static int run(List<String> arguments) {
        String command = arguments.isEmpty() ? "" : arguments.getFirst();
        List<String> rest =
                arguments.isEmpty() ? arguments : arguments.subList(1, arguments.size());
        try {
            if (command.equals("serve")) {
                Optional<ServeOptions> options = QuickArguments.parse(rest);
                if (options.isPresent()) {
                    return serve(options.get());
                }
            } else if (command.equals("train") && rest.size() == 1) {
                // For the build, not for users: see Training.
                Training.run(Path.of(rest.getFirst()));
                return 0;
            }
        } catch (CommandFailure failure) {
            return report(failure);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return commandLine().execute(arguments.toArray(String[]::new));
    }

    /** Runs a daemon to its end; the status for the shell. */
    static int serve(ServeOptions options) {
        start(options).awaitClose();
        return 0;
    }

    /** Starts a daemon that is closed when this process is told to end. */
    static Daemon start(ServeOptions options) {
        // Before the first logger there is.
        System.setProperty(LogbackConfigurator.FORMAT_PROPERTY, options.logFormat.name());
        Daemon daemon = Daemon.start(options, HeadStart.begin(options));
        Runtime.getRuntime().addShutdownHook(new Thread(daemon::close, "shutdown"));
        return daemon;
    }

    static CommandLine commandLine() {
        return new CommandLine(new DryberthCommand())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler((exception, commandLine, parsed) -> {
                    if (exception instanceof CommandFailure failure) {
                        return report(failure);
                    }
                    throw exception;
                });
    }

    private static int report(CommandFailure failure) {
        System.err.println("dryberth: " + failure.getMessage());
        return CommandLine.ExitCode.SOFTWARE;
    }
}
