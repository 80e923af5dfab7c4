package dev.dryberth.api.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dryberth.api.http.RawClient;
import dev.dryberth.core.balancing.RouteTable.Condition;
import dev.dryberth.core.balancing.RouteTable.Rule;
import dev.dryberth.core.balancing.RouteTable.Target;
import dev.dryberth.core.balancing.RouteTable.TargetState;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What a request costs does not depend on how much there is to choose from. */
class RoutingCostTest {

    private static final int ROUNDS = 9;
    private static final int REQUESTS = 300;

    @RegisterExtension final PlaneFixture few = new PlaneFixture();
    @RegisterExtension final PlaneFixture many = new PlaneFixture();

    @Test
    void tenThousandRulesAndAThousandTargetsCostLessThanTwiceOne(TestReporter reporter)
            throws IOException {
        try (Origin origin = Origin.named("x")) {
            Tables one = Tables.forwardingTo("127.0.3.14", origin);
            one.rules.add(rule(1));
            few.publish(one.table());
            Tables all = Tables.forwardingTo("127.0.3.15", origin);
            for (int i = 1; i <= 10_000; i++) {
                all.rules.add(rule(i));
            }
            List<Target> targets = new ArrayList<>();
            for (int i = 0; i < 1000; i++) {
                // One program behind a thousand names, so that only choosing differs.
                targets.add(
                        new Target(
                                "target-" + i,
                                origin.port(),
                                "127.0.0.1",
                                TargetState.HEALTHY,
                                null,
                                null));
            }
            all.group("tg", Map.of(), targets);
            many.publish(all.table());
            try (RawClient toFew = few.client(one);
                    RawClient toMany = many.client(all)) {
                // A connection to each target is made before anything is measured.
                nanos(toFew, 1000);
                nanos(toMany, 1000);
                long shortest = Long.MAX_VALUE;
                long shortestOfMany = Long.MAX_VALUE;
                for (int i = 0; i < ROUNDS; i++) {
                    shortest = Math.min(shortest, nanos(toFew, REQUESTS));
                    shortestOfMany = Math.min(shortestOfMany, nanos(toMany, REQUESTS));
                }
                double ratio = (double) shortestOfMany / shortest;
                reporter.publishEntry(
                        "10,000 rules and 1,000 targets against one",
                        String.format(Locale.ROOT, "%.2f", ratio));
                assertThat(ratio).isLessThan(2);
            }
        }
    }

    private static Rule rule(int priority) {
        return new Rule(
                "rule-" + priority,
                priority,
                List.of(
                        new Condition.PathPattern(
                                List.of("/service-" + priority + "/*"), List.of())),
                List.of(Tables.forward(null, "tg", 1)),
                List.of());
    }

    private static long nanos(RawClient client, int requests) throws IOException {
        long begun = System.nanoTime();
        for (int i = 0; i < requests; i++) {
            client.sendHead("GET /other HTTP/1.1", "Host: a");
            client.read();
        }
        return System.nanoTime() - begun;
    }
}
