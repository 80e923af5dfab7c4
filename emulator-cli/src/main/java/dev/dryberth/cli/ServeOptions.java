package dev.dryberth.cli;

import dev.dryberth.api.outgoing.FunctionEndpoints;
import dev.dryberth.core.service.ServiceTimings;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Option;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The options of a daemon. Two readers fill them: {@link QuickArguments} for the ordinary case, and
 * picocli, which also explains them; a test holds the two to the same meaning.
 */
final class ServeOptions {
    static final int DEFAULT_PORT = 4566;
    private static final String LAMBDA = "lambda";

    @Option(
            names = "--port",
            paramLabel = "PORT",
            description = "TCP port of the API; 0 takes any free one (default: 4566).")
    int port = DEFAULT_PORT;

    @Option(
            names = "--bind",
            paramLabel = "ADDRESS",
            description =
                    "Address to listen on (default: 127.0.0.1). Any that is not loopback needs --allow-remote.")
    String bind = "127.0.0.1";

    @Option(
            names = "--state-dir",
            paramLabel = "DIR",
            description =
                    "Where the journal is kept (default: $XDG_STATE_HOME/dryberth or ~/.local/state/dryberth).")
    @Nullable Path stateDirectory;

    @Option(
            names = "--runtime",
            paramLabel = "docker|simulated|auto",
            description = {
                "What runs the containers: a Docker engine (default), nothing (simulated), or a Docker engine if one",
                "answers (auto; says loudly when it does not)."
            })
    RuntimeChoice runtime = RuntimeChoice.DOCKER;

    @Option(
            names = "--region",
            paramLabel = "REGION",
            description = "Region of requests that name none (default: us-east-1).")
    String region = "us-east-1";

    @Option(
            names = "--account",
            paramLabel = "ID",
            description = "Account of requests that name none (default: 000000000000).")
    String account = "000000000000";

    @Option(
            names = "--speed",
            paramLabel = "FACTOR",
            description = "How many times faster than on AWS every AWS wait passes (default: 1).")
    double speed = 1;

    @Option(
            names = "--timing",
            paramLabel = "aws|local|NAME=SECONDS",
            description = {
                "The service scheduler's own waits, before --speed: AWS's (aws), shorter ones (local, default), or one",
                "by name: healthy-after, first-backoff, max-backoff, placement-retry, repeat-problem. Repeatable; each",
                "changes what those before it set."
            })
    List<String> timing = new ArrayList<>();

    @Option(
            names = "--ephemeral",
            description = "Keep all state in memory and remove every container at the end.")
    boolean ephemeral;

    @Option(
            names = "--allow-remote",
            description = {
                "Let --bind name an address that other machines reach. Whoever reaches the API can run containers on",
                "this machine."
            })
    boolean allowRemote;

    @Option(
            names = "--allowed-host",
            paramLabel = "NAME",
            description =
                    "A Host header to accept besides localhost, *.localhost and the bound address. Repeatable.")
    List<String> allowedHosts = new ArrayList<>();

    @Option(
            names = "--allow-mount",
            paramLabel = "DIR",
            description =
                    "A directory below which tasks may mount host paths. Repeatable; without it none may.")
    List<Path> allowedMounts = new ArrayList<>();

    @Option(
            names = "--allow-privileged",
            description = "Let task definitions ask for privileged containers.")
    boolean allowPrivileged;

    @Option(
            names = "--s3-dir",
            paramLabel = "DIR",
            description =
                    "Where requests that name an S3 object find it, as bucket/key (for trust stores).")
    @Nullable Path s3Directory;

    @Option(
            names = "--delegate",
            paramLabel = "NAME=URL",
            description = {
                "Where calls go that Dryberth hands on. lambda=URL: Lambda's Invoke API for all functions (SAM local,",
                "LocalStack, moto); lambda:FUNCTION=URL: for one function, used as it is if it has a path (the runtime",
                "interface emulator: http://127.0.0.1:9000/2015-03-31/functions/function/invocations). Repeatable;",
                "functions made here with CreateFunction need none."
            })
    List<String> delegates = new ArrayList<>();

    @Option(
            names = "--pause-pool",
            paramLabel = "N",
            description =
                    "Network namespaces kept ready in each subnet of every VPC there is (default: 2).")
    int pausePool = 2;

    @Option(
            names = "--sync",
            paramLabel = "normal|full",
            description =
                    "What an acknowledged change survives: kill -9 (normal, default) or loss of power too (full).")
    Durability sync = Durability.NORMAL;

    @Option(
            names = "--log-format",
            paramLabel = "text|json",
            description = "How log lines are written (default: text).")
    LogFormat logFormat = LogFormat.TEXT;

    @Option(
            names = "--vpc-cidr",
            paramLabel = "RANGE",
            description =
                    "Address range of the default VPC, a /16 (default: 172.31.0.0/16, or a free one where it is taken).")
    @Nullable String vpcCidr;

    /**
     * Checks what the types alone don't.
     *
     * @throws CommandFailure for a region or account that could be none, and an unknown timing or
     *     delegate
     */
    void check() {
        if (!region.matches("[a-z0-9-]{1,64}")) {
            throw new CommandFailure(
                    "--region: '" + region + "' (expected: a name like us-east-1)");
        }
        if (!account.matches("[0-9]{12}")) {
            throw new CommandFailure("--account: '" + account + "' (expected: 12 digits)");
        }
        timings();
        functions();
    }

    /**
     * Where Lambda functions are called.
     *
     * @throws CommandFailure for a delegate that is none
     */
    FunctionEndpoints functions() {
        FunctionEndpoints functions = FunctionEndpoints.none();
        for (String each : delegates) {
            int equals = each.indexOf('=');
            String name = equals < 0 ? each : each.substring(0, equals);
            String url = each.substring(equals + 1);
            try {
                if (name.equals(LAMBDA)) {
                    functions = functions.with(url);
                } else if (name.startsWith(LAMBDA + ":")) {
                    functions = functions.with(name.substring(LAMBDA.length() + 1), url);
                } else {
                    throw new IllegalArgumentException(
                            "'%s' (expected: lambda=URL or lambda:FUNCTION=URL)".formatted(each));
                }
            } catch (IllegalArgumentException wrong) {
                throw new CommandFailure("--delegate: " + wrong.getMessage());
            }
        }
        return functions;
    }

    /**
     * The waits of the service scheduler.
     *
     * @throws CommandFailure for a timing that is none
     */
    ServiceTimings timings() {
        ServiceTimings timings = ServiceTimings.LOCAL;
        for (String each : timing) {
            try {
                timings = timings.with(each);
            } catch (IllegalArgumentException e) {
                throw new CommandFailure("--timing: " + e.getMessage());
            }
        }
        return timings;
    }

    /**
     * The engine to use, as DOCKER_HOST would hold it; null: whichever answers. Not an option: that
     * is DOCKER_HOST.
     */
    @Nullable String dockerHost;
}
