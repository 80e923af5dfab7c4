package dev.dryberth.core.runtime.simulated;

import dev.dryberth.core.loop.Clock;
import dev.dryberth.core.model.Eni;
import dev.dryberth.core.model.HealthStatus;
import dev.dryberth.core.model.TaskArn;
import dev.dryberth.core.runtime.ContainerSpec;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.ecs.model.HealthCheck;

import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The script of a daemon without Docker: every image exists, starts, is healthy, runs until it is
 * stopped and exits 143 then. The images of {@code simulated/} behave as their names say; a tag
 * does not matter:
 *
 * <ul>
 *   <li>{@code simulated/missing} can't be pulled
 *   <li>{@code simulated/slow-to-pull-30s} takes that long to pull
 *   <li>{@code simulated/unstartable} can't be started
 *   <li>{@code simulated/exit-3-after-200ms} runs that long and exits with that code
 *   <li>{@code simulated/out-of-memory-after-5s} runs that long, is killed for its memory, exits
 *       137
 *   <li>{@code simulated/unhealthy} fails its health check, if it has one
 *   <li>{@code simulated/unhealthy-after-1m} is healthy before that
 *   <li>{@code simulated/deaf} ignores its stop signal, is killed after its stop timeout, exits 137
 * </ul>
 *
 * <p>Durations are a number and {@code ms}, {@code s} or {@code m}. Any other name under {@code
 * simulated/} can't be pulled either, and the reason lists these.
 */
public final class ImageScript implements Script {

    static final String PREFIX = "simulated/";

    private static final Duration NAMESPACE = Duration.ofMillis(20);
    private static final Duration PULL = Duration.ofMillis(50);
    private static final Duration START = Duration.ofMillis(20);
    private static final int EXIT_CODE_OF_SIGKILL = 137;

    // AWS's defaults of a health check.
    private static final int INTERVAL_SECONDS = 30;
    private static final int RETRIES = 3;

    private static final String NAMES =
            "missing, slow-to-pull-{time}, unstartable, exit-{code}-after-{time},"
                    + " out-of-memory-after-{time}, unhealthy, unhealthy-after-{time}, deaf";

    private static final Pattern SLOW = Pattern.compile("slow-to-pull-(\\d{1,6})(ms|s|m)");
    private static final Pattern EXIT = Pattern.compile("exit-(\\d{1,3})-after-(\\d{1,6})(ms|s|m)");
    private static final Pattern OUT_OF_MEMORY =
            Pattern.compile("out-of-memory-after-(\\d{1,6})(ms|s|m)");
    private static final Pattern UNHEALTHY =
            Pattern.compile("unhealthy(?:-after-(\\d{1,6})(ms|s|m))?");
    private static final Pattern PLAIN = Pattern.compile("unstartable|deaf");

    private final Clock clock;

    /**
     * @param clock its speed shortens health-check intervals, as it does everywhere
     */
    public ImageScript(Clock clock) {
        this.clock = clock;
    }

    @Override
    public Step namespace(Eni eni) {
        return Step.works(NAMESPACE);
    }

    @Override
    public Step pull(TaskArn task, String container, String image) {
        String name = scriptedName(image);
        if (name == null || pulls(name)) {
            return Step.works(PULL);
        }
        Matcher slow = SLOW.matcher(name);
        if (slow.matches()) {
            return Step.works(duration(slow.group(1), slow.group(2)));
        }
        String hint = name.equals("missing") ? "" : " (simulated images: " + NAMES + ")";
        return Step.fails(
                PULL,
                "CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref %s: %s: not found%s"
                        .formatted(image, image, hint));
    }

    private static boolean pulls(String name) {
        return PLAIN.matcher(name).matches()
                || EXIT.matcher(name).matches()
                || OUT_OF_MEMORY.matcher(name).matches()
                || UNHEALTHY.matcher(name).matches();
    }

    @Override
    public Life life(ContainerSpec spec) {
        String name = scriptedName(spec.definition().image());
        Life plain = Life.runs(Step.works(START)).withHealth(healthyFromTheFirstCheck(spec));
        if (name == null) {
            return plain;
        }
        if (name.equals("unstartable")) {
            return Life.runs(
                    Step.fails(
                            START,
                            "CannotStartContainerError: the simulated image %s never starts"
                                    .formatted(spec.definition().image())));
        }
        if (name.equals("deaf")) {
            return plain.stopping(OnStop.NEVER);
        }
        Matcher exit = EXIT.matcher(name);
        if (exit.matches()) {
            Duration after = duration(exit.group(2), exit.group(3));
            return plain.until(new Exit(after, Integer.parseInt(exit.group(1)), false));
        }
        Matcher outOfMemory = OUT_OF_MEMORY.matcher(name);
        if (outOfMemory.matches()) {
            Duration after = duration(outOfMemory.group(1), outOfMemory.group(2));
            return plain.until(new Exit(after, EXIT_CODE_OF_SIGKILL, true));
        }
        Matcher unhealthy = UNHEALTHY.matcher(name);
        if (unhealthy.matches()) {
            return plain.withHealth(unhealthy(spec, unhealthy));
        }
        return plain;
    }

    private List<HealthChange> healthyFromTheFirstCheck(ContainerSpec spec) {
        return List.of(new HealthChange(interval(spec), HealthStatus.HEALTHY));
    }

    /**
     * Failures count after the start period, and only several of them in a row make it unhealthy.
     */
    private List<HealthChange> unhealthy(ContainerSpec spec, Matcher name) {
        HealthCheck check = spec.definition().healthCheck();
        int startPeriod = check == null || check.startPeriod() == null ? 0 : check.startPeriod();
        int retries = check == null || check.retries() == null ? RETRIES : check.retries();
        Duration failures = interval(spec).multipliedBy(retries);
        if (name.group(1) == null) {
            Duration grace = clock.wait(Duration.ofSeconds(startPeriod));
            return List.of(new HealthChange(grace.plus(failures), HealthStatus.UNHEALTHY));
        }
        Duration turns = duration(name.group(1), name.group(2));
        return List.of(
                new HealthChange(interval(spec), HealthStatus.HEALTHY),
                new HealthChange(
                        turns.compareTo(interval(spec)) > 0
                                ? turns.plus(failures)
                                : interval(spec).plus(failures),
                        HealthStatus.UNHEALTHY));
    }

    private Duration interval(ContainerSpec spec) {
        HealthCheck check = spec.definition().healthCheck();
        int seconds =
                check == null || check.interval() == null ? INTERVAL_SECONDS : check.interval();
        return clock.wait(Duration.ofSeconds(seconds));
    }

    /** What stands behind {@code simulated/}, without a tag; null: an ordinary image. */
    private static @Nullable String scriptedName(String image) {
        if (!image.startsWith(PREFIX)) {
            return null;
        }
        String name = image.substring(PREFIX.length());
        int colon = name.indexOf(':');
        return colon < 0 ? name : name.substring(0, colon);
    }

    private static Duration duration(String number, String unit) {
        long amount = Long.parseLong(number);
        return switch (unit) {
            case "ms" -> Duration.ofMillis(amount);
            case "s" -> Duration.ofSeconds(amount);
            default -> Duration.ofMinutes(amount);
        };
    }
}
