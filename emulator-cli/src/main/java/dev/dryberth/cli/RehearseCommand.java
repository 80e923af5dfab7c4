package dev.dryberth.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import dev.dryberth.cli.rehearsal.InjectedFault;
import dev.dryberth.cli.rehearsal.Rehearsal;
import dev.dryberth.cli.rehearsal.RehearsalException;
import dev.dryberth.cli.rehearsal.Report;
import dev.dryberth.cli.rehearsal.ReportJson;
import dev.dryberth.cli.rehearsal.ReportPage;
import dev.dryberth.cli.rehearsal.ReportText;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

@Command(
        name = "rehearse",
        description = {
            "Rolls a service out for trial: lays it out beside the original with everything in front of it, in a daemon of",
            "its own with a faster clock, sends it requests, updates it, and reports whether the deployment would succeed,",
            "pause or roll back, when and why, and how many requests fail meanwhile. The original is only read.",
            "",
            "  dryberth rehearse web --task-definition web:7",
            "  dryberth rehearse web --task-definition next.json --rate 50 --html report.html \\",
            "      --fail 'revision=new,after=2m,status=500,rate=0.05'",
            ""
        },
        footer = {
            "",
            "Exit status: 0 it would succeed; 1 it would fail or roll back, or could not be rehearsed; 3 it would pause, or",
            "was not over within the limit."
        },
        mixinStandardHelpOptions = true)
final class RehearseCommand implements Callable<Integer> {

    private static final int UNDECIDED = 3;
    private static final int MAX_RATE = 1_000;
    private static final Pattern SERVICE_ARN =
            Pattern.compile(
                    "arn:[^:]+:ecs:(?<region>[^:]+):(?<account>[^:]+):service/(?<cluster>[^/]+)/(?<name>[^/]+)");

    /** Lets requests name their Host; read once, when the first client is made. */
    private static final String RESTRICTED_HEADERS = "jdk.httpclient.allowRestrictedHeaders";

    @Mixin private final EndpointOptions endpoint = new EndpointOptions();

    @Parameters(paramLabel = "SERVICE", description = "The service's name or ARN.")
    private String service = "";

    @Option(
            names = "--cluster",
            paramLabel = "NAME",
            description =
                    "The service's cluster (default: ${DEFAULT-VALUE}); an ARN names its own.")
    private String cluster = "default";

    @Option(
            names = "--task-definition",
            required = true,
            paramLabel = "NAME|FILE",
            description = {
                "What is to be rolled out: family, family:revision or ARN of one that is registered, or a .json file for",
                "RegisterTaskDefinition, which is registered in the rehearsal only."
            })
    private String taskDefinition = "";

    @Option(
            names = "--speed",
            paramLabel = "FACTOR",
            description = {
                "How many times faster every AWS wait passes (default: ${DEFAULT-VALUE}). Containers start, crash and stop no",
                "faster, so too high a factor makes them look slow, and a crash at the start look like one after it."
            })
    private double speed = 20;

    @Option(
            names = "--rate",
            paramLabel = "N",
            description =
                    "Requests a second of the machine's clock, 0 to 1000 (default: ${DEFAULT-VALUE}).")
    private int rate = 20;

    @Option(
            names = "--path",
            paramLabel = "PATH",
            description = "What is asked for (default: ${DEFAULT-VALUE}).")
    private String path = "/";

    @Option(
            names = "--host",
            paramLabel = "NAME",
            description = "The requests' Host (default: the load balancer's name).")
    private @Nullable String host;

    @Option(
            names = "--port",
            paramLabel = "PORT",
            description =
                    "The listener the requests come to (default: the one that leads to the service).")
    private @Nullable Integer port;

    @Option(
            names = "--fail",
            paramLabel = "FAULT",
            description = {
                "Answers requests in the place of a revision's tasks: revision=new|old|any, after=2m and for=5m on the",
                "service's clock, status=500, rate=0.05, delay=2s. Health checks are not touched. Repeatable; of several, the",
                "first that holds."
            })
    private List<String> faults = new ArrayList<>();

    @Option(
            names = "--before",
            paramLabel = "TIME",
            description =
                    "How long requests come before the roll-out begins (default: ${DEFAULT-VALUE}).")
    private String before = "5s";

    @Option(
            names = "--limit",
            paramLabel = "TIME",
            description =
                    "How long the roll-out may take on the machine's clock (default: ${DEFAULT-VALUE}).")
    private String limit = "10m";

    @Option(
            names = "--continue",
            description = "Pauses are ended at once, instead of ending the rehearsal.")
    private boolean goesOn;

    @Option(
            names = "--delegate",
            paramLabel = "NAME=URL",
            description = {
                "Where hooks that are Lambda functions are called, as for serve (default: the original's daemon). They are",
                "called for real."
            })
    private List<String> delegates = new ArrayList<>();

    @Option(
            names = "--timing",
            paramLabel = "aws|local|NAME=SECONDS",
            description = "The service scheduler's own waits, as for serve (default: local).")
    private List<String> timing = new ArrayList<>();

    @Option(
            names = "--allow-mount",
            paramLabel = "DIR",
            description = "A directory below which tasks may mount host paths, as for serve.")
    private List<Path> allowedMounts = new ArrayList<>();

    @Option(
            names = "--allow-privileged",
            description = "Let task definitions ask for privileged containers, as for serve.")
    private boolean allowPrivileged;

    private String region = "";
    private String account = "";

    @Option(
            names = "--html",
            paramLabel = "FILE",
            description = "Also writes the report as one HTML page with its plots.")
    private @Nullable Path html;

