package dev.dryberth.cli.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.ecs.EcsClient;
import software.amazon.awssdk.services.elasticloadbalancingv2.ElasticLoadBalancingV2Client;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A daemon as users start it, in a process of its own, with a state directory and an address range
 * of its own. It can be killed and started again on the same state and port. Closing it resets it,
 * ends it with SIGTERM and asserts that nothing of it is left in the Docker engine. For one thread
 * at a time.
 */
public final class DaemonUnderTest implements AutoCloseable {

    /** Generous, for a machine that builds at the same time. */
    private static final Duration START_LIMIT = Duration.ofSeconds(90);

    private static final Duration END_LIMIT = Duration.ofSeconds(60);
    private static final Duration REQUEST_LIMIT = Duration.ofMinutes(2);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(20);
    private static final int LOG_TAIL_LINES = 60;
    private static final int OK = 200;
    private static final int SIGTERM_STATUS = 128 + 15;
    private static final Pattern ANSWERS_AT =
            Pattern.compile("answers at (http://127\\.0\\.0\\.1:(\\d+))");
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final StaticCredentialsProvider CREDENTIALS =
            StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test"));

    private final Path directory;
    private final Path log;
    private final List<String> options;
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private Process process;
    private final URI endpoint;
    private @Nullable EcsClient ecs;
    private @Nullable ElasticLoadBalancingV2Client elb;
    private @Nullable List<String> subnets;

    private DaemonUnderTest(String vpcCidr, List<String> moreOptions) throws IOException {
        this.directory = Files.createTempDirectory("dryberth-it-");
        Path logs = Path.of(System.getProperty("basedir", "."), "target", "daemons");
        Files.createDirectories(logs);
        this.log = Files.createTempFile(logs, vpcCidr.replace('/', '_') + "-", ".log");
        this.options = new ArrayList<>(moreOptions);
        options.addAll(List.of("--state-dir", stateDirectory().toString(), "--vpc-cidr", vpcCidr));
        this.process = launch(0);
        this.endpoint = awaitEndpoint(0);
        awaitReady();
    }

