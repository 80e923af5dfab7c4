package dev.dryberth.core.balancing;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.List;

import javax.net.ssl.SSLContext;

final class TlsPolicyTest {

    @ParameterizedTest
    @CsvSource({
        "TLS_AES_256_GCM_SHA384, TLS_AES_256_GCM_SHA384",
        "ECDHE-RSA-AES128-GCM-SHA256, TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
        "ECDHE-ECDSA-AES256-SHA384, TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384",
        "ECDHE-RSA-AES256-SHA, TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA",
        "AES128-GCM-SHA256, TLS_RSA_WITH_AES_128_GCM_SHA256",
        "AES128-SHA, TLS_RSA_WITH_AES_128_CBC_SHA"
    })
    void translatesCiphers(String openSsl, String standard) {
        assertThat(TlsPolicy.standardName(openSsl)).isEqualTo(standard);
        assertThat(TlsPolicy.openSslName(standard)).isEqualTo(openSsl);
    }

    @Test
    void leavesUnknownCiphersAsTheyAre() {
        assertThat(TlsPolicy.openSslName("TLS_NEW")).isEqualTo("TLS_NEW");
    }

    /** Those without forward secrecy are gone from it; docs/deviations.md says so. */
    @Test
    void everyForwardSecretCipherIsOneOfTheJdks() throws Exception {
        List<String> known =
                List.of(SSLContext.getDefault().getSupportedSSLParameters().getCipherSuites());
        for (TlsPolicy policy : TlsPolicy.ALL) {
            for (String cipher : policy.ciphers()) {
                String standard = TlsPolicy.standardName(cipher);
                if (!standard.startsWith("TLS_RSA_")) {
                    assertThat(known).contains(standard);
                }
            }
        }
    }

    @Test
    void takesTheDefaultForNamesThatAreNone() {
        assertThat(TlsPolicy.named(null).name()).isEqualTo(TlsPolicy.DEFAULT);
        assertThat(TlsPolicy.named("none").protocols())
                .containsExactly("TLSv1", "TLSv1.1", "TLSv1.2");
        assertThat(TlsPolicy.named("ELBSecurityPolicy-TLS13-1-2-2021-06").protocols())
                .containsExactly("TLSv1.2", "TLSv1.3");
        assertThat(TlsPolicy.exists("none")).isFalse();
    }
}
