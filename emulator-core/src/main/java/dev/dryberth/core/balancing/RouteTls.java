package dev.dryberth.core.balancing;

import dev.dryberth.core.balancing.RouteTable.ClientCertificates;
import dev.dryberth.core.balancing.RouteTable.TlsSettings;
import dev.dryberth.core.model.Certificate;
import dev.dryberth.core.model.CertificateArn;
import dev.dryberth.core.model.Listener;
import dev.dryberth.core.model.MutualAuthentication;
import dev.dryberth.core.model.TrafficProtocol;
import dev.dryberth.core.model.TrustStore;
import dev.dryberth.core.model.TrustStoreArn;
import dev.dryberth.core.state.World;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What the route table says of TLS: a listener's certificates, its policy, and mutual TLS. */
final class RouteTls {

    private RouteTls() {}

    static List<RouteTable.Certificate> certificates(World world, Listener listener) {
        List<RouteTable.Certificate> certificates = new ArrayList<>();
        for (String arn : listener.certificates()) {
            Certificate row = world.certificates().get(CertificateArn.parse(arn));
            if (row != null) {
                certificates.add(
                        new RouteTable.Certificate(arn, row.fullChainPem(), row.privateKeyPem()));
            }
        }
        return certificates;
    }

    /**
     * How a listener speaks TLS.
     *
     * @param attributes the load balancer's, complete
     */
    static TlsSettings settings(World world, Listener listener, Map<String, String> attributes) {
        if (!listener.protocol().isSecure()) {
            return TlsSettings.NONE;
        }
        TlsPolicy policy = TlsPolicy.named(listener.sslPolicy());
        return new TlsSettings(
                policy.protocols(),
                policy.ciphers().stream().map(TlsPolicy::standardName).toList(),
                applicationProtocols(listener, attributes),
                clients(world, listener.mutualAuthentication()));
    }

    /** Of TLS listeners in the order of preference that AWS gives in "ALPN policies". */
    private static List<String> applicationProtocols(
            Listener listener, Map<String, String> attributes) {
        if (listener.protocol() == TrafficProtocol.HTTPS) {
            return "true".equals(attributes.get("routing.http2.enabled"))
                    ? List.of("h2", "http/1.1")
                    : List.of();
        }
        return switch (listener.alpnPolicy()) {
            case "HTTP1Only" -> List.of("http/1.1", "http/1.0");
            case "HTTP2Only" -> List.of("h2");
            case "HTTP2Optional" -> List.of("http/1.1", "http/1.0", "h2");
            case "HTTP2Preferred" -> List.of("h2", "http/1.1", "http/1.0");
            case null, default -> List.of();
        };
    }

    /** A trust store that is gone vouches for nobody. */
    private static ClientCertificates clients(World world, MutualAuthentication mutual) {
        return switch (mutual.mode()) {
            case OFF -> new ClientCertificates.NotAsked();
            case PASSTHROUGH -> new ClientCertificates.PassedOn();
            case VERIFY -> {
                TrustStoreArn arn = mutual.trustStore();
                TrustStore store = arn == null ? null : world.trustStores().get(arn);
                yield new ClientCertificates.Verified(
                        store == null ? "" : store.authoritiesPem(),
                        store == null
                                ? List.of()
                                : store.revocations().stream()
                                        .map(TrustStore.Revocation::pem)
                                        .toList(),
                        mutual.ignoresExpiry(),
                        mutual.advertisesAuthorities());
            }
        };
    }
}