    /**
     * Starts a daemon on a port of its choice and waits until its runtime is connected.
     *
     * @param vpcCidr a /16 that no other test uses, for tests may run side by side
     * @param moreOptions further options of {@code serve}
     */
    public static DaemonUnderTest start(String vpcCidr, String... moreOptions) {
        try {
            return new DaemonUnderTest(vpcCidr, List.of(moreOptions));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * The same with no namespaces that stand ready, for a test to which they do not matter: six of
     * them take the engine more time than the tasks of most tests.
     */
    public static DaemonUnderTest startWithoutPool(String vpcCidr, String... moreOptions) {
        List<String> options = new ArrayList<>(List.of(moreOptions));
        options.addAll(List.of("--pause-pool", "0"));
        return start(vpcCidr, options.toArray(String[]::new));
    }

    private Process launch(int port) throws IOException {
        List<String> command = new ArrayList<>();
        // The launcher becomes the JVM, so the process is the daemon's own.
        command.add(Path.of(System.getProperty("basedir", "."), "..", "dryberth").toString());
        command.addAll(List.of("serve", "--port", Integer.toString(port)));
        command.addAll(options);
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
    }

    /** Reads the address from the log, where it stands as soon as the API answers. */
    private URI awaitEndpoint(int linesBefore) {
        return await("the daemon's address")
                .pollInterval(LOOK_AGAIN)
                .atMost(START_LIMIT)
                .until(
                        () -> {
                            List<String> lines = Files.readAllLines(log);
                            for (String line : lines.subList(linesBefore, lines.size())) {
                                Matcher found = ANSWERS_AT.matcher(line);
                                if (found.find()) {
                                    return URI.create(found.group(1));
                                }
                            }
                            requireAlive();
                            return null;
                        },
                        found -> found != null);
    }

    private void awaitReady() {
        await("the daemon to be ready")
                .pollInterval(LOOK_AGAIN)
                .atMost(START_LIMIT)
                .until(() -> {
                    requireAlive();
                    return send("GET", "/_dryberth/health").statusCode() == OK;
                });
    }

    private void requireAlive() {
        if (!process.isAlive()) {
            throw new IllegalStateException(
                    "the daemon ended with " + process.exitValue() + ":\n" + logTail());
        }
    }

    /** Where the daemon's API is; the same after a restart. */
    public URI endpoint() {
        return endpoint;
    }

    public Path stateDirectory() {
        return directory.resolve("state");
    }

    public long pid() {
        return process.pid();
    }

    /** The value of the label {@code dev.dryberth.instance} on everything this daemon makes. */
    public String instance() {
        try {
            return Files.readString(stateDirectory().resolve("instance")).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A client of the AWS SDK; the same one each time, good across restarts. */
    public EcsClient ecs() {
        EcsClient client = ecs;
        if (client == null) {
            client =
                    EcsClient.builder()
                            .endpointOverride(endpoint)
                            .region(Region.US_EAST_1)
                            .credentialsProvider(CREDENTIALS)
                            .httpClient(UrlConnectionHttpClient.create())
                            .build();
            ecs = client;
        }
        return client;
    }

    /** A client for the load balancers; the same one each time, good across restarts. */
    public ElasticLoadBalancingV2Client elb() {
        ElasticLoadBalancingV2Client client = elb;
        if (client == null) {
            client =
                    ElasticLoadBalancingV2Client.builder()
                            .endpointOverride(endpoint)
                            .region(Region.US_EAST_1)
                            .credentialsProvider(CREDENTIALS)
                            .httpClient(UrlConnectionHttpClient.create())
                            .build();
            elb = client;
        }
        return client;
    }

    /** The default VPC. */
    public String vpc() {
        return page("/_dryberth/network").at("/vpcs/0/id").asText();
    }

    /** The default VPC's subnets. */
    public List<String> subnets() {
        List<String> known = subnets;
        if (known == null) {
            List<String> found = new ArrayList<>();
            for (JsonNode subnet : page("/_dryberth/network").at("/vpcs/0/subnets")) {
                found.add(subnet.path("id").asText());
            }
            known = List.copyOf(found);
            subnets = known;
        }
        return known;
    }

    /** One of the daemon's own pages. */
    public JsonNode page(String path) {
        try {
            return JSON.readTree(send("GET", path).body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** {@code POST /_dryberth/reset}; everything is gone when this returns. */
    public void reset() {
        try {
            HttpResponse<String> answer = send("POST", "/_dryberth/reset");
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(OK);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        subnets = null;
    }

    private HttpResponse<String> send(String method, String path) throws IOException {
        HttpRequest request =
                HttpRequest.newBuilder(endpoint.resolve(path))
                        .timeout(REQUEST_LIMIT)
                        .method(method, HttpRequest.BodyPublishers.noBody())
                        .build();
        try {
            return http.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    /** Ends the process as {@code kill -9} does: nothing is finished, nothing cleaned up. */
    public void kill9() {
        process.destroyForcibly();
        awaitEnd();
    }

    /** Ends the process as a service manager would; the status it ended with. */
    public int terminate() {
        process.destroy();
        return awaitEnd();
    }

    private int awaitEnd() {
        try {
            assertThat(process.waitFor(END_LIMIT.toSeconds(), TimeUnit.SECONDS))
                    .as("the daemon's process ends; its log:\n%s", logTail())
                    .isTrue();
            return process.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    /** Starts an ended daemon again, on the same state directory and port. */
    public void restart() {
        assertThat(process.isAlive()).as("a daemon that still runs").isFalse();
        try {
            int linesBefore = Files.readAllLines(log).size();
            process = launch(endpoint.getPort());
            assertThat(awaitEndpoint(linesBefore)).isEqualTo(endpoint);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        awaitReady();
    }

    /** The last lines the daemon wrote, for messages. */
    public String logTail() {
        try {
            List<String> lines = Files.readAllLines(log);
            return String.join(
                    "\n", lines.subList(Math.max(0, lines.size() - LOG_TAIL_LINES), lines.size()));
        } catch (IOException e) {
            return "(no log: " + e + ")";
        }
    }

    /** Resets and ends the daemon, and asserts that nothing of it is left behind. */
    @Override
    public void close() {
        if (ecs != null) {
            ecs.close();
        }
        if (elb != null) {
            elb.close();
        }
        try (DockerView docker = new DockerView(instance())) {
            if (!process.isAlive()) {
                restart();
            }
            reset();
            int status = terminate();
            List<String> left = docker.everything();
            docker.removeEverything();
            assertThat(left).as("what the daemon left behind; its log:\n%s", logTail()).isEmpty();
            assertThat(status).as(logTail()).isEqualTo(SIGTERM_STATUS);
        } finally {
            http.close();
            process.destroyForcibly();
            deleteDirectory();
        }
    }

    private void deleteDirectory() {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
