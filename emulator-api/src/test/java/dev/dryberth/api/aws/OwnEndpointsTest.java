package dev.dryberth.api.aws;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dryberth.api.http.NoLeaks;
import dev.dryberth.api.http.RawClient;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import java.io.IOException;

@ExtendWith(NoLeaks.class)
class OwnEndpointsTest {

    private FrontFixture front;

    @BeforeEach
    void start() throws IOException {
        front = new FrontFixture(AwsSettings.DEFAULT);
    }

    @AfterEach
    void stop() {
        front.close();
    }

    @Test
    void saysWhetherItIsReady() throws IOException {
        RawClient.Answer ready = front.get("/_dryberth/health", "");
        assertThat(ready.status()).isEqualTo(200);
        assertThat(ready.header("content-type")).isEqualTo("application/json");
        assertThat(ready.body())
                .isEqualTo("{\"ready\":true,\"version\":\"1.2.3\",\"runtime\":\"simulated\"}");

        front.ready = false;
        assertThat(front.get("/_dryberth/health", "").status()).isEqualTo(503);
    }

    @Test
    void listsEveryOperationOfEcsAndWhetherItIsBuilt() throws IOException {
        String coverage = front.get("/_dryberth/coverage", "").body();

        assertThat(coverage)
                .startsWith(
                        "{\"services\":[{\"name\":\"ecs\",\"total\":77,\"built\":"
                                + FakeEcs.BUILT
                                + ",")
                .contains("{\"name\":\"ListClusters\",\"built\":true}")
                .contains("{\"name\":\"CreateService\",\"built\":false}")
                .endsWith("\"recordedOnly\":[\"RunTask.enableExecuteCommand\"]}]}");
    }

    @Test
    void answersAResetWhenItIsDone() throws IOException {
        try (RawClient client = front.client()) {
            client.sendHead(
                    "POST /_dryberth/reset HTTP/1.1", "Host: localhost", "Content-Length: 0");
            assertThat(front.get("/_dryberth/network", "").body()).isEqualTo("{\"vpcs\":[]}");
            front.reset.complete(null);
            assertThat(client.read().body()).isEqualTo("{\"reset\":true}");
        }
    }

    @Test
    void showsMetricsAsText() throws IOException {
        RawClient.Answer metrics = front.get("/_dryberth/metrics", "");
        assertThat(metrics.header("content-type")).startsWith("text/plain");
        assertThat(metrics.body()).isEqualTo("# TYPE requests counter\n");
    }

    @Test
    void showsTheAuthoritysCertificate() throws IOException {
        RawClient.Answer authority = front.get("/_dryberth/ca", "");
        assertThat(authority.header("content-type")).isEqualTo("application/x-pem-file");
        assertThat(authority.body()).isEqualTo("-----BEGIN CERTIFICATE-----\n");
    }

    @Test
    void refusesOtherMethodsAndPaths() throws IOException {
        RawClient.Answer wrongMethod = front.get("/_dryberth/reset", "");
        assertThat(wrongMethod.status()).isEqualTo(405);
        assertThat(wrongMethod.header("allow")).isEqualTo("POST");
        assertThat(front.get("/_dryberth/other", "").status()).isEqualTo(404);
    }
}
