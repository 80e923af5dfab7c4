package dev.dryberth.api.elbv2;

import software.amazon.awssdk.services.elasticloadbalancingv2.model.Cipher;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.DescribeSslPoliciesRequest;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.DescribeSslPoliciesResponse;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.SslPolicy;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The policies AWS has for TLS. Their names and protocols are AWS's; the ciphers are those the
 * protocols and the kind of policy stand for.
 */
final class SslPolicies {

    static final String DEFAULT = "ELBSecurityPolicy-2016-08";

    private static final List<String> TLS13 =
            List.of(
                    "TLS_AES_128_GCM_SHA256",
                    "TLS_AES_256_GCM_SHA384",
                    "TLS_CHACHA20_POLY1305_SHA256");
    private static final List<String> FORWARD_SECRET =
            List.of(
                    "ECDHE-ECDSA-AES128-GCM-SHA256",
                    "ECDHE-RSA-AES128-GCM-SHA256",
                    "ECDHE-ECDSA-AES256-GCM-SHA384",
                    "ECDHE-RSA-AES256-GCM-SHA384");
    private static final List<String> FORWARD_SECRET_CBC =
            List.of(
                    "ECDHE-ECDSA-AES128-SHA256",
                    "ECDHE-RSA-AES128-SHA256",
                    "ECDHE-ECDSA-AES256-SHA384",
                    "ECDHE-RSA-AES256-SHA384");
    private static final List<String> FORWARD_SECRET_SHA1 =
            List.of(
                    "ECDHE-ECDSA-AES128-SHA",
                    "ECDHE-RSA-AES128-SHA",
                    "ECDHE-RSA-AES256-SHA",
                    "ECDHE-ECDSA-AES256-SHA");
    private static final List<String> RSA =
            List.of("AES128-GCM-SHA256", "AES128-SHA256", "AES256-GCM-SHA384", "AES256-SHA256");
    private static final List<String> RSA_SHA1 = List.of("AES128-SHA", "AES256-SHA");

    private static final List<SslPolicy> ALL =
            List.of(
                    policy(
                            DEFAULT,
                            10,
                            12,
                            FORWARD_SECRET,
                            FORWARD_SECRET_CBC,
                            FORWARD_SECRET_SHA1,
                            RSA,
                            RSA_SHA1),
                    policy(
                            "ELBSecurityPolicy-TLS13-1-2-Res-2021-06",
                            12,
                            13,
                            TLS13,
                            FORWARD_SECRET),
                    policy(
                            "ELBSecurityPolicy-TLS13-1-2-2021-06",
                            12,
                            13,
                            TLS13,
                            FORWARD_SECRET,
                            FORWARD_SECRET_CBC),
                    policy(
                            "ELBSecurityPolicy-TLS13-1-2-Ext1-2021-06",
                            12,
                            13,
                            TLS13,
                            FORWARD_SECRET,
                            FORWARD_SECRET_CBC,
                            RSA),
                    policy(
                            "ELBSecurityPolicy-TLS13-1-2-Ext2-2021-06",
                            12,
                            13,
                            TLS13,
                            FORWARD_SECRET,
                            FORWARD_SECRET_CBC,
                            FORWARD_SECRET_SHA1,
                            RSA,
                            RSA_SHA1),
                    policy(
                            "ELBSecurityPolicy-TLS13-1-1-2021-06",
                            11,
                            13,
                            TLS13,
                            FORWARD_SECRET,
                            FORWARD_SECRET_CBC,
                            FORWARD_SECRET_SHA1,
                            RSA,
                            RSA_SHA1),
                    policy(
                            "ELBSecurityPolicy-TLS13-1-0-2021-06",
                            10,
                            13,
                            TLS13,
                            FORWARD_SECRET,
                            FORWARD_SECRET_CBC,
                            FORWARD_SECRET_SHA1,
                            RSA,
                            RSA_SHA1),
                    policy("ELBSecurityPolicy-TLS13-1-3-2021-06", 13, 13, TLS13),
                    policy(
                            "ELBSecurityPolicy-TLS-1-2-Ext-2018-06",
                            12,
                            12,
                            FORWARD_SECRET,
                            FORWARD_SECRET_CBC,
                            FORWARD_SECRET_SHA1,
                            RSA,
                            RSA_SHA1),
                    policy(
                            "ELBSecurityPolicy-TLS-1-2-2017-01",
                            12,
                            12,
                            FORWARD_SECRET,
                            FORWARD_SECRET_CBC,
                            RSA),
                    policy(
                            "ELBSecurityPolicy-TLS-1-1-2017-01",
                            11,
                            12,
                            FORWARD_SECRET,
                            FORWARD_SECRET_CBC,
                            FORWARD_SECRET_SHA1,
                            RSA,
                            RSA_SHA1),
                    policy("ELBSecurityPolicy-FS-1-2-Res-2020-10", 12, 12, FORWARD_SECRET),
                    policy(
                            "ELBSecurityPolicy-FS-1-2-Res-2019-08",
                            12,
                            12,
                            FORWARD_SECRET,
                            FORWARD_SECRET_CBC),
                    policy(
                            "ELBSecurityPolicy-FS-1-2-2019-08",
                            12,
                            12,
                            FORWARD_SECRET,
                            FORWARD_SECRET_CBC,
                            FORWARD_SECRET_SHA1),
                    policy(
                            "ELBSecurityPolicy-FS-1-1-2019-08",
                            11,
                            12,
                            FORWARD_SECRET,
                            FORWARD_SECRET_CBC,
                            FORWARD_SECRET_SHA1),
                    policy(
                            "ELBSecurityPolicy-FS-2018-06",
                            10,
                            12,
                            FORWARD_SECRET,
                            FORWARD_SECRET_CBC,
                            FORWARD_SECRET_SHA1),
                    policy(
                            "ELBSecurityPolicy-2015-05",
                            10,
                            12,
                            FORWARD_SECRET,
                            FORWARD_SECRET_CBC,
                            FORWARD_SECRET_SHA1,
                            RSA,
                            RSA_SHA1));

    /** TLS versions are written 10 to 13 here. */
    @SafeVarargs
    private static SslPolicy policy(String name, int oldest, int newest, List<String>... ciphers) {
        List<String> protocols = new ArrayList<>();
        for (int version = oldest; version <= newest; version++) {
            protocols.add(version == 10 ? "TLSv1" : "TLSv1." + version % 10);
        }
        List<Cipher> all = new ArrayList<>();
        for (List<String> some : ciphers) {
            for (String cipher : some) {
                all.add(Cipher.builder().name(cipher).priority(all.size() + 1).build());
            }
        }
        return SslPolicy.builder()
                .name(name)
                .sslProtocols(protocols)
                .ciphers(all)
                .supportedLoadBalancerTypes("application", "network")
                .build();
    }

    private SslPolicies() {}

    /** The name itself, if there is such a policy. */
    static String known(String name) {
        if (ALL.stream().noneMatch(policy -> policy.name().equals(name))) {
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
