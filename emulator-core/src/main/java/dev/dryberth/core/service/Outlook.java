package dev.dryberth.core.service;

import dev.dryberth.core.loop.Clock;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * What the scheduler is handed besides the World.
 *
 * @param placeableFrom until when a task of the service could not be placed; null: nothing is known
 *     against it
 * @param zonesFrom until when moving a task into a zone is not tried, because it had no room
 * @param alarms which of the service's alarms are in ALARM
 * @param number draws the number of a new deployment
 * @param hook draws the last part of a hook's id
 */
public record Outlook(
        @Nullable Instant placeableFrom,
        Map<String, Instant> zonesFrom,
        List<String> alarms,
        ServiceTimings timings,
        Clock clock,
        Instant now,
        Supplier<String> number,
        Supplier<String> hook) {}
