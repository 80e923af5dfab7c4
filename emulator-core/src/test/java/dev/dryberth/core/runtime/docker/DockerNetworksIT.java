package dev.dryberth.core.runtime.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.model.Network;

import dev.dryberth.core.model.Eni;
import dev.dryberth.core.model.PortBinding;
import dev.dryberth.core.runtime.ContainerSpec;
import dev.dryberth.core.runtime.Effect;
import dev.dryberth.core.runtime.RuntimeEvent.ContainerExited;
import dev.dryberth.core.runtime.RuntimeEvent.ContainerFailed;
import dev.dryberth.core.runtime.RuntimeEvent.ContainerStarted;
import dev.dryberth.core.runtime.RuntimeEvent.Inventory;
import dev.dryberth.core.runtime.RuntimeEvent.NamespaceFailed;
import dev.dryberth.core.runtime.RuntimeEvent.NamespaceLost;
import dev.dryberth.core.runtime.RuntimeEvent.NamespaceReady;
import dev.dryberth.core.runtime.RuntimeEvent.NamespaceRemoved;
import dev.dryberth.core.runtime.RuntimeEvent.ObservedNamespace;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import software.amazon.awssdk.services.ecs.model.SystemControl;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;

/** The four network modes on the real engine. */
class DockerNetworksIT {

    private static final String INSTANCE = "it-networks";
    private static final String CIDR = "10.231.0.0/16";
    private static final String SERVE =
            "mkdir /www; echo %s > /www/index.html; httpd -f -p 80 -h /www";

    private static Engine engine;
    private static String image;
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();
    private RuntimeProbe probe;

    @BeforeAll
    static void engine() {
        image = new BusyboxImage(null).ensureBuilt();
        engine = Engine.connect(null, 2);
    }

    @AfterAll
    static void closeEngine() {
        engine.close();
    }

    @BeforeEach
    void start() throws InterruptedException {
        probe = RuntimeProbe.start(INSTANCE);
        probe.await(Inventory.class);
    }

    @AfterEach
    void clean() throws InterruptedException {
        probe.removeAll();
        probe.close();
        assertThat(networks(INSTANCE)).isEmpty();
    }

    private static List<String> networks(String instance) {
        return engine
                .calls()
                .listNetworksCmd()
                .withFilter("label", List.of(Labels.filter(Labels.INSTANCE, instance)))
                .exec()
                .stream()
                .map(Network::getName)
                .toList();
    }

    private NamespaceReady ready(Eni eni) throws InterruptedException {
        probe.run(new Effect.CreateNamespace(eni, CIDR));
        return probe.await(NamespaceReady.class, e -> e.eniId().equals(eni.id()));
    }

    private ContainerStarted run(ContainerSpec spec) throws InterruptedException {
        probe.run(new Effect.StartContainer(spec));
        return probe.await(
                ContainerStarted.class,
                e -> e.container().equals(spec.name()) && e.task().equals(spec.task()));
    }

