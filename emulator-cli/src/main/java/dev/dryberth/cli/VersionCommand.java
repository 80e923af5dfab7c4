package dev.dryberth.cli;

import picocli.CommandLine.Command;

@Command(
        name = "version",
        description = "Shows the version of Dryberth and of the Java it runs on.")
final class VersionCommand implements Runnable {
    @Override
    public void run() {
        System.out.println("dryberth " + Version.current() + " (Java " + Runtime.version() + ")");
    }
}
