package dev.dryberth.api.aws.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AwsErrorTest {

    @Test
    void repeatsNoMoreThanTheBeginningOfWhatTheClientSent() {
        AwsError error = AwsError.frontEnd(400, "ClientException", "x".repeat(1_000_000));

        assertThat(error.message()).hasSizeLessThan(5000).startsWith("xxx").endsWith("…");
    }

    @Test
    void keepsAMessageOfOrdinaryLength() {
        assertThat(AwsError.frontEnd(400, "ClientException", "Cluster not found.").message())
                .isEqualTo("Cluster not found.");
    }
}
