package dev.dryberth.core.service;

import dev.dryberth.core.loop.Clock;
import dev.dryberth.core.model.Deployment;
import dev.dryberth.core.model.Service;
import dev.dryberth.core.model.ServiceDeployment;
import dev.dryberth.core.model.ServiceRevisionArn;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.List;
import java.util.function.Predicate;

/**
 * All that the scheduler knows when it decides for one service.
 *
 * @param rollout the record of the newest roll-out; null: the service never had one
 * @param members its tasks, until the service has nothing to do with them any more, in the order of
 *     their ARNs
 * @param desiredCount how many tasks there are to be: for daemons, the instances that take one
 * @param zones the zones its tasks are evened out over, in order; empty: they are not
 * @param colours what its roll-out moves traffic between; null: it moves none, or has ended
 */
record ServiceView(
        Service service,
        @Nullable ServiceDeployment rollout,
        List<Member> members,
        int desiredCount,
        List<String> zones,
        @Nullable Colours colours,
        Outlook outlook) {

    Instant now() {
        return outlook.now();
    }

    Clock clock() {
        return outlook.clock();
    }

    ServiceTimings timings() {
        return outlook.timings();
    }

    List<Member> live() {
        return members.stream().filter(Member::live).toList();
    }

    List<Member> live(Predicate<Member> which) {
        return members.stream().filter(Member::live).filter(which).toList();
    }

    /** The live tasks of one deployment: those of its revision, whoever started them. */
    List<Member> live(Deployment deployment) {
        return live(member -> isOf(member, deployment.revision()));
    }

    static boolean isOf(Member member, ServiceRevisionArn revision) {
        return member.membership().revision().equals(revision);
    }

    /** The deployment whose revision a task has; null: it is not listed any more. */
    @Nullable Deployment deploymentOf(Member member) {
        for (Deployment each : service.deployments()) {
            if (isOf(member, each.revision())) {
                return each;
            }
        }
        return null;
    }

    long healthyCount() {
        return members.stream().filter(Member::healthy).count();
    }

    int lower() {
        return service.rules().lower(desiredCount);
    }

    int upper() {
        return service.rules().upper(desiredCount);
    }

    /** A sentence about one of its tasks, in the name of the task set it is of, if any. */
    String says(Member whose, String what) {
        Deployment deployment = deploymentOf(whose);
        return deployment == null ? says(what) : service.says(deployment, what);
    }

    String says(String what) {
        return service.says(what);
    }
}
