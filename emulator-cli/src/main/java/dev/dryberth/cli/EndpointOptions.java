package dev.dryberth.cli;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Option;

import java.net.URI;
import java.util.Optional;

/** Which daemon a client command speaks to. */
final class EndpointOptions {
    @Option(
            names = "--endpoint",
            paramLabel = "URL",
            description =
                    "The daemon's address (default: DRYBERTH_ENDPOINT, else http://127.0.0.1:4566).")
    @Nullable URI endpoint;

    DaemonClient client() {
        return new DaemonClient(
                Optional.ofNullable(endpoint)
                        .or(() ->
                                Optional.ofNullable(System.getenv("DRYBERTH_ENDPOINT"))
                                        .map(URI::create))
                        .orElse(URI.create("http://127.0.0.1:" + ServeOptions.DEFAULT_PORT)));
    }
}
