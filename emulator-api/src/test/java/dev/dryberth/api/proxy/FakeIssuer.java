package dev.dryberth.api.proxy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** An OpenID Connect provider on a port of 127.0.0.1, whose every answer a test can change. */
final class FakeIssuer implements AutoCloseable {

    static final String CLIENT = "shop";
    static final String SECRET = "h:us h";

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final List<Map<String, String>> tokenRequests = new CopyOnWriteArrayList<>();
    private final Map<String, String> idClaims = new ConcurrentHashMap<>();
    volatile int tokenStatus = 200;
    volatile String tokenAnswer = "";
    volatile int userStatus = 200;
    volatile String userAnswer = "{\"sub\":\"u-1\",\"email\":\"k@example.com\"}";
    volatile String accessToken = "access-1";
    volatile String more = "";

    FakeIssuer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/token", this::token);
        server.createContext("/user", this::user);
        server.setExecutor(threads);
        server.start();
        idClaims.put("iss", "\"" + url() + "\"");
        idClaims.put("aud", "[\"other\",\"" + CLIENT + "\"]");
        idClaims.put("sub", "\"u-1\"");
        idClaims.put("exp", Long.toString(Instant.now().getEpochSecond() + 60));
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** What the token endpoint was asked, and by whom. */
    List<Map<String, String>> tokenRequests() {
        return tokenRequests;
    }

    /** Changes a claim of the ID token, to a JSON value; an empty one leaves it out. */
    void claim(String name, String json) {
        if (json.isEmpty()) {
            idClaims.remove(name);
        } else {
            idClaims.put(name, json);
        }
    }

    private String idToken() {
        StringBuilder claims = new StringBuilder();
        idClaims.forEach((name, json) ->
                claims.append(claims.isEmpty() ? "" : ",")
                        .append('"')
                        .append(name)
                        .append("\":")
                        .append(json));
        Base64.Encoder base64 = Base64.getUrlEncoder().withoutPadding();
        return "e30."
                + base64.encodeToString(("{" + claims + "}").getBytes(StandardCharsets.UTF_8))
                + ".c2ln";
    }

    private void token(HttpExchange exchange) throws IOException {
        Map<String, String> request = new TreeMap<>();
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        for (String pair : body.split("&", -1)) {
            String[] parts = pair.split("=", 2);
            request.put(parts[0], URLDecoder.decode(parts[1], StandardCharsets.UTF_8));
        }
        request.put("authorization", exchange.getRequestHeaders().getFirst("Authorization"));
        tokenRequests.add(request);
        String answer =
                tokenAnswer.isEmpty()
                        ? "{\"access_token\":\"%s\",\"token_type\":\"Bearer\",\"id_token\":\"%s\"%s}"
                                .formatted(accessToken, idToken(), more)
                        : tokenAnswer;
        answer(exchange, tokenStatus, answer);
    }

    private void user(HttpExchange exchange) throws IOException {
        boolean known =
                ("Bearer " + accessToken)
                        .equals(exchange.getRequestHeaders().getFirst("Authorization"));
        answer(exchange, known ? userStatus : 401, userAnswer);
    }

    private static void answer(HttpExchange exchange, int status, String body) throws IOException {
        try (exchange) {
            FunctionServer.answer(exchange, status, body);
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
