package dev.dryberth.cli.acceptance;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** The repository's own example: init, then app, then a sidecar that reaches app on 127.0.0.1. */
final class Example {

    static final String FAMILY = "hello";

    private Example() {}

    /** Its task definition, as in the file; every image is {@code busybox}. */
    static String taskDefinition() {
        return resource("/examples/hello/task-definition.json");
    }

    static String resource(String name) {
        try (InputStream file = Example.class.getResourceAsStream(name)) {
            if (file == null) {
                throw new IllegalStateException("the class path lacks " + name);
            }
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
