package dev.dryberth.api.proxy;

import java.time.Instant;

/** What remains of a request when it is over: its target is free, metrics and log have it. */
final class Account {

    private Account() {}

    /** Once for each request, on its client's network thread. */
    static void settle(Worker worker, Arrival arrival, Exchange over) {
        long now = System.nanoTime();
        TargetChoice.Choice choice = over.choice;
        if (choice != null) {
            if (over.targetStatus != 0) {
                answered(choice.group().metrics(), over);
            }
            choice.target().end();
        }
        ListenerRoute route = over.route;
        if (route == null) {
            return;
        }
        MinuteRing metrics = route.settings().metrics();
        if (over.targetStatus != 0) {
            answered(metrics, over);
        } else {
            metrics.answeredByBalancer(over.status);
        }
        metrics.carried(over.requestBytes + over.responseBytes);
        worker.plane().tap().settled(seen(over));
        if (route.settings().logged()) {
            Instant at = worker.plane().clock().now();
            worker.plane()
                    .log(
                            new AccessLog.Line(
                                    route.settings().balancer().name(),
                                    () -> over.logLine(arrival.peer(), at, now)));
        }
    }

    private static TrafficTap.Settled seen(Exchange over) {
        // An answer that was cut has its target's status and ours.
        int status = over.own == null ? over.status : over.own.status();
        TargetChoice.Choice choice = over.choice;
        return choice == null
                ? new TrafficTap.Settled(null, 0, status)
                : new TrafficTap.Settled(
                        choice.target().key().id(), choice.target().key().port(), status);
    }

    private static void answered(MinuteRing metrics, Exchange over) {
        metrics.answeredByTarget(over.targetStatus, over.answeredNanos - over.sentNanos);
    }
}
