package dev.dryberth.core.balancing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dryberth.core.balancing.ForwardedHeaders.Mode;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.Collections;
import java.util.List;

class ForwardedHeadersTest {

    @ParameterizedTest(name = "{0} with {1}: {2}")
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "append   | -                | 9.9.9.9",
                "append   | 1.1.1.1          | 1.1.1.1, 9.9.9.9",
                "append   | 1.1.1.1, 2.2.2.2 | 1.1.1.1, 2.2.2.2, 9.9.9.9",
                "preserve | 1.1.1.1          | 1.1.1.1",
                "preserve | -                | -",
                "remove   | 1.1.1.1          | -",
                "other    | -                | 9.9.9.9",
                "-        | -                | 9.9.9.9"
            })
    void saysWhomTheRequestCameFrom(
            @Nullable String mode, @Nullable String received, @Nullable String sent) {
        List<String> headers = received == null ? List.of() : List.of(received);
        assertThat(ForwardedHeaders.forwardedFor(headers, "9.9.9.9", Mode.parse(mode)))
                .isEqualTo(sent);
    }

    @Test
    void makesOneHeaderOfSeveral() {
        assertThat(ForwardedHeaders.forwardedFor(List.of("a", "b"), "c", Mode.APPEND))
                .isEqualTo("a, b, c");
    }

    @Test
    void writesThePortBehindTheAddress() {
        assertThat(ForwardedHeaders.withPort("1.2.3.4", 5)).isEqualTo("1.2.3.4:5");
        assertThat(ForwardedHeaders.withPort("::1", 5)).isEqualTo("[::1]:5");
    }

    @Test
    void countsAddressesOverAllHeaders() {
        String fifteen = String.join(", ", Collections.nCopies(15, "1.1.1.1"));
        assertThat(ForwardedHeaders.hasTooManyAddresses(List.of())).isFalse();
        assertThat(ForwardedHeaders.hasTooManyAddresses(List.of(fifteen, fifteen))).isFalse();
        assertThat(ForwardedHeaders.hasTooManyAddresses(List.of(fifteen, fifteen, "1"))).isTrue();
    }

    @Test
    void makesTraceIdsOfTimeAndChance() {
        assertThat(ForwardedHeaders.newTraceId(0x65a0d1c2L, 0x0123456789abcdefL, 0x01234567L))
                .isEqualTo("1-65a0d1c2-0123456789abcdef01234567");
    }

    @ParameterizedTest(name = "{0} -> {1}")
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "-                        | Root=ID",
                "' '                      | Root=ID",
                "Root=1-a-b               | Self=ID;Root=1-a-b",
                "Root=1-a-b;Sampled=1     | Self=ID;Root=1-a-b;Sampled=1",
                "Self=x;Root=1-a-b        | Self=ID;Root=1-a-b",
                "root=1-a-b;self=y        | Self=ID;root=1-a-b",
                "Sampled=1; Custom=2      | Sampled=1;Custom=2;Root=ID",
                "Self=old;Sampled=1;      | Sampled=1;Root=ID",
                "Self=old                 | Root=ID"
            })
    void extendsTheTraceId(@Nullable String received, String sent) {
        assertThat(ForwardedHeaders.traceId(received, "ID")).isEqualTo(sent);
    }

    @Test
    void answersInTheWordsOfAws() {
        assertThat(OwnAnswer.UNAVAILABLE.html().lines())
                .containsExactly(
                        "<html>",
                        "<head><title>503 Service Temporarily Unavailable</title></head>",
                        "<body>",
                        "<center><h1>503 Service Temporarily Unavailable</h1></center>",
                        "</body>",
                        "</html>");
        assertThat(OwnAnswer.UNAVAILABLE.html()).contains("</html>\r\n");
        assertThat(OwnAnswer.BAD_GATEWAY.status()).isEqualTo(502);
        assertThat(OwnAnswer.BAD_GATEWAY.reason()).isEqualTo("Bad Gateway");
    }
}
