package dev.dryberth.api.aws;

import com.fasterxml.jackson.core.JsonGenerator;

import dev.dryberth.api.http.Headers;
import dev.dryberth.api.http.Request;
import dev.dryberth.api.http.Response;
import dev.dryberth.core.wire.SdkJson;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** What Dryberth answers about itself, beside AWS: all below {@code /_dryberth/}. */
final class OwnEndpoints {

    private static final String ROOT = "/_dryberth/";
    private static final int OK = 200;
    private static final int NOT_FOUND = 404;
    private static final int METHOD_NOT_ALLOWED = 405;
    private static final int UNAVAILABLE = 503;

    private final Services services;
    private final Admin admin;

    OwnEndpoints(Services services, Admin admin) {
        this.services = services;
        this.admin = admin;
    }

    boolean has(Request request) {
        return request.path().startsWith(ROOT);
    }

    CompletionStage<Response> answer(Request request) {
        return switch (request.path().substring(ROOT.length())) {
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
                                            + " does not exist (expected: ca, health, coverage, metrics,"
                                            + " network or reset)."));
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
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator out = SdkJson.JSON.createGenerator(bytes)) {
            out.writeStartObject();
            out.writeBooleanField("ready", health.ready());
            out.writeStringField("version", health.version());
            out.writeStringField("runtime", health.runtime());
            out.writeEndObject();
        } catch (IOException impossible) {
            throw new UncheckedIOException("Writing JSON to memory failed", impossible);
        }
        return CompletableFuture.completedStage(
                json(health.ready() ? OK : UNAVAILABLE, bytes.toByteArray()));
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
