package dev.dryberth.api.elbv2;

import dev.dryberth.core.balancing.TlsPolicy;

import software.amazon.awssdk.services.elasticloadbalancingv2.model.Cipher;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.DescribeSslPoliciesRequest;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.DescribeSslPoliciesResponse;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.SslPolicy;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The policies AWS has for TLS, as it shows them. */
final class SslPolicies {

    private static final List<SslPolicy> ALL =
            TlsPolicy.ALL.stream().map(SslPolicies::view).toList();

    private static SslPolicy view(TlsPolicy policy) {
        List<Cipher> ciphers = new ArrayList<>();
        for (String cipher : policy.ciphers()) {
            ciphers.add(Cipher.builder().name(cipher).priority(ciphers.size() + 1).build());
        }
        return SslPolicy.builder()
                .name(policy.name())
                .sslProtocols(policy.protocols())
                .ciphers(ciphers)
                .supportedLoadBalancerTypes("application", "network")
                .build();
    }

    private SslPolicies() {}

    /** The name itself, if there is such a policy. */
    static String known(String name) {
        if (!TlsPolicy.exists(name)) {
            throw ElbErrors.sslPolicyNotFound(name);
        }
        return name;
    }

    static DescribeSslPoliciesResponse describeSslPolicies(DescribeSslPoliciesRequest request) {
        Pages pages = Pages.of("DescribeSSLPolicies", request.pageSize(), request.marker());
        if (!request.names().isEmpty()) {
            request.names().forEach(SslPolicies::known);
            return DescribeSslPoliciesResponse.builder()
                    .sslPolicies(
                            ALL.stream()
                                    .filter(policy -> request.names().contains(policy.name()))
                                    .toList())
                    .build();
        }
        String type = request.loadBalancerTypeAsString();
        List<SslPolicy> fitting =
                ALL.stream()
                        .filter(policy ->
                                type == null || policy.supportedLoadBalancerTypes().contains(type))
                        .sorted(Comparator.comparing(SslPolicy::name))
                        .toList();
        Pages.Page<SslPolicy> page = pages.page(fitting, SslPolicy::name);
        return DescribeSslPoliciesResponse.builder()
                .sslPolicies(page.items())
                .nextMarker(page.nextMarker())
                .build();
    }
}
