package dev.dryberth.cli;

import dev.dryberth.api.proxy.TrafficTap;
import dev.dryberth.cli.rehearsal.Endpoint;
import dev.dryberth.cli.rehearsal.Rehearsal;
import dev.dryberth.core.model.ServiceArn;

import java.util.Map;

/** A daemon in this process that a rehearsal is held in. */
record RehearsalStage(Daemon daemon, ServeOptions options) implements Rehearsal.Stage {

    @Override
    public Endpoint endpoint() {
        return new DaemonClient(daemon.endpoint(), options.region, options.account);
    }

    @Override
    public void tap(TrafficTap tap) {
        daemon.tap(tap);
    }

    @Override
    public Map<String, String> revisions(String serviceArn) {
        return daemon.revisionsOfTargets(ServiceArn.parse(serviceArn));
    }
}