    @Option(
            names = "--output",
            paramLabel = "FORMAT",
            description = "text or json (default: text).")
    private OutputFormat output = OutputFormat.TEXT;

    @Override
    public Integer call() throws IOException, InterruptedException {
        System.setProperty(RESTRICTED_HEADERS, "host");
        if (rate < 0 || rate > MAX_RATE) {
            throw new CommandFailure("--rate: %d (expected: 0 to %d)".formatted(rate, MAX_RATE));
        }
        if (!path.matches("/[!-~]*") || !isPath(path)) {
            throw new CommandFailure(
                    "--path: '%s' (expected: /..., other characters as %%20)".formatted(path));
        }
        if (rate == 0 && !faults.isEmpty()) {
            throw new CommandFailure("--fail needs requests, and --rate 0 sends none");
        }
        if (host != null && !host.matches("[A-Za-z0-9.:-]{1,253}")) {
            throw new CommandFailure("--host: '%s' (expected: a name)".formatted(host));
        }
        Report report;
        try {
            DaemonClient from = original();
            ServeOptions options = options(from);
            options.check();
            Rehearsal.Wanted wanted = wanted(from);
            LogbackConfigurator.logWarningsOnly();
            try (Daemon daemon = Daemon.start(options, HeadStart.begin(options))) {
                Thread hook = new Thread(daemon::close, "shutdown");
                Runtime.getRuntime().addShutdownHook(hook);
                daemon.awaitReady();
                RehearsalStage stage = new RehearsalStage(daemon, options);
                report = new Rehearsal(stage, wanted, RehearseCommand::say).hold(from);
                say("removing what was made for it");
            }
        } catch (RehearsalException refused) {
            throw new CommandFailure(refused.getMessage(), refused);
        }
        print(report, System.out);
        if (html != null) {
            write(html, ReportPage.of(report));
        }
        return switch (report.verdict()) {
            case SUCCEEDS -> 0;
            case ROLLS_BACK, FAILS -> 1;
            case PAUSES, UNDECIDED -> UNDECIDED;
        };
    }

    private static boolean isPath(String text) {
        try {
            return URI.create(text).getRawFragment() == null;
        } catch (IllegalArgumentException none) {
            return false;
        }
    }

    private static void write(Path file, String text) {
        try {
            Files.writeString(file, text);
        } catch (IOException unwritable) {
            throw new CommandFailure(
                    "--html: %s can't be written: %s".formatted(file, unwritable.getMessage()),
                    unwritable);
        }
    }

    /** The daemon that has the service, spoken to for the service's region and account. */
    private DaemonClient original() {
        DaemonClient client = endpoint.client();
        String arn = service;
        if (!arn.startsWith("arn:")) {
            arn = Rehearsal.serviceArn(client, cluster, service);
        }
        Matcher parts = SERVICE_ARN.matcher(arn);
        if (!parts.matches()) {
            throw new CommandFailure(
                    "'%s' (expected: a service's name, or arn:aws:ecs:region:account:service/cluster/name)"
                            .formatted(arn));
        }
        region = parts.group("region");
        account = parts.group("account");
        cluster = parts.group("cluster");
        service = parts.group("name");
        return new DaemonClient(client.endpoint(), region, account);
    }

    private ServeOptions options(DaemonClient from) {
        ServeOptions options = new ServeOptions();
        options.ephemeral = true;
        options.port = 0;
        options.speed = speed;
        options.pausePool = 0;
        options.region = region;
        options.account = account;
        options.timing = timing;
        options.allowedMounts = allowedMounts;
        options.allowPrivileged = allowPrivileged;
        options.delegates = delegates.isEmpty() ? List.of("lambda=" + from.endpoint()) : delegates;
        return options;
    }

    private Rehearsal.Wanted wanted(DaemonClient from) {
        List<InjectedFault> injected = new ArrayList<>();
        for (String each : faults) {
            try {
                injected.add(InjectedFault.parse(each));
            } catch (RehearsalException wrong) {
                throw new CommandFailure("--fail: " + wrong.getMessage(), wrong);
            }
        }
        return new Rehearsal.Wanted(
                cluster,
                service,
                definition(from),
                taskDefinition.substring(taskDefinition.lastIndexOf('/') + 1),
                rate,
                port,
                host,
                path,
                injected,
                faults,
                time("--before", before),
                time("--limit", limit),
                goesOn,
                speed);
    }

    private JsonNode definition(DaemonClient from) {
        if (!taskDefinition.endsWith(".json")) {
            return Rehearsal.taskDefinition(from, taskDefinition);
        }
        try {
            JsonNode definition =
                    new ObjectMapper().readTree(Files.readString(Path.of(taskDefinition)));
            if (!definition.isObject()) {
                throw new CommandFailure(
                        "--task-definition: %s is no JSON object".formatted(taskDefinition));
            }
            return definition;
        } catch (IOException unreadable) {
            throw new CommandFailure(
                    "--task-definition: %s can't be read: %s"
                            .formatted(taskDefinition, unreadable.getMessage()),
                    unreadable);
        }
    }

    private static Duration time(String option, String text) {
        try {
            return InjectedFault.duration(text);
        } catch (RehearsalException wrong) {
            throw new CommandFailure(option + ": " + wrong.getMessage(), wrong);
        }
    }

    /** What is being done, beside the report. */
    private static void say(String what) {
        System.err.println("... " + what);
    }

    private void print(Report report, PrintStream out) {
        switch (output) {
            case JSON -> out.println(ReportJson.of(report).toPrettyString());
            case TEXT -> ReportText.of(report).forEach(out::println);
        }
        out.flush();
    }
}
