package dev.dryberth.cli;

import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Reads the options of {@code serve} when there is nothing to explain about them. Whatever is
 * unusual, a mistake included, is left to picocli: the answer is then empty.
 */
final class QuickArguments {
    private QuickArguments() {}

    static Optional<ServeOptions> parse(List<String> arguments) {
        ServeOptions options = new ServeOptions();
        Iterator<String> rest = arguments.iterator();
        try {
            while (rest.hasNext()) {
                String argument = rest.next();
                int equals = argument.indexOf('=');
                String name = equals < 0 ? argument : argument.substring(0, equals);
                boolean known;
                if (equals < 0 && flag(options, name)) {
                    continue;
                } else if (equals >= 0) {
                    known = value(options, name, argument.substring(equals + 1));
                } else {
                    known = rest.hasNext() && value(options, name, rest.next());
                }
                if (!known) {
                    return Optional.empty();
                }
            }
        } catch (IllegalArgumentException e) {
            // Not a number, not a constant, not a path: picocli says which and why.
            return Optional.empty();
        }
        return Optional.of(options);
    }

    private static boolean flag(ServeOptions options, String name) {
        switch (name) {
            case "--ephemeral" -> options.ephemeral = true;
            case "--allow-remote" -> options.allowRemote = true;
            case "--allow-privileged" -> options.allowPrivileged = true;
            default -> {
                return false;
            }
        }
        return true;
    }

    private static boolean value(ServeOptions options, String name, String value) {
        if (value.isEmpty() || value.startsWith("-")) {
            return false;
        }
        switch (name) {
            case "--port" -> options.port = Integer.parseInt(value);
            case "--bind" -> options.bind = value;
            case "--state-dir" -> options.stateDirectory = Path.of(value);
            case "--runtime" -> options.runtime = RuntimeChoice.valueOf(constant(value));
            case "--region" -> options.region = value;
            case "--account" -> options.account = value;
            case "--speed" -> options.speed = Double.parseDouble(value);
            case "--timing" -> options.timing.add(value);
            case "--allowed-host" -> options.allowedHosts.add(value);
            case "--allow-mount" -> options.allowedMounts.add(Path.of(value));
            case "--s3-dir" -> options.s3Directory = Path.of(value);
            case "--delegate" -> options.delegates.add(value);
            case "--pause-pool" -> options.pausePool = Integer.parseInt(value);
            case "--sync" -> options.sync = Durability.valueOf(constant(value));
            case "--log-format" -> options.logFormat = LogFormat.valueOf(constant(value));
            case "--vpc-cidr" -> options.vpcCidr = value;
            default -> {
                return false;
            }
        }
        return true;
    }

    private static String constant(String value) {
        return value.toUpperCase(Locale.ROOT);
    }
}
