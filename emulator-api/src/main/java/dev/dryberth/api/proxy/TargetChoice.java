package dev.dryberth.api.proxy;

import dev.dryberth.core.balancing.Stickiness;
import dev.dryberth.core.balancing.WeightedForward;
import dev.dryberth.core.loop.Clock;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Chooses group and target of a request, with the cookies that may bind it to one. One network
 * thread's own.
 *
 * <p>The cookie of a group is looked at before the weights, that of a target before the group's
 * algorithm. A cookie that names what is no longer there, drains or is no candidate counts as none,
 * and the answer overwrites it.
 */
final class TargetChoice {

    private final Clock clock;
    private final Stickiness cookies;
    private final RandomGenerator random;

    TargetChoice(Clock clock, Stickiness cookies, RandomGenerator random) {
        this.clock = clock;
        this.cookies = cookies;
        this.random = random;
    }

    /**
     * A target that a request has begun on.
     *
     * @param groupStickiness how long the client stays with the group; null: it need not
     * @param forwardedBy names the forward action that a group's cookie is good for
     */
    record Choice(
            GroupRoute group,
            TargetTraffic target,
            @Nullable Duration groupStickiness,
            String forwardedBy) {}

    /** Null: nothing to choose from, so 503. */
    @Nullable Choice choose(
            ListenerRoute route, ListenerRoute.Step.Forward forward, HttpHeaders headers) {
        String forwardedBy = route.listener().arn();
        GroupRoute group = group(route, forward, headers, forwardedBy);
        if (group == null || !group.hasTargets()) {
            return null;
        }
        TargetTraffic target = bound(group, headers);
        if (target == null) {
            target = group.choose(random.nextDouble(), now(group));
        }
        return target == null ? null : new Choice(group, target, forward.stickiness(), forwardedBy);
    }

    private Instant now(GroupRoute group) {
        return group.needsTime() ? clock.now() : Instant.EPOCH;
    }

    private @Nullable GroupRoute group(
            ListenerRoute route,
            ListenerRoute.Step.Forward forward,
            HttpHeaders headers,
            String forwardedBy) {
        WeightedForward groups = forward.groups();
        if (forward.stickiness() != null) {
            String named =
                    cookies.named(
                            "group " + forwardedBy,
                            cookie(headers, Stickiness.GROUP, Stickiness.GROUP_CORS),
                            clock.now());
            GroupRoute bound = named != null && groups.has(named) ? route.group(named) : null;
            if (bound != null && bound.hasTargets()) {
                return bound;
            }
        }
        String chosen = groups.choose(groups.isSingle() ? 0 : forward.turns().getAndIncrement());
        return chosen == null ? null : route.group(chosen);
    }

    private @Nullable TargetTraffic bound(GroupRoute group, HttpHeaders headers) {
        String value =
                switch (group.sticky()) {
                    case NOT, SOURCE_IP -> null;
                    case BALANCER_COOKIE ->
                            cookie(headers, Stickiness.TARGET, Stickiness.TARGET_CORS);
                    case APP_COOKIE ->
                            Stickiness.cookie(
                                    headers.getAll(HttpHeaderNames.COOKIE), Stickiness.APP);
                };
        String named = value == null ? null : cookies.named(purpose(group), value, clock.now());
        return named == null ? null : group.named(named);
    }

    private static @Nullable String cookie(HttpHeaders headers, String name, String corsName) {
        List<String> received = headers.getAll(HttpHeaderNames.COOKIE);
        String value = Stickiness.cookie(received, name);
        return value == null ? Stickiness.cookie(received, corsName) : value;
    }

    private static String purpose(GroupRoute group) {
        return "target " + group.group().arn();
    }

    /** Adds the cookies that bind the client to what was chosen. */
    void bind(Choice choice, HttpHeaders response) {
        Duration groupFor = choice.groupStickiness();
        if (groupFor != null) {
            String arn = choice.group().group().arn();
            set(
                    response,
                    pair(
                            Stickiness.GROUP,
                            Stickiness.GROUP_CORS,
                            "group " + choice.forwardedBy(),
                            arn,
                            groupFor));
        }
        GroupRoute group = choice.group();
        String target = GroupRoute.nameOf(choice.target());
        switch (group.sticky()) {
            case NOT, SOURCE_IP -> {}
            case BALANCER_COOKIE ->
                    set(
                            response,
                            pair(
                                    Stickiness.TARGET,
                                    Stickiness.TARGET_CORS,
                                    purpose(group),
                                    target,
                                    group.stickyFor()));
            case APP_COOKIE -> {
                if (Stickiness.sets(
                        response.getAll(HttpHeaderNames.SET_COOKIE), group.appCookie())) {
                    Instant now = clock.now();
                    set(
                            response,
                            Stickiness.chunks(
                                    value(purpose(group), target, now, group.stickyFor()),
                                    now,
                                    group.stickyFor()));
                }
            }
        }
    }

    private List<String> pair(
            String name, String corsName, String purpose, String what, Duration lasts) {
        Instant now = clock.now();
        return Stickiness.pair(name, corsName, value(purpose, what, now, lasts), now, lasts);
    }

    private String value(String purpose, String what, Instant now, Duration lasts) {
        return cookies.value(purpose, what, now.plus(lasts), random.nextLong());
    }

    private static void set(HttpHeaders response, List<String> cookies) {
        for (String each : cookies) {
            response.add(HttpHeaderNames.SET_COOKIE, each);
        }
    }
}
