package dev.dryberth.api.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import dev.dryberth.core.balancing.AuthError;
import dev.dryberth.core.balancing.RouteTable.Action;
import dev.dryberth.core.balancing.RouteTable.Condition;
import dev.dryberth.core.balancing.RouteTable.Rule;
import dev.dryberth.core.balancing.RouteTable.Unauthenticated;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.Signature;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Logins through an HTTPS listener, with an identity provider on loopback and a frugal browser. */
class AuthenticationTest {

    private static final String RULE =
            "arn:aws:elasticloadbalancing:x:1:listener-rule/app/lb/1/2/3";

    @RegisterExtension final PlaneFixture fixture = new PlaneFixture();

    private Origin origin;
    private FakeIssuer issuer;
    private Tables tables;
    private HttpClient client;

    /** Name to value, as a browser keeps them. */
    private final Map<String, String> cookies = new LinkedHashMap<>();

    @BeforeEach
    void start() throws Exception {
        origin = Origin.echo();
        issuer = new FakeIssuer();
        client =
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .sslContext(Certificates.trusting())
                        .build();
        tables = Tables.forwardingTo("127.0.3.23", origin).secure();
        tables.attributes.put("access_logs.s3.enabled", "true");
        publish(Unauthenticated.AUTHENTICATE, Duration.ofDays(7));
    }

    @AfterEach
    void stop() throws IOException {
        client.close();
        issuer.close();
        origin.close();
    }

    private void publish(Unauthenticated otherwise, Duration sessionTimeout) {
        Action authenticate =
                new Action.AuthenticateOidc(
                        issuer.url(),
                        issuer.url() + "/authorize?tenant=1",
                        issuer.url() + "/token",
                        issuer.url() + "/user",
                        FakeIssuer.CLIENT,
                        FakeIssuer.SECRET,
                        "AWSELBAuthSessionCookie",
                        "openid email",
                        sessionTimeout,
                        Map.of("prompt", "login", "state", "ignored"),
                        otherwise);
        tables.rules.clear();
        tables.rules.add(
                new Rule(
                        RULE,
                        1,
                        List.of(new Condition.PathPattern(List.of("/private*"), List.of())),
                        List.of(authenticate, Tables.forward(null, "tg", 1)),
                        List.of()));
        fixture.publish(tables.table());
    }

    private String base() {
        return "https://" + tables.address + ":" + tables.port;
    }

