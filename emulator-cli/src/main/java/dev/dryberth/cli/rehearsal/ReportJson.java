package dev.dryberth.cli.rehearsal;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * A rehearsal's report as JSON. Members are added, never renamed.
 *
 * <pre>
 * service, from, to               task definitions: what ran, what was rolled out
 * strategy
 * verdict                         SUCCEEDS, ROLLS_BACK, FAILS, PAUSES or UNDECIDED
 * status, reason, decidedBy
 * speed                           how many times faster the service's clock went
 * seconds, machineSeconds         until the verdict, on either clock
 * faults[]                        as asked for
 * requests                        since the roll-out began: total, failed, and of each revision
 *   ratePerMachineSecond, total, failed, old{total,failed}, new{total,failed}, unanswered{total,failed}
 * phases[]                        stage, fromSeconds, toSeconds
 * timeline[]                      a machine second each, from before the roll-out on
 *   atSeconds, stage, productionPercent, old{}, new{}, unanswered{}
 * events[]                        oldest first
 * </pre>
 */
public final class ReportJson {

    private ReportJson() {}

    public static ObjectNode of(Report report) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("service", report.service());
        json.put("from", report.oldDefinition());
        json.put("to", report.newDefinition());
        json.put("strategy", report.strategy());
        json.put("verdict", report.verdict().name());
        json.put("status", report.status());
        json.put("reason", report.reason());
        json.put("decidedBy", report.decidedBy());
        json.put("speed", report.speed());
        json.put("seconds", report.tookSeconds());
        json.put("machineSeconds", report.machineSeconds());
        report.faults().forEach(json.putArray("faults")::add);
        Tally.Second total = report.total();
        ObjectNode requests = json.putObject("requests");
        requests.put("ratePerMachineSecond", report.rate());
        put(requests, total.olds().plus(total.news()).plus(total.nobodys()));
        kinds(requests, total.olds(), total.news(), total.nobodys());
        for (Report.Phase each : report.phases()) {
            json.withArray("phases")
                    .addObject()
                    .put("stage", each.name())
                    .put("fromSeconds", each.from())
                    .put("toSeconds", each.to());
        }
        for (Timeline.Part each : Timeline.of(report, Integer.MAX_VALUE)) {
            ObjectNode part = json.withArray("timeline").addObject();
            part.put("atSeconds", each.from());
            part.put("stage", each.stage());
            if (each.productionPercent() >= 0) {
                part.put("productionPercent", each.productionPercent());
            }
            kinds(part, each.olds(), each.news(), each.nobodys());
        }
        report.events().forEach(json.putArray("events")::add);
        return json;
    }

    private static void kinds(
            ObjectNode into, Tally.Requests olds, Tally.Requests news, Tally.Requests nobodys) {
        put(into.putObject("old"), olds);
        put(into.putObject("new"), news);
        put(into.putObject("unanswered"), nobodys);
    }

    private static void put(ObjectNode into, Tally.Requests requests) {
        into.put("total", requests.requests()).put("failed", requests.failures());
    }
}
