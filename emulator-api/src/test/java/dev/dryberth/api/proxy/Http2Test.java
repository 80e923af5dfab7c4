package dev.dryberth.api.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dryberth.core.balancing.RouteTable.Action;
import dev.dryberth.core.balancing.RouteTable.TlsSettings;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** The JDK's client and curl over HTTP/2. */
class Http2Test {

    private static final String ADDRESS = "127.0.3.10";

    @RegisterExtension final PlaneFixture fixture = new PlaneFixture();

    private Tables to(Origin... origins) throws IOException {
        Tables tables = Tables.forwardingTo(ADDRESS, origins).secure();
        fixture.publish(tables.table());
        return tables;
    }

    private static HttpClient client() throws Exception {
        return HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_2)
                .sslContext(Certificates.trusting())
                .build();
    }

    private static HttpRequest.Builder request(Tables tables, String path) {
        return HttpRequest.newBuilder(URI.create("https://" + ADDRESS + ":" + tables.port + path));
    }

    private static HttpResponse<String> send(HttpClient client, HttpRequest.Builder request)
            throws Exception {
        return client.send(request.build(), BodyHandlers.ofString());
    }

    @Test
    void forwardsAStreamLikeAnyRequest() throws Exception {
        try (Origin origin = Origin.echo();
                HttpClient client = client()) {
            Tables tables = to(origin);
            HttpResponse<String> answer =
                    send(client, request(tables, "/a?b=c").header("Cookie", "one=1; two=2"));
            assertThat(answer.version()).isEqualTo(HttpClient.Version.HTTP_2);
            assertThat(answer.statusCode()).isEqualTo(200);
            Origin.Request seen = origin.requests().getFirst();
            assertThat(seen.line()).isEqualTo("GET /a?b=c HTTP/1.1");
            assertThat(seen.headers())
                    .containsEntry("host", ADDRESS + ":" + tables.port)
                    .containsEntry("cookie", "one=1; two=2")
                    .containsEntry("x-forwarded-proto", "https")
                    .containsEntry("x-forwarded-for", "127.0.0.1")
                    .doesNotContainKeys(
                            "connection",
                            "transfer-encoding",
                            "x-http2-stream-id",
                            "x-http2-scheme");
        }
    }

    @Test
    void carriesBodiesBothWays() throws Exception {
        String large = "0123456789".repeat(200_000);
        try (Origin origin =
                        new Origin(
                                (request, out, socket) -> Origin.text(out, 200, request.body()));
                HttpClient client = client()) {
            Tables tables = to(origin);
            assertThat(
                            send(client, request(tables, "/").POST(BodyPublishers.ofString(large)))
                                    .body())
                    .isEqualTo(large);
            // Of unknown length, so that no Content-Length frames it.
            assertThat(
                            send(
                                            client,
                                            request(tables, "/")
                                                    .POST(
                                                            BodyPublishers.fromPublisher(
                                                                    BodyPublishers.ofString(
                                                                            "short"))))
                                    .body())
                    .isEqualTo("short");
            assertThat(origin.requests().getLast().headers())
                    .containsEntry("transfer-encoding", "chunked")
                    .doesNotContainKey("content-length");
        }
    }

    @Test
    void carriesManyStreamsAtOnceOverOneConnection() throws Exception {
        CountDownLatch all = new CountDownLatch(50);
        try (Origin origin =
                        new Origin((request, out, socket) -> {
                            if (request.path().equals("/first")) {
                                return Origin.text(out, 200, "first");
                            }
                            all.countDown();
                            return all.await(10, TimeUnit.SECONDS)
                                    && Origin.text(out, 200, request.path());
                        });
                HttpClient client = client()) {
            Tables tables = to(origin);
            // Alone, so that the others find its connection.
            send(client, request(tables, "/first"));
            List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                answers.add(
                        client.sendAsync(
                                request(tables, "/" + i).build(), BodyHandlers.ofString()));
            }
            for (int i = 0; i < 50; i++) {
                assertThat(answers.get(i).get().body()).isEqualTo("/" + i);
            }
            assertThat(fixture.plane.connectionCount()).isEqualTo(1);
        }
    }

    @Test
    void answersByItself() throws Exception {
        try (HttpClient client = client()) {
            Tables tables = to();
            HttpResponse<String> none =
                    send(client, request(tables, "/").POST(BodyPublishers.ofString("body")));
            assertThat(none.statusCode()).isEqualTo(503);
            assertThat(none.body()).contains("503 Service Temporarily Unavailable");
            assertThat(none.headers().firstValue("server")).contains("awselb/2.0");
            assertThat(none.headers().map()).doesNotContainKey("connection");
            tables.defaultActions =
                    List.of(new Action.Redirect(302, "HTTPS", "other.com", "443", "/#{path}", ""));
            fixture.publish(tables.table());
            HttpResponse<String> redirect = send(client, request(tables, "/x").HEAD());
            assertThat(redirect.statusCode()).isEqualTo(302);
            assertThat(redirect.headers().firstValue("location"))
                    .contains("https://other.com:443/x");
            assertThat(redirect.body()).isEmpty();
        }
    }

    @Test
    void speaksHttp1WhereHttp2IsTurnedOff() throws Exception {
        try (Origin origin = Origin.echo();
                HttpClient client = client()) {
            Tables tables = to(origin);
            tables.tls = TlsSettings.NONE;
            fixture.publish(tables.table());
            assertThat(send(client, request(tables, "/")).version())
                    .isEqualTo(HttpClient.Version.HTTP_1_1);
        }
    }

    @Test
    void answersCurl() throws Exception {
        try (Origin origin = Origin.echo()) {
            Tables tables = to(origin);
            tables.attributes.put("access_logs.s3.enabled", "true");
            fixture.publish(tables.table());
            Process curl =
                    new ProcessBuilder(
                                    "curl",
                                    "--http2",
                                    "--insecure",
                                    "--silent",
                                    "--show-error",
                                    "--resolve",
                                    "shop.com:" + tables.port + ":" + ADDRESS,
                                    "--data",
                                    "sent",
                                    "--write-out",
                                    "\n%{http_version} %{response_code}",
                                    "https://shop.com:" + tables.port + "/curl")
                            .redirectErrorStream(true)
                            .start();
            String said = new String(curl.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(said).contains("POST /curl HTTP/1.1").endsWith("\nsent\n2 200");
            Path log = fixture.directory.resolve("lb.log");
            org.awaitility.Awaitility.await()
                    .until(() -> Files.exists(log) && !Files.readString(log).isEmpty());
            assertThat(Files.readString(log))
                    .startsWith("h2 ")
                    .contains("\"POST https://shop.com:" + tables.port + "/curl HTTP/2.0\"");
        }
    }
}
