package dev.dryberth.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.io.Console;
import java.io.PrintStream;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;

/** Frames are drawn over each other on a terminal; elsewhere one follows the other. */
@Command(
        name = "watch",
        description =
                "Shows how the service's newest roll-out goes, until it ends; the exit status is 0 if"
                        + " it was SUCCESSFUL, else 1.",
        mixinStandardHelpOptions = true)
final class WatchDeploymentCommand implements Callable<Integer> {

    private static final long INTERVAL_MILLIS = 250;

    /** Lines are cut, not wrapped, while a frame is drawn: it begins in the upper left corner. */
    private static final String FRAME_BEGINS = "\u001b[?7l\u001b[H";

    private static final String LINE_ENDS = "\u001b[K\n";
    private static final String FRAME_ENDS = "\u001b[J\u001b[?7h";
    private static final String CLEAR = "\u001b[2J";

    @Mixin private final DeploymentOptions options = new DeploymentOptions();

    @Option(names = "--once", description = "Shows how it is now, with exit status 0.")
    private boolean once;

    @Option(
            names = "--output",
            paramLabel = "FORMAT",
            description =
                    "text or json (default: text); json is a document a line, whenever something"
                            + " changed.")
    private OutputFormat output = OutputFormat.TEXT;

    @Override
    public Integer call() throws InterruptedException {
        PrintStream out = System.out;
        DeploymentMarks marks = DeploymentMarks.of(out.charset());
        DaemonClient client = options.client();
        // Which JDKs give none where there is no terminal differs.
        boolean terminal =
                !once
                        && output == OutputFormat.TEXT
                        && Optional.ofNullable(System.console())
                                .filter(Console::isTerminal)
                                .isPresent();
        JsonNode last = null;
        while (true) {
            JsonNode view = DeploymentOptions.shown(client, options.page());
            JsonNode lasting = lasting(view);
            if (terminal) {
                if (last == null) {
                    out.print(CLEAR);
                }
                redraw(out, DeploymentText.lines(view, marks));
            } else if (!lasting.equals(last)) {
                print(out, view, marks, last == null);
            }
            last = lasting;
            String status = view.at("/deployment/status").asText();
            if (once || status.equals("SUCCESSFUL")) {
                return ExitCode.OK;
            }
            if (view.at("/deployment").has("finishedAt")) {
                return ExitCode.SOFTWARE;
            }
            Thread.sleep(INTERVAL_MILLIS);
        }
    }

    private void print(PrintStream out, JsonNode view, DeploymentMarks marks, boolean first) {
        switch (output) {
            case JSON -> out.println(view);
            case TEXT -> {
                if (!first) {
                    out.println();
                }
                DeploymentText.lines(view, marks).forEach(out::println);
            }
        }
        out.flush();
    }

    private static void redraw(PrintStream out, List<String> lines) {
        StringBuilder frame = new StringBuilder(FRAME_BEGINS);
        for (String each : lines) {
            frame.append(each).append(LINE_ENDS);
        }
        out.print(frame.append(FRAME_ENDS));
        out.flush();
    }

    /** What does not change by time going on. */
    private static JsonNode lasting(JsonNode view) {
        ObjectNode lasting = view.deepCopy();
        lasting.remove(List.of("now", "next"));
        return lasting;
    }
}
