package dev.dryberth.core.engine;

import dev.dryberth.core.deployment.CodeDeployProgress;
import dev.dryberth.core.loop.Ids;
import dev.dryberth.core.model.CodeDeployArn;
import dev.dryberth.core.model.CodeDeployDeployment;
import dev.dryberth.core.model.CodeDeployRules;
import dev.dryberth.core.model.ServiceDeployment;
import dev.dryberth.core.model.ServiceDeploymentArn;
import dev.dryberth.core.state.Tx;
import dev.dryberth.core.state.World;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** Keeps CodeDeploy's records of deployments in step with their roll-outs. Loop thread. */
public final class CodeDeployRecords {

    /** How many deployments of a deployment group are remembered. */
    public static final int MAX_KEPT = 100;

    private static final int ID_LENGTH = 9;

    private CodeDeployRecords() {}

    /** A new deployment's id: {@code d-} and nine capitals or digits. */
    public static String id(Ids ids) {
        return "d-" + ids.hex32().substring(0, ID_LENGTH).toUpperCase(Locale.ROOT);
    }

    /** Takes note of what a roll-out has come to, if CodeDeploy asked for it. */
    static void follow(Tx tx, ServiceDeploymentArn arn, Ids ids, Instant now) {
        World world = tx.world();
        ServiceDeployment rollout = world.serviceDeployments().get(arn);
        CodeDeployRules rules =
                rollout == null || rollout.lifecycle() == null
                        ? null
                        : rollout.lifecycle().shift().codeDeploy();
        CodeDeployDeployment row =
                rules == null ? null : world.codeDeployDeployments().get(rules.deployment());
        if (rollout == null || row == null) {
            return;
        }
        put(tx, row, CodeDeployProgress.follow(row, rollout, () -> id(ids), now));
        CodeDeployArn back = row.rollback();
        CodeDeployDeployment takesBack =
                back == null ? null : world.codeDeployDeployments().get(back);
        if (takesBack != null) {
            put(tx, takesBack, CodeDeployProgress.follow(takesBack, rollout, () -> id(ids), now));
        }
    }

    private static void put(
            Tx tx, CodeDeployDeployment before, CodeDeployProgress.Followed followed) {
        CodeDeployDeployment next = followed.deployment();
        if (!next.equals(before)) {
            tx.put(tx.world().codeDeployDeployments(), next.arn(), next);
        }
        CodeDeployDeployment takesBack = followed.takesBack();
        if (takesBack != null) {
            tx.put(tx.world().codeDeployDeployments(), takesBack.arn(), takesBack);
        }
    }

    /** The deployments of a group, newest first. */
    public static List<CodeDeployDeployment> of(World world, CodeDeployArn group) {
        return world.codeDeployDeployments().all().stream()
                .filter(each -> each.group().equals(group))
                .sorted(
                        Comparator.comparing(CodeDeployDeployment::createdAt)
                                .reversed()
                                .thenComparing(CodeDeployDeployment::arn))
                .toList();
    }

    /** Forgets the oldest deployments of a group beyond the limit. */
    public static void prune(Tx tx, CodeDeployArn group) {
        of(tx.world(), group).stream()
                .skip(MAX_KEPT)
                .filter(each -> each.status().terminal())
                .forEach(each -> tx.delete(tx.world().codeDeployDeployments(), each.arn()));
    }
}
