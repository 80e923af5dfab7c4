package dev.dryberth.api.elbv2;

import dev.dryberth.core.balancing.TlsPolicy;
import dev.dryberth.core.model.CertificateArn;
import dev.dryberth.core.model.Listener;
import dev.dryberth.core.model.TrafficProtocol;
import dev.dryberth.core.state.World;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.elasticloadbalancingv2.model.Certificate;

import java.util.ArrayList;
import java.util.List;

/**
 * How a listener speaks TLS. Its certificates are ACM's, of the same region and account.
 *
 * @param certificates the default one first
 */
record ListenerSecurity(
        @Nullable String sslPolicy, List<String> certificates, @Nullable String alpnPolicy) {

    private static final ListenerSecurity NONE = new ListenerSecurity(null, List.of(), null);
    private static final String NO_ALPN = "None";
    private static final List<String> ALPN =
            List.of("HTTP1Only", "HTTP2Only", "HTTP2Optional", "HTTP2Preferred", NO_ALPN);

    static ListenerSecurity checked(
            World world,
            TrafficProtocol protocol,
            List<Certificate> certificates,
            @Nullable String sslPolicy,
            List<String> alpnPolicy) {
        String alpn = alpn(protocol, alpnPolicy);
        if (!protocol.isSecure()) {
            if (!certificates.isEmpty() || sslPolicy != null) {
                throw ElbErrors.validation(
                        "Certificates and SSL policies cannot be specified for %s listeners"
                                .formatted(protocol));
            }
            return NONE;
        }
        if (certificates.isEmpty()) {
            throw ElbErrors.validation(
                    "A certificate must be specified for " + protocol + " listeners");
        }
        return new ListenerSecurity(
                sslPolicy == null ? TlsPolicy.DEFAULT : SslPolicies.known(sslPolicy),
                List.of(only(world, certificates)),
                alpn);
    }

    /** What is not given stays, unless the protocol no longer has it. */
    static ListenerSecurity modified(
            World world,
            Listener present,
            TrafficProtocol protocol,
            List<Certificate> certificates,
            @Nullable String sslPolicy,
            @Nullable List<String> alpnPolicy) {
        if (!protocol.isSecure() || present.certificates().isEmpty()) {
            return checked(
                    world,
                    protocol,
                    certificates,
                    sslPolicy,
                    alpnPolicy == null ? List.of() : alpnPolicy);
        }
        List<String> next = new ArrayList<>(present.certificates());
        if (!certificates.isEmpty()) {
            String standard = only(world, certificates);
            next.removeFirst();
            next.remove(standard);
            next.addFirst(standard);
        }
        return new ListenerSecurity(
                sslPolicy == null ? present.sslPolicy() : SslPolicies.known(sslPolicy),
                List.copyOf(next),
                alpnPolicy == null ? present.alpnPolicy() : alpn(protocol, alpnPolicy));
    }

    /** The one certificate a call may name. */
    static String only(World world, List<Certificate> certificates) {
        if (certificates.size() != 1) {
            throw ElbErrors.validation("Exactly one certificate must be specified");
        }
        if (certificates.getFirst().isDefault() != null) {
            throw ElbErrors.validation("IsDefault cannot be set on a certificate");
        }
        String arn = certificates.getFirst().certificateArn();
        if (arn == null) {
            throw ElbErrors.missing("certificates.certificateArn");
        }
        return existing(world, arn);
    }

    private static String existing(World world, String arn) {
        try {
            CertificateArn parsed = CertificateArn.parse(arn);
            if (world.certificates().get(parsed) != null
                    && parsed.scope().equals(References.scope())) {
                return arn;
            }
        } catch (IllegalArgumentException anotherService) {
            throw ElbErrors.certificateElsewhere(arn);
        }
        throw ElbErrors.certificateNotFound(arn);
    }

    private static @Nullable String alpn(TrafficProtocol protocol, List<String> policies) {
        if (policies.isEmpty()) {
            return null;
        }
        String policy = policies.getFirst();
        if (policies.size() > 1) {
            throw ElbErrors.validation("Only one ALPN policy can be specified");
        }
        if (protocol != TrafficProtocol.TLS) {
            throw ElbErrors.configuration("ALPN policies are for TLS listeners only");
        }
        if (!ALPN.contains(policy)) {
            throw ElbErrors.alpnPolicyNotFound(policy);
        }
        return policy.equals(NO_ALPN) ? null : policy;
    }
}
