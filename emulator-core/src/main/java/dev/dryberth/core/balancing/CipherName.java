package dev.dryberth.core.balancing;

/**
 * OpenSSL's names of cipher suites, which AWS writes into logs and headers, for those the JDK has.
 * {@code TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256} is {@code ECDHE-RSA-AES128-GCM-SHA256} there; those
 * of TLS 1.3 have but one name.
 */
public final class CipherName {

    private CipherName() {}

    public static String openSsl(String suite) {
        int with = suite.indexOf("_WITH_");
        if (!suite.startsWith("TLS_") || with < 0) {
            return suite;
        }
        String exchange = suite.substring("TLS_".length(), with).replace('_', '-');
        String cipher =
                suite.substring(with + "_WITH_".length())
                        .replace("AES_", "AES")
                        .replace("_CBC", "")
                        .replace("POLY1305_SHA256", "POLY1305")
                        .replace('_', '-');
        return exchange.equals("RSA") ? cipher : exchange + "-" + cipher;
    }
}
