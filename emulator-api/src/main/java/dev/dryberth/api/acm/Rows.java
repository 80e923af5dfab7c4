package dev.dryberth.api.acm;

import dev.dryberth.core.model.Caller;
import dev.dryberth.core.model.Certificate;
import dev.dryberth.core.model.CertificateArn;
import dev.dryberth.core.model.Listener;
import dev.dryberth.core.model.Scope;
import dev.dryberth.core.state.Tx;
import dev.dryberth.core.state.World;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/** Finds certificates. What belongs to another scope is not found. Loop thread. */
final class Rows {

    private static final int MAX_CERTIFICATES = 2500;

    private Rows() {}

    static Scope scope() {
        return Caller.CURRENT.get().scope();
    }

    static CertificateArn arn(@Nullable String text) {
        if (text == null) {
            throw AcmErrors.validation(
                    "1 validation error detected: Value null at 'certificateArn' failed to satisfy"
                            + " constraint: Member must not be null");
        }
        try {
            return CertificateArn.parse(text);
        } catch (IllegalArgumentException none) {
            throw AcmErrors.invalidArn(text);
        }
    }

    static Certificate certificate(World world, @Nullable String text) {
        CertificateArn arn = arn(text);
        Certificate found = world.certificates().get(arn);
        if (found == null || !arn.scope().equals(scope())) {
            throw AcmErrors.notFound(arn.text());
        }
        return found;
    }

    static List<Certificate> all(World world) {
        Scope scope = scope();
        return world.certificates().all().stream()
                .filter(each -> each.arn().scope().equals(scope))
                .toList();
    }

    static void requireRoom(Tx tx) {
        if (all(tx.world()).size() >= MAX_CERTIFICATES) {
            throw AcmErrors.tooMany("certificates", MAX_CERTIFICATES);
        }
    }

    /** The load balancers that show it to their clients. */
    static List<String> usersOf(World world, CertificateArn certificate) {
        List<String> users = new ArrayList<>();
        for (Listener each : world.listeners().all()) {
            String loadBalancer = each.arn().loadBalancer().text();
            if (each.certificates().contains(certificate.text()) && !users.contains(loadBalancer)) {
                users.add(loadBalancer);
            }
        }
        return List.copyOf(users);
    }
}
