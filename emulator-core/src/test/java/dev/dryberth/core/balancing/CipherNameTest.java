package dev.dryberth.core.balancing;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CipherNameTest {

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource({
        "TLS_AES_128_GCM_SHA256,                        TLS_AES_128_GCM_SHA256",
        "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,         ECDHE-RSA-AES128-GCM-SHA256",
        "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384,       ECDHE-ECDSA-AES256-SHA384",
        "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,   ECDHE-RSA-CHACHA20-POLY1305",
        "TLS_RSA_WITH_AES_256_GCM_SHA384,               AES256-GCM-SHA384",
        "SSL_NULL_WITH_NULL_NULL,                       SSL_NULL_WITH_NULL_NULL"
    })
    void isOpenSsls(String suite, String name) {
        assertThat(CipherName.openSsl(suite)).isEqualTo(name);
    }
}
