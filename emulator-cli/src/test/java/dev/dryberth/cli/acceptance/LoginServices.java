package dev.dryberth.cli.acceptance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;

/** A Lambda function and an identity provider whose only user is always logged in. */
final class LoginServices {

    static final String FUNCTION = "/2015-03-31/functions/function/invocations";

    private static final ObjectMapper JSON = new ObjectMapper();

    private LoginServices() {}

    static void addTo(HttpServer server) {
        String issuer = "http://127.0.0.1:" + server.getAddress().getPort();
        server.createContext(FUNCTION, LoginServices::call);
        server.createContext("/authorize", LoginServices::authorize);
        server.createContext("/token", exchange -> token(exchange, issuer));
        server.createContext("/user", exchange -> answer(exchange, Map.of("sub", "alice")));
    }

    /** Says whom it takes its caller for. */
    private static void call(HttpExchange exchange) throws IOException {
        JsonNode event = JSON.readTree(exchange.getRequestBody());
        String user = event.at("/headers/x-amzn-oidc-identity").asText("nobody");
        answer(
                exchange,
                Map.of(
                        "statusCode",
                        200,
                        "headers",
                        Map.of("Content-Type", "text/plain"),
                        "body",
                        user + " asks for " + event.path("path").asText()));
    }

    private static void authorize(HttpExchange exchange) throws IOException {
        String back = "";
        String state = "";
        for (String each : exchange.getRequestURI().getRawQuery().split("&", -1)) {
            if (each.startsWith("redirect_uri=")) {
                back =
                        java.net.URLDecoder.decode(
                                each.substring("redirect_uri=".length()), StandardCharsets.UTF_8);
            } else if (each.startsWith("state=")) {
                state = each;
            }
        }
        exchange.getResponseHeaders().set("Location", back + "?code=1&" + state);
        exchange.sendResponseHeaders(302, -1);
        exchange.close();
    }

    private static void token(HttpExchange exchange, String issuer) throws IOException {
        byte[] claims =
                JSON.writeValueAsBytes(
                        Map.of(
                                "iss",
                                issuer,
                                "aud",
                                "shop",
                                "sub",
                                "alice",
                                "exp",
                                Instant.now().getEpochSecond() + 60));
        String token =
                "e30." + Base64.getUrlEncoder().withoutPadding().encodeToString(claims) + ".c2ln";
        answer(exchange, Map.of("access_token", "access", "id_token", token));
    }

    private static void answer(HttpExchange exchange, Map<String, ?> object) throws IOException {
        byte[] body = JSON.writeValueAsBytes(object);
        exchange.sendResponseHeaders(200, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }
}
