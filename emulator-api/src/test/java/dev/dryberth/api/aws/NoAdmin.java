package dev.dryberth.api.aws;

import dev.dryberth.core.model.ServiceArn;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A daemon that is ready and tells nothing about itself, for tests of services. */
public final class NoAdmin implements Admin {

    @Override
    public Health health() {
        return new Health(true, "1", "none");
    }

    @Override
    public CompletionStage<?> reset() {
        return CompletableFuture.completedStage(true);
    }

    @Override
    public String metrics() {
        return "";
    }

    @Override
    public CompletionStage<byte[]> loadBalancers() {
        return CompletableFuture.completedStage(new byte[0]);
    }

    @Override
    public CompletionStage<byte[]> network() {
        return CompletableFuture.completedStage(new byte[0]);
    }

    @Override
    public CompletionStage<Optional<byte[]>> explain(ServiceArn service) {
        return CompletableFuture.completedStage(Optional.empty());
    }

    @Override
    public CompletionStage<Optional<byte[]>> deployment(ServiceArn service) {
        return CompletableFuture.completedStage(Optional.empty());
    }

    @Override
    public CompletionStage<Optional<String>> publicKey(String id) {
        return CompletableFuture.completedStage(Optional.empty());
    }

    @Override
    public CompletionStage<String> authority() {
        return CompletableFuture.completedStage("");
    }
}
