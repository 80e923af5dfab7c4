package dev.dryberth.cli.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Secured traffic, with the AWS CLI, curl and OpenSSL as their users type them. */
class TlsIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(50);
    private static final String SHOP = "www.shop.example.com";
    private static final String OTHER = "other.example.com";

    @TempDir private static Path directory;
    private static DaemonUnderTest daemon;
    private static AwsCli cli;
    private static HttpServer target;
    private static Path authority;

    @BeforeAll
    static void start() throws IOException {
        Files.createDirectories(directory.resolve("trust"));
        target =
                HttpServer.create(
                        new InetSocketAddress(
                                InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), 0),
                        0);
        target.createContext(
                "/",
                exchange -> {
                    List<String> told = new ArrayList<>();
                    exchange.getRequestHeaders()
                            .forEach((name, values) -> told.add(name + "=" + values.getFirst()));
                    byte[] body = String.join("\n", told).getBytes(StandardCharsets.UTF_8);
                    exchange.sendResponseHeaders(200, body.length);
                    exchange.getResponseBody().write(body);
                    exchange.close();
                });
        LoginServices.addTo(target);
        target.start();
        daemon =
                DaemonUnderTest.start(
                        "10.226.0.0/16",
                        "--runtime",
                        "simulated",
                        "--s3-dir",
                        directory.toString(),
                        "--delegate",
                        "lambda:hello=" + issuer() + LoginServices.FUNCTION);
        cli = new AwsCli(daemon, "--output", "text");
        authority = directory.resolve("ca.pem");
        Files.writeString(
                authority,
                Shell.run(
                                List.of(
                                        Path.of(
                                                        System.getProperty("basedir", "."),
                                                        "..",
                                                        "dryberth")
                                                .toString(),
                                        "ca",
                                        "--endpoint",
                                        daemon.endpoint().toString()),
                                Map.of(),
                                "build it")
                        .output());
    }

    @AfterAll
    static void close() {
        target.stop(0);
        cli.close();
        daemon.close();
    }

    private static String issuer() {
        return "http://127.0.0.1:" + target.getAddress().getPort();
    }

    /** What the CLI answers, as plain text. */
    private static String aws(String... arguments) {
        return cli.run(arguments).output().strip();
    }

    private static Shell.Ended curl(String... arguments) {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                "curl",
                                "-sS",
                                "--max-time",
                                "20",
                                "--cacert",
                                authority.toString()));
        command.addAll(List.of(arguments));
        return Shell.run(command, Map.of(), "install curl");
    }

    private static Shell.Ended openssl(String... arguments) {
        List<String> command = new ArrayList<>(List.of("openssl"));
        command.addAll(List.of(arguments));
        return Shell.run(command, Map.of(), "install OpenSSL");
    }

    private static String certificate(String name) {
        return aws(
                "acm",
                "request-certificate",
                "--domain-name",
                name,
                "--validation-method",
                "DNS",
                "--query",
                "CertificateArn");
    }

    private static String loadBalancer(String name, String type, String query) {
        List<String> command =
                new ArrayList<>(
                        List.of("elbv2", "create-load-balancer", "--name", name, "--type", type));
        command.add("--subnets");
        command.addAll(daemon.subnets());
        command.addAll(List.of("--query", query));
        return aws(command.toArray(String[]::new));
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static String targetGroup(String name, String protocol) {
        String group =
                aws(
                        "elbv2",
                        "create-target-group",
                        "--name",
                        name,
                        "--protocol",
                        protocol,
                        "--port",
                        Integer.toString(target.getAddress().getPort()),
                        "--target-type",
                        "ip",
                        "--vpc-id",
                        daemon.page("/_dryberth/network").at("/vpcs/0/id").asText(),
                        "--query",
                        "TargetGroups[0].TargetGroupArn");
        aws(
                "elbv2",
                "register-targets",
                "--target-group-arn",
                group,
                "--targets",
                "Id=127.0.0.1,AvailabilityZone=all");
        return group;
    }

    private static String listener(
            String loadBalancer, String protocol, int port, String certificate, String group) {
        return aws(
                "elbv2",
                "create-listener",
                "--load-balancer-arn",
                loadBalancer,
                "--protocol",
                protocol,
                "--port",
                Integer.toString(port),
                "--certificates",
                "CertificateArn=" + certificate,
                "--default-actions",
                "Type=forward,TargetGroupArn=" + group,
                "--query",
                "Listeners[0].ListenerArn");
    }

    /** Asks until the listener has come up: the CLI is answered before its port is bound. */
    private static String body(String... arguments) {
        return await("an answer")
                .pollInterval(LOOK_AGAIN)
                .atMost(PATIENCE)
                .until(() -> curl(arguments), ended -> ended.status() == 0)
                .out();
    }

    private static String subjectOfNamed(int port, String serverName) {
        Shell.Ended ended =
                openssl(
                        "s_client",
                        "-connect",
                        "127.0.0.1:" + port,
                        "-servername",
                        serverName,
                        "-CAfile",
                        authority.toString(),
                        "-verify_return_error",
                        "-brief");
        String said = ended.out() + ended.err();
        assertThat(said).contains("Verification: OK");
        return said.lines()
                .filter(line -> line.startsWith("Peer certificate:"))
                .findFirst()
                .orElse("");
    }

    @Test
    void carriesHttpsWithCertificatesByName() throws IOException {
        String arn = loadBalancer("web", "application", "LoadBalancers[0].LoadBalancerArn");
        String name =
                aws(
                        "elbv2",
                        "describe-load-balancers",
                        "--names",
                        "web",
                        "--query",
                        "LoadBalancers[0].DNSName");
        int port = freePort();
        String own = certificate("*.us-east-1.elb.localhost");
        String listener = listener(arn, "HTTPS", port, own, targetGroup("https", "HTTP"));
        aws(
                "elbv2",
                "modify-load-balancer-attributes",
                "--load-balancer-arn",
                arn,
                "--attributes",
                "Key=routing.http.x_amzn_tls_version_and_cipher_suite.enabled,Value=true");

        String told = body("https://" + name + ":" + port + "/");
        assertThat(told)
                .containsIgnoringCase("X-forwarded-proto=https")
                .containsIgnoringCase("X-amzn-tls-version=TLSv1.2");

        assertThat(
                        body(
                                "--http2",
                                "--write-out",
                                "\nspoken=%{http_version}",
                                "https://" + name + ":" + port + "/"))
                .containsIgnoringCase("X-amzn-tls-version=TLSv1.2")
                .endsWith("\nspoken=2");

        for (String each : List.of(SHOP, OTHER)) {
            aws(
                    "elbv2",
                    "add-listener-certificates",
                    "--listener-arn",
                    listener,
                    "--certificates",
                    "CertificateArn=" + certificate(each));
        }
        await("the certificates")
                .pollInterval(LOOK_AGAIN)
                .atMost(PATIENCE)
                .until(() -> subjectOfNamed(port, OTHER).contains(OTHER));
        assertThat(subjectOfNamed(port, SHOP)).contains(SHOP);
        assertThat(subjectOfNamed(port, "nobody.example.com")).contains("*.us-east-1.elb");
        body("--resolve", SHOP + ":" + port + ":127.0.0.1", "https://" + SHOP + ":" + port + "/");

        aws(
                "elbv2",
                "modify-listener",
                "--listener-arn",
                listener,
                "--ssl-policy",
                "ELBSecurityPolicy-TLS13-1-3-2021-06");
        await("the policy")
                .pollInterval(LOOK_AGAIN)
                .atMost(PATIENCE)
                .until(() ->
                        curl("--tls-max", "1.2", "https://" + name + ":" + port + "/").status()
                                != 0);
        assertThat(body("https://" + name + ":" + port + "/"))
                .containsIgnoringCase("X-amzn-tls-version=TLSv1.3");

        daemon.kill9();
        daemon.restart();
        assertThat(body("https://" + name + ":" + port + "/"))
                .containsIgnoringCase("X-forwarded-proto=https");
        for (String file : List.of("journal.db", "journal.db-wal", "authority.pem")) {
            assertThat(
                            PosixFilePermissions.toString(
                                    Files.getPosixFilePermissions(
                                            daemon.stateDirectory().resolve(file))))
                    .as(file)
                    .isEqualTo("rw-------");
        }
    }

    /** A function that only users may call, and a session that survives the daemon's death. */
    @Test
    void logsAUserInBeforeAFunctionIsCalled() throws IOException {
        String arn = loadBalancer("users", "application", "LoadBalancers[0].LoadBalancerArn");
        String group =
                aws(
                        "elbv2",
                        "create-target-group",
                        "--name",
                        "hello",
                        "--target-type",
                        "lambda",
                        "--query",
                        "TargetGroups[0].TargetGroupArn");
        aws(
                "elbv2",
                "register-targets",
                "--target-group-arn",
                group,
                "--targets",
                "Id=arn:aws:lambda:us-east-1:000000000000:function:hello");
        int port = freePort();
        String listener = listener(arn, "HTTPS", port, certificate(SHOP), group);
        String[] request = {
            "--location",
            "--cookie",
            file("jar"),
            "--cookie-jar",
            file("jar"),
            "--resolve",
            SHOP + ":" + port + ":127.0.0.1",
            "https://" + SHOP + ":" + port + "/cart"
        };
        assertThat(body(request)).isEqualTo("nobody asks for /cart");

        aws(
                "elbv2",
                "modify-listener",
                "--listener-arn",
                listener,
                "--default-actions",
                """
                [{"Type":"authenticate-oidc","Order":1,"AuthenticateOidcConfig":{
                  "Issuer":"ISSUER","AuthorizationEndpoint":"ISSUER/authorize","TokenEndpoint":"ISSUER/token",
                  "UserInfoEndpoint":"ISSUER/user","ClientId":"shop","ClientSecret":"hush"}},
                 {"Type":"forward","Order":2,"TargetGroupArn":"GROUP"}]
                """
                        .replace("ISSUER", issuer())
                        .replace("GROUP", group));
        await("the login")
                .pollInterval(LOOK_AGAIN)
                .atMost(PATIENCE)
                .until(() -> body(request), said -> said.equals("alice asks for /cart"));

        daemon.kill9();
        daemon.restart();
        assertThat(body("--cookie", file("jar"), "--resolve", request[6], request[7]))
                .isEqualTo("alice asks for /cart");
        assertThat(aws("elbv2", "describe-listeners", "--listener-arns", listener))
                .contains(issuer())
                .doesNotContain("hush");
    }

    @Test
    void carriesTlsForANetworkLoadBalancer() throws IOException {
        String arn = loadBalancer("net", "network", "LoadBalancers[0].LoadBalancerArn");
        int port = freePort();
        listener(arn, "TLS", port, certificate(SHOP), targetGroup("tls", "TCP"));
        assertThat(
                        body(
                                "--resolve",
                                SHOP + ":" + port + ":127.0.0.1",
                                "https://" + SHOP + ":" + port + "/"))
                .contains("Host=" + SHOP)
                .doesNotContain("forwarded");
    }

    @Test
    void letsOnlyClientsOfATrustStoreIn() throws IOException {
        makeClient();
        String store =
                aws(
                        "elbv2",
                        "create-trust-store",
                        "--name",
                        "clients",
                        "--ca-certificates-bundle-s3-bucket",
                        "trust",
                        "--ca-certificates-bundle-s3-key",
                        "clients.pem",
                        "--query",
                        "TrustStores[0].TrustStoreArn");
        String arn = loadBalancer("mutual", "application", "LoadBalancers[0].LoadBalancerArn");
        int port = freePort();
        String listener =
                listener(arn, "HTTPS", port, certificate(SHOP), targetGroup("mutual", "HTTP"));
        aws(
                "elbv2",
                "modify-listener",
                "--listener-arn",
                listener,
                "--mutual-authentication",
                "Mode=verify,TrustStoreArn=" + store);

        List<String> request =
                List.of(
                        "--resolve",
                        SHOP + ":" + port + ":127.0.0.1",
                        "https://" + SHOP + ":" + port + "/");
        List<String> known = new ArrayList<>(request);
        known.addAll(List.of("--cert", file("client.pem"), "--key", file("client.key")));
        assertThat(
                        await("the trust store to be asked")
                                .pollInterval(LOOK_AGAIN)
                                .atMost(PATIENCE)
                                .until(
                                        () -> body(known.toArray(String[]::new)),
                                        told -> told.contains("CN=alice")))
                .containsIgnoringCase("X-amzn-mtls-clientcert-subject=CN=alice")
                .containsIgnoringCase("X-amzn-mtls-clientcert-leaf=-----BEGIN%20CERTIFICATE");
        assertThat(curl(request.toArray(String[]::new)).status()).isNotZero();
    }

    private static String file(String name) {
        return directory.resolve(name).toString();
    }

    private static void makeClient() throws IOException {
        String root = directory.resolve("trust").resolve("clients.pem").toString();
        openssl(
                        "req",
                        "-x509",
                        "-newkey",
                        "ec",
                        "-pkeyopt",
                        "ec_paramgen_curve:prime256v1",
                        "-nodes",
                        "-subj",
                        "/CN=clients",
                        "-days",
                        "3",
                        "-addext",
                        "basicConstraints=critical,CA:TRUE",
                        "-keyout",
                        file("clients.key"),
                        "-out",
                        root)
                .output();
        openssl(
                        "req",
                        "-newkey",
                        "ec",
                        "-pkeyopt",
                        "ec_paramgen_curve:prime256v1",
                        "-nodes",
                        "-subj",
                        "/CN=alice",
                        "-keyout",
                        file("client.key"),
                        "-out",
                        file("client.csr"))
                .output();
        openssl(
                        "x509",
                        "-req",
                        "-in",
                        file("client.csr"),
                        "-CA",
                        root,
                        "-CAkey",
                        file("clients.key"),
                        "-set_serial",
                        "7",
                        "-days",
                        "3",
                        "-out",
                        file("client.pem"))
                .output();
    }
}