    private HttpResponse<String> get(String url, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url));
        if (!cookies.isEmpty()) {
            List<String> pairs = new ArrayList<>();
            cookies.forEach((name, value) -> pairs.add(name + "=" + value));
            request.header("Cookie", String.join("; ", pairs));
        }
        if (headers.length > 0) {
            request.headers(headers);
        }
        HttpResponse<String> response =
                client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        for (String each : response.headers().allValues("set-cookie")) {
            String pair = each.substring(0, each.indexOf(';'));
            String name = pair.substring(0, pair.indexOf('='));
            if (each.contains("1970")) {
                cookies.remove(name);
            } else {
                cookies.put(name, pair.substring(pair.indexOf('=') + 1));
            }
        }
        return response;
    }

    private static String location(HttpResponse<String> response) {
        assertThat(response.statusCode()).isEqualTo(302);
        return response.headers().firstValue("location").orElseThrow();
    }

    private static Map<String, String> query(String url) {
        Map<String, String> parameters = new LinkedHashMap<>();
        for (String each : URI.create(url).getRawQuery().split("&", -1)) {
            String[] pair = each.split("=", 2);
            parameters.put(pair[0], URLDecoder.decode(pair[1], StandardCharsets.UTF_8));
        }
        return parameters;
    }

    /** Where the provider would send the browser. */
    private static String callback(Map<String, String> asked, String more) {
        return asked.get("redirect_uri")
                + "?"
                + more
                + "&state="
                + URLEncoder.encode(asked.getOrDefault("state", ""), StandardCharsets.UTF_8);
    }

    private HttpResponse<String> logIn() throws Exception {
        String there = location(get(base() + "/private/a?b=c%20d"));
        return get(callback(query(there), "code=c-1"));
    }

    private MinuteRing.Counts counted() {
        return fixture.plane.metrics().of(Tables.BALANCER, "lb").total();
    }

    private void logged(String text) {
        await().untilAsserted(() ->
                assertThat(Files.readString(fixture.directory.resolve("lb.log"))).contains(text));
    }

    @Test
    void takesAUserThroughTheWholeLogin() throws Exception {
        String there = location(get(base() + "/private/a?b=c%20d"));

        assertThat(there).startsWith(issuer.url() + "/authorize?tenant=1&client_id=shop&");
        Map<String, String> asked = query(there);
        assertThat(asked)
                .containsEntry("redirect_uri", base() + "/oauth2/idpresponse")
                .containsEntry("response_type", "code")
                .containsEntry("scope", "openid email")
                .containsEntry("prompt", "login")
                .containsKey("state");
        assertThat(asked.get("state")).isNotEqualTo("ignored");
        assertThat(cookies).containsOnlyKeys("AWSALBAuthNonce");
        assertThat(origin.requests()).isEmpty();

        HttpResponse<String> back = get(callback(asked, "code=c-1"));

        assertThat(location(back)).isEqualTo(base() + "/private/a?b=c%20d");
        assertThat(back.headers().allValues("set-cookie"))
                .singleElement()
                .asString()
                .startsWith("AWSELBAuthSessionCookie-0=")
                .contains("; Expires=")
                .endsWith("; Path=/; Secure; HttpOnly");
        assertThat(issuer.tokenRequests())
                .singleElement()
                .isEqualTo(
                        Map.of(
                                "grant_type",
                                "authorization_code",
                                "code",
                                "c-1",
                                "redirect_uri",
                                base() + "/oauth2/idpresponse",
                                "authorization",
                                "Basic "
                                        + Base64.getEncoder()
                                                .encodeToString(
                                                        "shop:h%3Aus+h"
                                                                .getBytes(
                                                                        StandardCharsets
                                                                                .US_ASCII))));

        assertThat(get(location(back), "x-amzn-oidc-identity", "forged").statusCode())
                .isEqualTo(200);
        Origin.Request request = origin.requests().getLast();
        assertThat(request.path()).isEqualTo("/private/a?b=c%20d");
        assertThat(request.header("x-amzn-oidc-identity")).isEqualTo("u-1");
        assertThat(request.header("x-amzn-oidc-accesstoken")).isEqualTo("access-1");
        verify(request.header("x-amzn-oidc-data"));
        assertThat(counted().logins()).isEqualTo(1);
        assertThat(counted().providerCalls()).isEqualTo(1);
        logged("\"authenticate,forward\" \"-\" \"-\"");
        logged("\"authenticate\" \"-\" \"-\"");
    }

    private void verify(String token) throws Exception {
        String[] parts = token.split("\\.", -1);
        JsonNode header = new ObjectMapper().readTree(Base64.getUrlDecoder().decode(parts[0]));
        assertThat(header.path("signer").textValue()).isEqualTo(Tables.BALANCER);
        assertThat(header.path("client").textValue()).isEqualTo("shop");
        assertThat(header.path("iss").textValue()).isEqualTo(issuer.url());
        JsonNode claims = new ObjectMapper().readTree(Base64.getUrlDecoder().decode(parts[1]));
        assertThat(claims.path("email").textValue()).isEqualTo("k@example.com");
        String pem =
                fixture.plane.sessionKeys().publicKey(header.path("kid").textValue()).orElseThrow();
        Signature signature = Signature.getInstance("SHA256withECDSAinP1363Format");
        signature.initVerify(
                java.security.KeyFactory.getInstance("EC")
                        .generatePublic(
                                new java.security.spec.X509EncodedKeySpec(
                                        dev.dryberth.core.wire.Pem.blocks(pem)
                                                .getFirst()
                                                .bytes())));
        signature.update((parts[0] + "." + parts[1]).getBytes(StandardCharsets.US_ASCII));
        assertThat(signature.verify(Base64.getUrlDecoder().decode(parts[2]))).isTrue();
    }

    @Test
    void leavesOtherRulesToEverybody() throws Exception {
        assertThat(get(base() + "/public", "x-amzn-oidc-identity", "any").statusCode())
                .isEqualTo(200);
        assertThat(origin.requests().getLast().header("x-amzn-oidc-identity")).isEqualTo("any");
        assertThat(cookies).isEmpty();
    }

    @Test
    void deniesOrAllowsWhoIsNotLoggedIn() throws Exception {
        publish(Unauthenticated.DENY, Duration.ofDays(7));
        assertThat(get(base() + "/private").statusCode()).isEqualTo(401);

        publish(Unauthenticated.ALLOW, Duration.ofDays(7));
        assertThat(get(base() + "/private", "x-amzn-oidc-identity", "forged").statusCode())
                .isEqualTo(200);
        assertThat(origin.requests().getLast().headers()).doesNotContainKey("x-amzn-oidc-identity");

        publish(Unauthenticated.AUTHENTICATE, Duration.ofDays(7));
        var _ = location(logIn());
        for (Unauthenticated each : Unauthenticated.values()) {
            publish(each, Duration.ofDays(7));
            assertThat(get(base() + "/private").statusCode()).isEqualTo(200);
            assertThat(origin.requests().getLast().header("x-amzn-oidc-identity")).isEqualTo("u-1");
        }
    }

    @Test
    void asksForAnotherLoginWhenTheSessionIsOver() throws Exception {
        publish(Unauthenticated.AUTHENTICATE, Duration.ofSeconds(1));
        var _ = location(logIn());
        assertThat(get(base() + "/private").statusCode()).isEqualTo(200);

        await().until(() -> get(base() + "/private").statusCode() == 302);
        assertThat(counted().failedLogins(AuthError.Metric.FAILURE)).isZero();
    }

    @Test
    void takesNoSessionThatWasChangedOrIsAnotherBalancers() throws Exception {
        var _ = location(logIn());
        String good = cookies.getOrDefault("AWSELBAuthSessionCookie-0", "");
        for (String bad :
                List.of(
                        good.substring(1),
                        good.substring(0, good.length() - 2),
                        good + "A",
                        "nonsense",
                        fixture.plane.sessionKeys().seal("session", new byte[] {1}))) {
            cookies.put("AWSELBAuthSessionCookie-0", bad);
            assertThat(get(base() + "/private").statusCode()).isEqualTo(302);
        }
        assertThat(counted().failedLogins(AuthError.Metric.FAILURE)).isEqualTo(5);
        logged("\"AuthInvalidCookie\"");
        cookies.put("AWSELBAuthSessionCookie-0", good);
        assertThat(get(base() + "/private").statusCode()).isEqualTo(200);
    }

    @Test
    void spreadsALongSessionOverSeveralCookies() throws Exception {
        issuer.userAnswer = "{\"sub\":\"u-1\",\"long\":\"" + "x".repeat(8000) + "\"}";
        HttpResponse<String> back = logIn();

        assertThat(back.headers().allValues("set-cookie")).hasSize(3);
        assertThat(cookies)
                .containsKeys(
                        "AWSELBAuthSessionCookie-0",
                        "AWSELBAuthSessionCookie-1",
                        "AWSELBAuthSessionCookie-2");
        assertThat(get(base() + "/private").statusCode()).isEqualTo(200);
        cookies.remove("AWSELBAuthSessionCookie-1");
        assertThat(get(base() + "/private").statusCode()).isEqualTo(302);

        issuer.userAnswer = "{\"sub\":\"u-1\"}";
        var _ = location(logIn());
        assertThat(cookies).doesNotContainKey("AWSELBAuthSessionCookie-2");
        assertThat(get(base() + "/private").statusCode()).isEqualTo(200);
    }

    @ParameterizedTest(name = "{0}: {1} {2}")
    @CsvSource({
        "code=c-1&state=,              401, AuthInvalidStateParam",
        "code=c-1&state=nonsense,      401, AuthInvalidStateParam",
        "code=c-1,                     401, AuthMissingStateParam",
        "'',                           401, AuthMissingStateParam",
        "state=STATE,                  401, AuthMissingCodeParam",
        "code=c-1&state=CHANGED,       401, AuthInvalidStateParam",
        "error=access_denied&state=STATE, 401, -",
        "error=server_error&state=STATE,  561, -"
    })
    void refusesWhatComesBackWrong(String query, int status, String reason) throws Exception {
        String state = query(location(get(base() + "/private"))).getOrDefault("state", "");
        String changed = (state.startsWith("A") ? "B" : "A") + state.substring(1);

        HttpResponse<String> answer =
                get(
                        base()
                                + "/oauth2/idpresponse?"
                                + query.replace("STATE", state).replace("CHANGED", changed));

        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(counted().failedLogins(AuthError.Metric.FAILURE)).isEqualTo(1);
        assertThat(issuer.tokenRequests()).isEmpty();
        logged("\"authenticate\" \"-\" \"" + reason + "\"");
    }

    /** Or somebody could be logged in as somebody else by following a link. */
    @Test
    void refusesALoginThatAnotherBrowserBegan() throws Exception {
        String url = callback(query(location(get(base() + "/private"))), "code=c-1");
        String mine = cookies.getOrDefault("AWSALBAuthNonce", "");

        cookies.clear();
        assertThat(get(url).statusCode()).isEqualTo(401);
        cookies.put("AWSALBAuthNonce", "AAAAAAAAAAAAAAAA");
        assertThat(get(url).statusCode()).isEqualTo(401);
        logged("\"AuthMissingAWSALBAuthNonce\"");
        logged("\"AuthInvalidAWSALBAuthNonce\"");
        assertThat(issuer.tokenRequests()).isEmpty();

        cookies.put("AWSALBAuthNonce", mine);
        String second = callback(query(location(get(base() + "/private/two"))), "code=c-2");
        assertThat(location(get(url))).isEqualTo(base() + "/private");
        assertThat(location(get(second))).isEqualTo(base() + "/private/two");
    }

    @ParameterizedTest(name = "{0} {1} {2}: {3} {4}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "token | 400 | {\"error\":\"invalid_grant\"}  | 561 | AuthInvalidGrantError",
                "token | 401 | {\"error\":\"invalid_client\"} | 561 | AuthTokenEpRequestFailed",
                "token | 503 | down                           | 561 | AuthTokenEpRequestFailed",
                "token | 200 | no json                        | 500 | AuthInvalidTokenResponse",
                "token | 200 | {\"id_token\":\"a.b.c\"}       | 500 | AuthInvalidTokenResponse",
                "token | 200 | {\"access_token\":\"a\"}       | 500 | AuthInvalidTokenResponse",
                "token | 200 | {\"access_token\":\"a\\nb\",\"id_token\":\"a.b.c\"} | 500 | AuthInvalidTokenResponse",
                "token | 200 | {\"access_token\":\"a\",\"id_token\":\"a.b\"}       | 401 | AuthInvalidIdToken",
                "token | 200 | {\"access_token\":\"a\",\"id_token\":\"a.!.c\"}     | 401 | AuthInvalidIdToken",
                "user  | 403 | {}                             | 561 | AuthUserinfoEpRequestFailed",
                "user  | 200 | []                             | 500 | AuthInvalidUserinfoResponse",
                "user  | 200 | {\"sub\":\"u-2\"}              | 500 | AuthInvalidUserinfoResponse"
            })
    void saysWhatIsWrongWithTheProvider(
            String endpoint, int given, String answer, int status, String reason) throws Exception {
        if (endpoint.equals("token")) {
            issuer.tokenStatus = given;
            issuer.tokenAnswer = answer;
        } else {
            issuer.userStatus = given;
            issuer.userAnswer = answer;
        }

        assertThat(logIn().statusCode()).isEqualTo(status);
        assertThat(cookies).containsOnlyKeys("AWSALBAuthNonce");
        logged("\"authenticate\" \"-\" \"" + reason + "\"");
        assertThat(
                        counted().failedLogins(AuthError.Metric.FAILURE)
                                + counted().failedLogins(AuthError.Metric.ERROR))
                .isEqualTo(1);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "iss, \"https://other\"",
                "aud, \"other\"",
                "aud, [\"other\"]",
                "exp, 1",
                "exp, ``",
                "exp, \"soon\"",
                "sub, ``"
            })
    void refusesAnIdTokenThatIsNotForUs(String claim, String json) throws Exception {
        issuer.claim(claim, json);

        assertThat(logIn().statusCode()).isEqualTo(401);
        logged("\"AuthInvalidIdToken\"");
    }

    @Test
    void refusesMoreClaimsThanAwsTakes() throws Exception {
        issuer.userAnswer = "{\"sub\":\"u-1\",\"long\":\"" + "x".repeat(11 * 1024) + "\"}";

        assertThat(logIn().statusCode()).isEqualTo(500);
        assertThat(counted().failedLogins(AuthError.Metric.TOO_LARGE)).isEqualTo(1);
        logged("\"AuthUserinfoResponseSizeExceeded\"");
    }

    @Test
    void refusesASessionThatNoBrowserWouldKeep() throws Exception {
        issuer.more = ",\"refresh_token\":\"" + "r".repeat(12_000) + "\"";

        assertThat(logIn().statusCode()).isEqualTo(500);
        assertThat(counted().failedLogins(AuthError.Metric.TOO_LARGE)).isEqualTo(1);
    }

    @Test
    void saysThatTheProviderCannotBeReached() throws Exception {
        String url = callback(query(location(get(base() + "/private"))), "code=c-1");
        issuer.close();

        assertThat(get(url).statusCode()).isEqualTo(500);
        assertThat(counted().failedLogins(AuthError.Metric.ERROR)).isEqualTo(1);
        logged("\"AuthTokenEpRequestTimeout\"");
    }

    @Test
    void refreshesTheClaimsWhenTheAccessTokenHasExpired() throws Exception {
        issuer.more = ",\"expires_in\":\"1\",\"refresh_token\":\"r-1\"";
        var _ = location(logIn());
        issuer.accessToken = "access-2";
        issuer.userAnswer = "{\"sub\":\"u-1\",\"email\":\"new@example.com\"}";
        issuer.more = ",\"expires_in\":3600";

        await().until(() ->
                get(base() + "/private").statusCode() == 200 && issuer.tokenRequests().size() == 2);
        assertThat(issuer.tokenRequests().getLast())
                .containsEntry("grant_type", "refresh_token")
                .containsEntry("refresh_token", "r-1");
        assertThat(origin.requests().getLast().header("x-amzn-oidc-accesstoken"))
                .isEqualTo("access-2");
        assertThat(counted().refreshedLogins()).isEqualTo(1);
        assertThat(get(base() + "/private").statusCode()).isEqualTo(200);
        assertThat(issuer.tokenRequests()).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"refused", "another user"})
    void asksForAnotherLoginWhenARefreshFails(String how) throws Exception {
        issuer.more = ",\"expires_in\":1,\"refresh_token\":\"r-1\"";
        var _ = location(logIn());
        if (how.equals("refused")) {
            issuer.tokenStatus = 400;
        } else {
            issuer.claim("sub", "\"u-2\"");
            issuer.userAnswer = "{\"sub\":\"u-2\"}";
        }

        await().until(() -> get(base() + "/private").statusCode() == 302);
        assertThat(counted().refreshedLogins()).isZero();
    }

    @Test
    void servesClientsOverHttp2() throws Exception {
        client.close();
        client = HttpClient.newBuilder().sslContext(Certificates.trusting()).build();
        HttpResponse<String> back = logIn();

        assertThat(back.version()).isEqualTo(HttpClient.Version.HTTP_2);
        assertThat(get(location(back), "Origin", "https://elsewhere").statusCode()).isEqualTo(200);
        assertThat(origin.requests().getLast().header("x-amzn-oidc-identity")).isEqualTo("u-1");
    }

    @Test
    void keepsAPostsBodyWhileTheProviderIsAsked() throws Exception {
        issuer.more = ",\"expires_in\":1,\"refresh_token\":\"r-1\"";
        var _ = location(logIn());
        issuer.more = ",\"expires_in\":3600";
        await().until(() -> {
            HttpResponse<String> answer =
                    client.send(
                            HttpRequest.newBuilder(URI.create(base() + "/private"))
                                    .header(
                                            "Cookie",
                                            "AWSELBAuthSessionCookie-0="
                                                    + cookies.get("AWSELBAuthSessionCookie-0"))
                                    .POST(HttpRequest.BodyPublishers.ofString("x".repeat(200_000)))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(origin.requests().getLast().body()).hasSize(200_000);
            return issuer.tokenRequests().size() == 2;
        });
    }
}
