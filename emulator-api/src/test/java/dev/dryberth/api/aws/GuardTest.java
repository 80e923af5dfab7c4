package dev.dryberth.api.aws;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dryberth.api.http.NoLeaks;
import dev.dryberth.api.http.RawClient;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.util.List;

@ExtendWith(NoLeaks.class)
class GuardTest {

    private FrontFixture front;

    @BeforeEach
    void start() throws IOException {
        front =
                new FrontFixture(
                        new AwsSettings(
                                AwsSettings.DEFAULT.defaultScope(), List.of("Dryberth.Internal")));
    }

    @AfterEach
    void stop() {
        front.close();
    }

    private RawClient.Answer health(String headers) throws IOException {
        return front.request("GET", "/_dryberth/health", headers);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "localhost",
                "LocalHost:4566",
                "localhost.",
                "127.0.0.1",
                "127.0.0.1:4566",
                "127.8.9.10",
                "[::1]:4566",
                "[0:0:0:0:0:0:0:1]",
                "ecs.us-east-1.localhost:4566",
                "dryberth.internal:4566"
            })
    void letsInNamesOfThisMachine(String host) throws IOException {
        assertThat(health("Host: " + host + "\r\n").status()).isEqualTo(200);
    }

    /** A page whose name was made to resolve to loopback still sends its own name. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "evil.example",
                "evil.example:4566",
                "localhost.evil.example",
                "notlocalhost",
                "127.0.0.1.evil.example",
                "10.0.0.1",
                "0.0.0.0:4566",
                "[::]",
                "[2001:db8::1]:4566",
                "169.254.170.2",
                "",
                "[",
                "1.2.3.4.5"
            })
    void refusesNamesOfOthers(String host) throws IOException {
        RawClient.Answer answer = health("Host: " + host + "\r\n");

        assertThat(answer.status()).isEqualTo(403);
        assertThat(answer.body())
                .startsWith("{\"__type\":\"AccessDeniedException\",\"message\":\"Host ")
                .contains("--allowed-host");
    }

    @Test
    void refusesARequestWithNoHostAtAll() throws IOException {
        try (RawClient client = front.client()) {
            client.send("GET /_dryberth/health HTTP/1.0\r\n\r\n");
            assertThat(client.read().status()).isEqualTo(403);
        }
    }

    @Test
    void believesTheTargetBeforeTheHostHeader() throws IOException {
        assertThat(
                        front.request(
                                        "GET",
                                        "http://evil.example/_dryberth/health",
                                        "Host: localhost\r\n")
                                .status())
                .isEqualTo(403);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://localhost:3000",
                "https://app.localhost",
                "http://127.0.0.1",
                "http://[::1]:80",
                "https://dryberth.internal"
            })
    void letsInPagesOfThisMachine(String origin) throws IOException {
        RawClient.Answer answer = health("Host: localhost\r\nOrigin: " + origin + "\r\n");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.headers()).doesNotContainKey("access-control-allow-origin");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://evil.example",
                "null",
                "http://localhost.evil.example",
                "evil",
                "http://web-1.us-east-1.elb.localhost:4566",
                "http://net-0a.elb.us-east-1.localhost",
                "http://evil.example\r\nOrigin: http://localhost",
                "http://localhost\r\nOrigin: http://evil.example"
            })
    void refusesPagesOfOthers(String origin) throws IOException {
        RawClient.Answer answer =
                front.request(
                        "POST",
                        "/_dryberth/reset",
                        "Host: localhost\r\nContent-Length: 0\r\nOrigin: " + origin + "\r\n");

        assertThat(answer.status()).isEqualTo(403);
        assertThat(answer.body()).contains("Origin ");
        assertThat(answer.headers()).doesNotContainKey("access-control-allow-origin");
    }

    @Test
    void refusesAForeignPagesApiCallToo() throws IOException {
        RawClient.Answer answer =
                front.post(
                        "X-Amz-Target: "
                                + FrontFixture.PREFIX
                                + ".ListClusters\r\nOrigin: https://evil.example\r\n",
                        "{}");

        assertThat(answer.status()).isEqualTo(403);
        assertThat(front.operationThread).isEmpty();
    }
}
