package dev.dryberth.api.elbv2;

import dev.dryberth.core.engine.Engine;
import dev.dryberth.core.model.Listener;
import dev.dryberth.core.model.Tag;
import dev.dryberth.core.model.TrustStore;
import dev.dryberth.core.model.TrustStoreArn;
import dev.dryberth.core.state.Tx;
import dev.dryberth.core.state.World;
import dev.dryberth.core.wire.Pem;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.elasticloadbalancingv2.model.CreateTrustStoreRequest;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.CreateTrustStoreResponse;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.DeleteTrustStoreRequest;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.DeleteTrustStoreResponse;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.DescribeTrustStoreAssociationsRequest;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.DescribeTrustStoreAssociationsResponse;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.DescribeTrustStoresRequest;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.DescribeTrustStoresResponse;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.ModifyTrustStoreRequest;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.ModifyTrustStoreResponse;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.TrustStoreAssociation;

import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Trust stores: the authorities that vouch for a listener's clients. Those operations that read an
 * object run beside the loop, the others on it.
 */
final class TrustStores {

    private static final int MAX_STORES = 20;
    private static final int MAX_AUTHORITIES = 25;
    private static final int MAX_NAME_LENGTH = 32;
    private static final Pattern NAME = Pattern.compile("([a-zA-Z0-9]+-)*[a-zA-Z0-9]+");

    private final Engine engine;
    private final S3Objects objects;

    TrustStores(Engine engine, S3Objects objects) {
        this.engine = engine;
        this.objects = objects;
    }

    /** The certificates of authorities, and how many there are. */
    private record Bundle(String pem, int count) {}

    CreateTrustStoreResponse createTrustStore(CreateTrustStoreRequest request) {
        String name = request.name();
        if (name == null || name.length() > MAX_NAME_LENGTH || !NAME.matcher(name).matches()) {
            throw ElbErrors.invalid(
                    "Trust store name",
                    name,
                    "at most 32 letters, digits and single hyphens between them");
        }
        List<Tag> tags = TagRules.checked(request.tags());
        Bundle bundle =
                bundle(
                        request.caCertificatesBundleS3Bucket(),
                        request.caCertificatesBundleS3Key(),
                        request.caCertificatesBundleS3ObjectVersion());
        TrustStore made = engine.call(tx -> create(tx, name, bundle, tags));
        return CreateTrustStoreResponse.builder().trustStores(view(made)).build();
    }

    private TrustStore create(Tx tx, String name, Bundle bundle, List<Tag> tags) {
        List<TrustStore> present = all(tx.world());
        if (present.stream().anyMatch(each -> each.arn().name().equals(name))) {
            throw ElbErrors.duplicateTrustStoreName(name);
        }
        if (present.size() >= MAX_STORES) {
            throw ElbErrors.tooManyTrustStores(MAX_STORES);
        }
        TrustStoreArn arn =
                new TrustStoreArn(References.scope(), name, engine.ids().hex32().substring(0, 16));
        TrustStore store = new TrustStore(arn, bundle.pem(), bundle.count(), List.of(), 0, tags);
        tx.put(tx.world().trustStores(), arn, store);
        return store;
    }

    private static List<TrustStore> all(World world) {
        return world.trustStores().all().stream()
                .filter(each -> !References.isForeign(each.arn()))
                .toList();
    }

    private Bundle bundle(@Nullable String bucket, @Nullable String key, @Nullable String version) {
        try {
            List<X509Certificate> authorities =
                    Pem.certificates(objects.text(bucket, key, version));
            if (authorities.isEmpty()) {
                throw ElbErrors.caBundle("The CA certificates bundle holds no certificate in PEM");
            }
            if (authorities.size() > MAX_AUTHORITIES) {
                throw ElbErrors.caBundle(
                        "The CA certificates bundle holds more than " + MAX_AUTHORITIES);
            }
            StringBuilder pem = new StringBuilder();
            for (X509Certificate each : authorities) {
                if (each.getBasicConstraints() < 0) {
                    throw ElbErrors.caBundle(
                            "'%s' in the CA certificates bundle is not an authority's certificate"
                                    .formatted(each.getSubjectX500Principal().getName()));
                }
                pem.append(Pem.of(each));
            }
            return new Bundle(pem.toString(), authorities.size());
        } catch (S3Objects.Missing missing) {
            throw ElbErrors.caBundleNotFound(String.valueOf(missing.getMessage()));
        } catch (GeneralSecurityException unreadable) {
            throw ElbErrors.caBundle(
                    "The CA certificates bundle cannot be read: " + unreadable.getMessage());
        }
    }

