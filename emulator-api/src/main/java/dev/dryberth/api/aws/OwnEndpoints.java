package dev.dryberth.api.aws;

import com.fasterxml.jackson.core.JsonGenerator;

import dev.dryberth.api.http.Headers;
import dev.dryberth.api.http.Request;
import dev.dryberth.api.http.Response;
import dev.dryberth.core.model.Scope;
import dev.dryberth.core.model.ServiceArn;
import dev.dryberth.core.wire.SdkJson;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;

/** What Dryberth answers about itself, beside AWS: all below {@code /_dryberth/}. */
final class OwnEndpoints {

    private static final String ROOT = "/_dryberth/";
    private static final String EXPLAIN = "explain/";
    private static final String DEPLOYMENT = "deployment/";
    private static final String PUBLIC_KEYS = "public-keys/";
    private static final int OK = 200;
    private static final int NOT_FOUND = 404;
    private static final int METHOD_NOT_ALLOWED = 405;
    private static final int UNAVAILABLE = 503;

    private final Services services;
    private final Admin admin;
    private final Scope defaultScope;

    OwnEndpoints(Services services, Admin admin, Scope defaultScope) {
        this.services = services;
        this.admin = admin;
        this.defaultScope = defaultScope;
    }

    boolean has(Request request) {
        return request.path().startsWith(ROOT);
    }

    CompletionStage<Response> answer(Request request) {
        String page = request.path().substring(ROOT.length());
        if (page.startsWith(EXPLAIN)) {
            String named = page.substring(EXPLAIN.length());
            return only("GET", request, () -> ofService(named, admin::explain));
        }
        if (page.startsWith(DEPLOYMENT)) {
            String named = page.substring(DEPLOYMENT.length());
            return only("GET", request, () -> ofService(named, admin::deployment));
        }
        if (page.startsWith(PUBLIC_KEYS)) {
            return only("GET", request, () -> publicKey(page.substring(PUBLIC_KEYS.length())));
        }
        return switch (page) {
            case "health" -> only("GET", request, this::health);
            case "coverage" -> only("GET", request, this::coverage);
            case "metrics" ->
                    only(
                            "GET",
                            request,
                            () ->
                                    CompletableFuture.completedStage(
                                            Response.text(OK, admin.metrics())));
            case "ca" -> only("GET", request, () -> admin.authority().thenApply(OwnEndpoints::pem));
            case "lb" ->
                    only(
                            "GET",
                            request,
                            () -> admin.loadBalancers().thenApply(json -> json(OK, json)));
            case "network" ->
                    only("GET", request, () -> admin.network().thenApply(json -> json(OK, json)));
            case "reset" ->
                    only(
                            "POST",
                            request,
                            () -> admin.reset().thenApply(done -> json(OK, "{\"reset\":true}")));
            default ->
                    CompletableFuture.completedStage(
                            Response.text(
                                    NOT_FOUND,
                                    request.path()
                                            + " does not exist (expected: ca, health, coverage,"
                                            + " deployment/{cluster}/{service},"
                                            + " explain/{cluster}/{service}, lb, metrics, network,"
                                            + " public-keys/{id} or reset)."));
        };
    }

    private static CompletionStage<Response> only(
            String method, Request request, Supplier<CompletionStage<Response>> answer) {
        if (request.method().equals(method)) {
            return answer.get();
        }
        return CompletableFuture.completedStage(
                new Response(
                        METHOD_NOT_ALLOWED,
                        Headers.of("Allow", method, "Content-Type", "text/plain"),
                        "%s takes %s only.%n"
                                .formatted(request.path(), method)
                                .getBytes(StandardCharsets.UTF_8)));
    }

    private CompletionStage<Response> health() {
        Admin.Health health = admin.health();
        byte[] body =
                object(out -> {
                    out.writeBooleanField("ready", health.ready());
                    out.writeStringField("version", health.version());
                    out.writeStringField("runtime", health.runtime());
                });
        return CompletableFuture.completedStage(json(health.ready() ? OK : UNAVAILABLE, body));
    }

    /**
     * A page about one service.
     *
     * @param named {@code {cluster}/{service}}, or the service's ARN; percent-encoded or not
     */
    private CompletionStage<Response> ofService(
            String named, Function<ServiceArn, CompletionStage<Optional<byte[]>>> page) {
        ServiceArn arn;
        try {
            arn = service(URLDecoder.decode(named, StandardCharsets.UTF_8));
        } catch (IllegalArgumentException wrong) {
            return CompletableFuture.completedStage(
                    notFound(
                            "%s names no service (expected: {cluster}/{service} or a service's ARN)"
                                    .formatted(named)));
        }
        return page.apply(arn)
                .thenApply(found ->
                        found.map(body -> json(OK, body))
                                .orElseGet(() ->
                                        notFound(
                                                "there is no service %s in cluster %s of account %s in %s"
                                                        .formatted(
                                                                arn.name(),
                                                                arn.cluster(),
                                                                arn.scope().account(),
                                                                arn.scope().region()))));
    }

    private ServiceArn service(String named) {
        if (named.startsWith("arn:")) {
            return ServiceArn.parse(named);
        }
        int slash = named.indexOf('/');
        if (slash <= 0 || slash == named.length() - 1 || named.indexOf('/', slash + 1) >= 0) {
            throw new IllegalArgumentException(named);
        }
        return new ServiceArn(defaultScope, named.substring(0, slash), named.substring(slash + 1));
    }

    private CompletionStage<Response> publicKey(String id) {
        return admin.publicKey(id)
                .thenApply(found ->
                        found.map(OwnEndpoints::pem)
                                .orElseGet(() -> notFound("there is no public key " + id)));
    }

    private static Response notFound(String message) {
        return json(NOT_FOUND, object(out -> out.writeStringField("message", message)));
    }

    /** The members of a JSON object. */
    private interface Members {
        void write(JsonGenerator out) throws IOException;
    }

    private static byte[] object(Members members) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator out = SdkJson.JSON.createGenerator(bytes)) {
            out.writeStartObject();
            members.write(out);
            out.writeEndObject();
        } catch (IOException impossible) {
            throw new UncheckedIOException("Writing JSON to memory failed", impossible);
        }
        return bytes.toByteArray();
    }

    private CompletionStage<Response> coverage() {
        return CompletableFuture.completedStage(json(OK, Coverage.json(services.all())));
    }

    private static Response pem(String text) {
        return new Response(
                OK,
                Headers.of("Content-Type", "application/x-pem-file"),
                text.getBytes(StandardCharsets.US_ASCII));
    }

    private static Response json(int status, String body) {
        return json(status, body.getBytes(StandardCharsets.UTF_8));
    }

    private static Response json(int status, byte[] body) {
        return new Response(status, Headers.of("Content-Type", "application/json"), body);
    }
}
