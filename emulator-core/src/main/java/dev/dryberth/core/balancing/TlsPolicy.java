package dev.dryberth.core.balancing;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/**
 * A security policy of TLS listeners: which versions and ciphers clients may choose from. Names and
 * protocols are AWS's; the ciphers are those the protocols and the kind of policy stand for.
 *
 * @param protocols oldest first, as AWS and the JDK both write them: {@code TLSv1.2}
 * @param ciphers as OpenSSL writes them, the preferred first
 */
public record TlsPolicy(String name, List<String> protocols, List<String> ciphers) {

    /** What a listener gets whose maker names none. */
    public static final String DEFAULT = "ELBSecurityPolicy-2016-08";

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

    public static final List<TlsPolicy> ALL =
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
    private static TlsPolicy policy(String name, int oldest, int newest, List<String>... ciphers) {
        List<String> protocols = new ArrayList<>();
        for (int version = oldest; version <= newest; version++) {
            protocols.add(version == 10 ? "TLSv1" : "TLSv1." + version % 10);
        }
        List<String> all = new ArrayList<>();
        for (List<String> some : ciphers) {
            all.addAll(some);
        }
        return new TlsPolicy(name, List.copyOf(protocols), List.copyOf(all));
    }

    public static boolean exists(String name) {
        return ALL.stream().anyMatch(policy -> policy.name().equals(name));
    }

    /** The policy of a listener; of a name that is none, the default one. */
    static TlsPolicy named(@Nullable String name) {
        return ALL.stream()
                .filter(policy -> policy.name().equals(name))
                .findFirst()
                .orElse(ALL.getFirst());
    }

    /**
     * The standard's name of a cipher, which the JDK goes by: {@code ECDHE-RSA-AES128-GCM-SHA256}
     * is {@code TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256}, {@code AES128-SHA} is {@code
     * TLS_RSA_WITH_AES_128_CBC_SHA}. Those of TLS 1.3 have one name only.
     */
    public static String standardName(String openSslName) {
        if (openSslName.startsWith("TLS_")) {
            return openSslName;
        }
        int at = openSslName.indexOf("AES");
        String exchange = at == 0 ? "RSA" : openSslName.substring(0, at - 1).replace('-', '_');
        String cipher = openSslName.substring(at + "AES".length());
        String bits = cipher.substring(0, 3);
        String rest = cipher.substring(4).replace('-', '_');
        return "TLS_%s_WITH_AES_%s_%s"
                .formatted(exchange, bits, rest.startsWith("GCM") ? rest : "CBC_" + rest);
    }

    /** The way back; a name that no policy holds stays as it is. */
    public static String openSslName(String standardName) {
        for (TlsPolicy policy : ALL) {
            for (String cipher : policy.ciphers()) {
                if (standardName(cipher).equals(standardName)) {
                    return cipher;
                }
            }
        }
        return standardName;
    }
}
