package dev.dryberth.core.runtime.docker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import dev.dryberth.core.model.TaskArn;
import dev.dryberth.core.runtime.RuntimeEvent;
import dev.dryberth.core.runtime.RuntimeEvent.TaskMeasured;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Consumer;

/**
 * Asks the engine what containers use. In one shot: else the engine looks twice, a second apart, to
 * tell a rate, which we find out from one minute to the next by ourselves.
 */
final class Usage {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Engine engine;
    private final InstantSource time;
    private final Consumer<RuntimeEvent> sink;

    Usage(Engine engine, InstantSource time, Consumer<RuntimeEvent> sink) {
        this.engine = engine;
        this.time = time;
        this.sink = sink;
    }

    void measure(TaskArn task, List<String> runtimeIds) {
        long cpuNanos = 0;
        long memoryBytes = 0;
        boolean found = false;
        for (String id : runtimeIds) {
            JsonNode stats = stats(id);
            JsonNode memory = stats.path("memory_stats");
            // A container that ended a moment ago has no memory, and no part in this any more.
            if (memory.has("usage")) {
                found = true;
                cpuNanos += stats.path("cpu_stats").path("cpu_usage").path("total_usage").asLong();
                memoryBytes += used(memory);
            }
        }
        if (found) {
            sink.accept(new TaskMeasured(task, cpuNanos, memoryBytes, time.instant()));
        }
    }

    /** As {@code docker stats}: without cached files that can be dropped at any time. */
    private static long used(JsonNode memory) {
        JsonNode details = memory.path("stats");
        long inactive =
                details.path("total_inactive_file").asLong(details.path("inactive_file").asLong());
        return Math.max(0, memory.path("usage").asLong() - inactive);
    }

    private JsonNode stats(String id) {
        String path = "/containers/" + id + "/stats?stream=false&one-shot=true";
        try (InputStream body = engine.get(path)) {
            return body == null ? JSON.createObjectNode() : JSON.readTree(body);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
