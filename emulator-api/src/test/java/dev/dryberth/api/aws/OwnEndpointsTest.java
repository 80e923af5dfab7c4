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
    void showsTheLoadBalancers() throws IOException {
        RawClient.Answer shown = front.get("/_dryberth/lb", "");
        assertThat(shown.header("content-type")).isEqualTo("application/json");
        assertThat(shown.body()).isEqualTo("{\"loadBalancers\":[]}");
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
    void showsThePublicKeyThatTargetsVerifyUsersWith() throws IOException {
        RawClient.Answer key = front.get("/_dryberth/public-keys/1-2", "");
        assertThat(key.header("content-type")).isEqualTo("application/x-pem-file");
        assertThat(key.body()).isEqualTo("-----BEGIN PUBLIC KEY-----\n");

        RawClient.Answer unknown = front.get("/_dryberth/public-keys/other", "");
        assertThat(unknown.status()).isEqualTo(404);
        assertThat(unknown.body()).isEqualTo("{\"message\":\"there is no public key other\"}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "default/web",
                "default%2Fweb",
                "arn:aws:ecs:us-east-1:000000000000:service/default/web",
                "arn%3Aaws%3Aecs%3Aus-east-1%3A000000000000%3Aservice%2Fdefault%2Fweb"
            })
    void explainsAServiceByItsNamesOrItsArn(String named) throws IOException {
        RawClient.Answer explained = front.get("/_dryberth/explain/" + named, "");

        assertThat(explained.status()).isEqualTo(200);
        assertThat(explained.header("content-type")).isEqualTo("application/json");
        assertThat(explained.body())
                .isEqualTo("arn:aws:ecs:us-east-1:000000000000:service/default/web");
    }

    @Test
    void showsTheNewestRolloutOfAService() throws IOException {
        RawClient.Answer shown = front.get("/_dryberth/deployment/default/web", "");
        assertThat(shown.status()).isEqualTo(200);
        assertThat(shown.header("content-type")).isEqualTo("application/json");
        assertThat(shown.body())
                .isEqualTo("newest of arn:aws:ecs:us-east-1:000000000000:service/default/web");

        RawClient.Answer unknown = front.get("/_dryberth/deployment/shop/cart", "");
        assertThat(unknown.status()).isEqualTo(404);
        assertThat(unknown.body()).contains("there is no service cart in cluster shop");
    }

    @Test
    void saysWhichServiceThereIsNot() throws IOException {
        RawClient.Answer unknown = front.get("/_dryberth/explain/shop/cart", "");

        assertThat(unknown.status()).isEqualTo(404);
        assertThat(unknown.header("content-type")).isEqualTo("application/json");
        assertThat(unknown.body())
                .isEqualTo(
                        "{\"message\":\"there is no service cart in cluster shop of account"
                                + " 000000000000 in us-east-1\"}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"web", "a/", "/b", "a/b/c", "%zz", "arn:aws:ecs:us-east-1:1:task/a/b"})
    void whatNamesNoServiceIsNotFound(String named) throws IOException {
        RawClient.Answer answer = front.get("/_dryberth/explain/" + named, "");

        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.body()).contains("names no service (expected: {cluster}/{service}");
    }

    @Test
    void refusesOtherMethodsAndPaths() throws IOException {
        RawClient.Answer wrongMethod = front.get("/_dryberth/reset", "");
        assertThat(wrongMethod.status()).isEqualTo(405);
        assertThat(wrongMethod.header("allow")).isEqualTo("POST");
        assertThat(front.get("/_dryberth/other", "").status()).isEqualTo(404);
    }
}
