package dev.dryberth.core.balancing;

import static dev.dryberth.core.balancing.Samples.LISTENER;
import static dev.dryberth.core.balancing.Samples.LOAD_BALANCER;
import static dev.dryberth.core.balancing.Samples.NOW;
import static dev.dryberth.core.balancing.Samples.SCOPE;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dryberth.core.balancing.RouteTable.ClientCertificates;
import dev.dryberth.core.model.Certificate;
import dev.dryberth.core.model.CertificateArn;
import dev.dryberth.core.model.Listener;
import dev.dryberth.core.model.LoadBalancer;
import dev.dryberth.core.model.MutualAuthentication;
import dev.dryberth.core.model.MutualAuthentication.Mode;
import dev.dryberth.core.model.TrafficProtocol;
import dev.dryberth.core.model.TrustStore;
import dev.dryberth.core.model.TrustStoreArn;
import dev.dryberth.core.state.World;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;

/** What of a listener's TLS is routed. */
final class RouteTlsTest {

    private static final CertificateArn CERTIFICATE = new CertificateArn(SCOPE, "one");
    private static final TrustStoreArn STORE =
            new TrustStoreArn(SCOPE, "clients", "0123456789abcdef");

    private final World world = Samples.world();

    private RouteTable.Listener routed(
            TrafficProtocol protocol,
            List<String> certificates,
            @Nullable String alpnPolicy,
            @Nullable MutualAuthentication clients) {
        Listener plain = Samples.listener(LISTENER, protocol, List.of());
        Samples.put(
                world,
                tx ->
                        tx.put(
                                world.listeners(),
                                LISTENER,
                                new Listener(
                                        LISTENER,
                                        protocol,
                                        443,
                                        "ELBSecurityPolicy-TLS13-1-3-2021-06",
                                        certificates,
                                        alpnPolicy,
                                        clients,
                                        plain.defaultActions(),
                                        plain.defaultRuleId(),
                                        new LinkedHashMap<>(),
                                        null,
                                        List.of())));
        return Objects.requireNonNull(
                        RouteTables.of(world).loadBalancers().get(LOAD_BALANCER.text()))
                .listeners()
                .getFirst();
    }

    @Test
    void showsTheCertificatesThereAre() {
        Samples.put(
                world,
                tx ->
                        tx.put(
                                world.certificates(),
                                CERTIFICATE,
                                new Certificate(
                                        CERTIFICATE,
                                        "shop.com",
                                        "leaf",
                                        "chain",
                                        "key",
                                        NOW,
                                        NOW,
                                        null,
                                        List.of())));
        RouteTable.Listener listener =
                routed(
                        TrafficProtocol.HTTPS,
                        List.of(CERTIFICATE.text(), new CertificateArn(SCOPE, "gone").text()),
                        null,
                        null);
        assertThat(listener.certificates())
                .containsExactly(
                        new RouteTable.Certificate(CERTIFICATE.text(), "leafchain", "key"));
        assertThat(listener.tls().protocols()).containsExactly("TLSv1.3");
        assertThat(listener.tls().clients()).isEqualTo(new ClientCertificates.NotAsked());
    }

    @Test
    void saysNothingOfTlsWhereThereIsNone() {
        assertThat(routed(TrafficProtocol.HTTP, List.of(), null, null).tls())
                .isEqualTo(RouteTable.TlsSettings.NONE);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ':',
            value = {
                "HTTP1Only:http/1.1,http/1.0",
                "HTTP2Only:h2",
                "HTTP2Optional:http/1.1,http/1.0,h2",
                "HTTP2Preferred:h2,http/1.1,http/1.0"
            })
    void offersProtocolsInThePolicysOrder(String policy, String protocols) {
        assertThat(
                        String.join(
                                ",",
                                routed(TrafficProtocol.TLS, List.of(), policy, null)
                                        .tls()
                                        .applicationProtocols()))
                .isEqualTo(protocols);
    }

    @Test
    void offersHttp2WhereTheLoadBalancerHasIt() {
        assertThat(offered()).containsExactly("h2", "http/1.1");
        LoadBalancer row = Objects.requireNonNull(world.loadBalancers().get(LOAD_BALANCER));
        Samples.put(
                world,
                tx ->
                        tx.put(
                                world.loadBalancers(),
                                LOAD_BALANCER,
                                row.withAttributes(Samples.map("routing.http2.enabled", "false"))));
        assertThat(offered()).isEmpty();
    }

    private List<String> offered() {
        return routed(TrafficProtocol.HTTPS, List.of(), null, null).tls().applicationProtocols();
    }

    private ClientCertificates clients(Mode mode, @Nullable TrustStoreArn store) {
        return routed(
                        TrafficProtocol.HTTPS,
                        List.of(),
                        null,
                        new MutualAuthentication(mode, store, true, false))
                .tls()
                .clients();
    }

    @Test
    void asksClientsAsTheListenerSays() {
        assertThat(clients(Mode.OFF, null)).isEqualTo(new ClientCertificates.NotAsked());
        assertThat(clients(Mode.PASSTHROUGH, null)).isEqualTo(new ClientCertificates.PassedOn());
        ClientCertificates nobody = new ClientCertificates.Verified("", List.of(), true, false);
        assertThat(clients(Mode.VERIFY, null)).isEqualTo(nobody);
        assertThat(clients(Mode.VERIFY, STORE)).isEqualTo(nobody);
        Samples.put(
                world,
                tx ->
                        tx.put(
                                world.trustStores(),
                                STORE,
                                new TrustStore(STORE, "ca", 1, List.of(), 0, List.of())
                                        .plus("list", 2)));
        assertThat(clients(Mode.VERIFY, STORE))
                .isEqualTo(new ClientCertificates.Verified("ca", List.of("list"), true, false));
    }
}