    private String get(String url) {
        try {
            return http.send(
                            HttpRequest.newBuilder(URI.create(url))
                                    .timeout(Duration.ofSeconds(2))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body()
                    .strip();
        } catch (IOException | InterruptedException e) {
            return e.toString();
        }
    }

    private void answers(String url, String expected) {
        await().pollInterval(Duration.ofMillis(50))
                .untilAsserted(() -> assertThat(get(url)).isEqualTo(expected));
    }

    @Test
    void twoTasksServePort80SideBySide() throws InterruptedException {
        for (int i = 1; i <= 2; i++) {
            Eni eni = Specs.eni("eni-" + i, "10.231.16." + (6 + i), "02:42:ac:10:00:0" + i);
            String pause = ready(eni).runtimeId();
            run(
                    Specs.shell(image, SERVE.formatted("task " + i))
                            .task(Specs.task("0a0" + i))
                            .network(new ContainerSpec.Network.Namespace(eni.id(), pause))
                            .build());
        }
        answers("http://10.231.16.7/", "task 1");
        answers("http://10.231.16.8/", "task 2");
    }

    @Test
    void aSidecarReachesItsSiblingOnLocalhost() throws InterruptedException {
        Eni eni = Specs.eni("eni-3", "10.231.16.9", "02:42:ac:10:00:03");
        var network = new ContainerSpec.Network.Namespace(eni.id(), ready(eni).runtimeId());
        run(Specs.shell(image, SERVE.formatted("app")).network(network).build());
        ContainerStarted sidecar =
                run(
                        Specs.shell(
                                        image,
                                        "until wget -q -O- http://127.0.0.1/ | grep -q app; do sleep"
                                                + " 0.1; done; [ \"$(hostname)\" ="
                                                + " ip-10-231-16-9.ec2.internal ] && exit 42")
                                .named("sidecar")
                                .network(network)
                                .build());
        assertThat(
                        probe.await(
                                        ContainerExited.class,
                                        e -> e.runtimeId().equals(sidecar.runtimeId()))
                                .exitCode())
                .isEqualTo(42);
    }

    @Test
    void aNamespaceHasItsInterfacesAddressAndMac() throws InterruptedException {
        Eni eni = Specs.eni("eni-4", "10.231.32.77", "02:42:ac:10:00:44");
        NamespaceReady first = ready(eni);
        InspectContainerResponse found =
                engine.calls().inspectContainerCmd(first.runtimeId()).exec();
        assertThat(found.getNetworkSettings().getNetworks())
                .hasEntrySatisfying(
                        "dryberth-it-networks-vpc-test",
                        network -> {
                            assertThat(network.getIpAddress()).isEqualTo("10.231.32.77");
                            assertThat(network.getMacAddress()).isEqualTo("02:42:ac:10:00:44");
                        });
        assertThat(found.getConfig().getHostName()).isEqualTo("ip-10-231-32-77.ec2.internal");

        probe.clear();
        assertThat(ready(eni).runtimeId()).isEqualTo(first.runtimeId());
    }

    @Test
    void removesANamespaceEvenIfItNeverWas() throws InterruptedException {
        Eni never = Specs.eni("eni-5", "10.231.16.20", "02:42:ac:10:00:05");
        probe.run(new Effect.RemoveNamespace(never));
        probe.await(NamespaceRemoved.class, e -> e.eniId().equals("eni-5"));

        Eni eni = Specs.eni("eni-6", "10.231.16.21", "02:42:ac:10:00:06");
        ready(eni);
        probe.run(new Effect.RemoveNamespace(eni));
        probe.await(NamespaceRemoved.class, e -> e.eniId().equals("eni-6"));
        assertThat(probe.count(NamespaceLost.class)).isZero();
    }

    @Test
    void tellsTheLossOfANamespace() throws InterruptedException {
        Eni eni = Specs.eni("eni-7", "10.231.16.22", "02:42:ac:10:00:07");
        engine.calls().killContainerCmd(ready(eni).runtimeId()).exec();
        assertThat(probe.await(NamespaceLost.class).eniId()).isEqualTo("eni-7");
        probe.runtime().cutEvents();
        Inventory inventory = probe.await(Inventory.class, found -> !found.namespaces().isEmpty());
        assertThat(inventory.namespaces())
                .extracting(ObservedNamespace::eniId, ObservedNamespace::running)
                .containsExactly(org.assertj.core.groups.Tuple.tuple("eni-7", false));
    }

    @Test
    void saysWhichNetworkStandsInTheWay() throws InterruptedException {
        ready(Specs.eni("eni-8", "10.231.16.23", "02:42:ac:10:00:08"));
        try (RuntimeProbe other = RuntimeProbe.start("it-networks-2")) {
            other.run(
                    new Effect.CreateNamespace(
                            Specs.eni("eni-9", "10.231.128.9", "02:42:ac:10:00:09"),
                            "10.231.128.0/17"));
            assertThat(other.await(NamespaceFailed.class).reason())
                    .isEqualTo(
                            "ContainerNetworkingError: the range 10.231.128.0/17 of vpc-test"
                                    + " overlaps with 10.231.0.0/16 of the Docker network"
                                    + " 'dryberth-it-networks-vpc-test'; remove that network");
            other.removeAll();
        }
    }

    @Test
    void publishesBridgePortsOnLoopbackOnly() throws InterruptedException {
        ContainerStarted started =
                run(
                        Specs.shell(image, SERVE.formatted("bridge"))
                                .bridge(new PortBinding("0.0.0.0", 80, 0, "tcp"))
                                .build());
        assertThat(started.bindings())
                .singleElement()
                .satisfies(port -> {
                    assertThat(port.bindIp()).isEqualTo("127.0.0.1");
                    assertThat(port.containerPort()).isEqualTo(80);
                    assertThat(port.hostPort()).isPositive();
                    assertThat(port.protocol()).isEqualTo("tcp");
                });
        answers("http://127.0.0.1:" + started.bindings().getFirst().hostPort() + "/", "bridge");
    }

    @Test
    void aTakenHostPortFailsTheStartAndLeavesNothing() throws InterruptedException {
        int port =
                run(Specs.of(image, "sleep", "300")
                                .bridge(new PortBinding("", 80, 0, "tcp"))
                                .build())
                        .bindings()
                        .getFirst()
                        .hostPort();
        probe.run(
                new Effect.StartContainer(
                        Specs.of(image, "sleep", "300")
                                .named("second")
                                .bridge(new PortBinding("", 80, port, "tcp"))
                                .build()));
        assertThat(probe.await(ContainerFailed.class).reason())
                .startsWith("CannotStartContainerError: Error response from daemon: ")
                .contains("port is already allocated");
        assertThat(
                        engine.calls()
                                .listContainersCmd()
                                .withShowAll(true)
                                .withLabelFilter(
                                        List.of(
                                                Labels.filter(Labels.INSTANCE, INSTANCE),
                                                Labels.filter(Labels.CONTAINER, "second")))
                                .exec())
                .isEmpty();
    }

    @Test
    void aLinkNamesASibling() throws InterruptedException {
        ContainerStarted app = run(Specs.shell(image, SERVE.formatted("linked")).bridge().build());
        ContainerStarted client =
                run(
                        Specs.shell(
                                        image,
                                        "until wget -q -O- http://backend/ | grep -q linked; do"
                                                + " sleep 0.1; done; exit 6")
                                .named("client")
                                .define(d -> d.links("app:backend"))
                                .siblings(new ContainerSpec.Sibling("app", app.runtimeId()))
                                .bridge()
                                .build());
        assertThat(
                        probe.await(
                                        ContainerExited.class,
                                        e -> e.runtimeId().equals(client.runtimeId()))
                                .exitCode())
                .isEqualTo(6);
    }

    @Test
    void hostAndNoneAreDockersOwn() throws InterruptedException {
        ContainerStarted host =
                run(
                        Specs.of(image, "sleep", "300")
                                .named("host")
                                .network(new ContainerSpec.Network.Host())
                                .build());
        ContainerStarted none =
                run(
                        Specs.shell(image, "[ $(ls /sys/class/net | wc -l) = 1 ] && exit 8")
                                .named("none")
                                .build());
        assertThat(
                        engine.calls()
                                .inspectContainerCmd(host.runtimeId())
                                .exec()
                                .getHostConfig()
                                .getNetworkMode())
                .isEqualTo("host");
        assertThat(
                        probe.await(
                                        ContainerExited.class,
                                        e -> e.runtimeId().equals(none.runtimeId()))
                                .exitCode())
                .isEqualTo(8);
    }

    @Test
    void aSysctlOfTheSharedNetworkIsRefusedClearly() throws InterruptedException {
        Eni eni = Specs.eni("eni-10", "10.231.16.30", "02:42:ac:10:00:10");
        probe.run(
                new Effect.StartContainer(
                        Specs.of(image, "sleep", "300")
                                .define(d ->
                                        d.systemControls(
                                                SystemControl.builder()
                                                        .namespace("net.core.somaxconn")
                                                        .value("1024")
                                                        .build()))
                                .network(
                                        new ContainerSpec.Network.Namespace(
                                                eni.id(), ready(eni).runtimeId()))
                                .build()));
        assertThat(probe.await(ContainerFailed.class).reason())
                .startsWith("CannotCreateContainerError: systemControls 'net.core.somaxconn'");
    }
}