    ModifyTrustStoreResponse modifyTrustStore(ModifyTrustStoreRequest request) {
        Bundle bundle =
                bundle(
                        request.caCertificatesBundleS3Bucket(),
                        request.caCertificatesBundleS3Key(),
                        request.caCertificatesBundleS3ObjectVersion());
        TrustStore changed =
                engine.call(tx -> {
                    TrustStore next =
                            References.trustStore(tx.world(), request.trustStoreArn())
                                    .withAuthorities(bundle.pem(), bundle.count());
                    tx.put(tx.world().trustStores(), next.arn(), next);
                    return next;
                });
        return ModifyTrustStoreResponse.builder().trustStores(view(changed)).build();
    }

    DescribeTrustStoresResponse describeTrustStores(Tx tx, DescribeTrustStoresRequest request) {
        Pages pages = Pages.of("DescribeTrustStores", request.pageSize(), request.marker());
        List<TrustStore> found = new ArrayList<>();
        request.trustStoreArns().forEach(arn -> found.add(References.trustStore(tx.world(), arn)));
        for (String name : request.names()) {
            found.add(
                    all(tx.world()).stream()
                            .filter(each -> each.arn().name().equals(name))
                            .findFirst()
                            .orElseThrow(() -> ElbErrors.trustStoreNotFound(name)));
        }
        boolean named = request.hasTrustStoreArns() || request.hasNames();
        Pages.Page<TrustStore> page =
                named
                        ? new Pages.Page<>(found.stream().distinct().toList(), null)
                        : pages.page(all(tx.world()), each -> each.arn().resource());
        return DescribeTrustStoresResponse.builder()
                .trustStores(page.items().stream().map(TrustStores::view).toList())
                .nextMarker(page.nextMarker())
                .build();
    }

    DeleteTrustStoreResponse deleteTrustStore(Tx tx, DeleteTrustStoreRequest request) {
        TrustStore store = References.trustStore(tx.world(), request.trustStoreArn());
        if (!usersOf(tx.world(), store.arn()).isEmpty()) {
            throw ElbErrors.trustStoreInUse(store.arn().text());
        }
        tx.delete(tx.world().trustStores(), store.arn());
        return DeleteTrustStoreResponse.builder().build();
    }

    DescribeTrustStoreAssociationsResponse describeTrustStoreAssociations(
            Tx tx, DescribeTrustStoreAssociationsRequest request) {
        TrustStore store = References.trustStore(tx.world(), request.trustStoreArn());
        Pages.Page<String> page =
                Pages.of("DescribeTrustStoreAssociations", request.pageSize(), request.marker())
                        .page(usersOf(tx.world(), store.arn()), arn -> arn);
        return DescribeTrustStoreAssociationsResponse.builder()
                .trustStoreAssociations(
                        page.items().stream()
                                .map(arn ->
                                        TrustStoreAssociation.builder().resourceArn(arn).build())
                                .toList())
                .nextMarker(page.nextMarker())
                .build();
    }

    /** The load balancers whose listeners ask it who may come in. */
    private static List<String> usersOf(World world, TrustStoreArn store) {
        TreeSet<String> users = new TreeSet<>();
        for (Listener each : world.listeners().all()) {
            if (store.equals(each.mutualAuthentication().trustStore())) {
                users.add(each.arn().loadBalancer().text());
            }
        }
        return List.copyOf(users);
    }

    private static software.amazon.awssdk.services.elasticloadbalancingv2.model.TrustStore view(
            TrustStore row) {
        return software.amazon.awssdk.services.elasticloadbalancingv2.model.TrustStore.builder()
                .name(row.arn().name())
                .trustStoreArn(row.arn().text())
                .status("ACTIVE")
                .numberOfCaCertificates(row.authorityCount())
                .totalRevokedEntries(row.revokedCount())
                .build();
    }
}
