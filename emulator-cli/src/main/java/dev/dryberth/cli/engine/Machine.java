package dev.dryberth.cli.engine;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** What making sure of an engine asks of the machine it runs on; tests answer in its place. */
interface Machine {
    boolean isRoot();

    /** Debian, Ubuntu or a relative: a distribution whose packages apt-get installs. */
    boolean hasApt();

    boolean hasCommand(String name);

    /** systemd runs this machine, so a service is its to start. */
    boolean isRunBySystemd();

    /**
     * Runs the command to its end, its output appended to {@code log}; true when it ended with
     * status 0.
     */
    boolean run(Path log, List<String> command);

    /** Starts the command so that it outlives this process, its output appended to {@code log}. */
    void startDetached(Path log, List<String> command);

    void pause(Duration duration);

    /** A line for the user. */
    void say(String line);
}
