package dev.dryberth.api.elbv2;

import dev.dryberth.core.engine.Engine;
import dev.dryberth.core.model.TrustStore;
import dev.dryberth.core.state.Tx;
import dev.dryberth.core.wire.Pem;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.elasticloadbalancingv2.model.AddTrustStoreRevocationsRequest;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.AddTrustStoreRevocationsResponse;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.DescribeTrustStoreRevocation;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.DescribeTrustStoreRevocationsRequest;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.DescribeTrustStoreRevocationsResponse;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.RemoveTrustStoreRevocationsRequest;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.RemoveTrustStoreRevocationsResponse;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.RevocationContent;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.TrustStoreRevocation;

import java.security.GeneralSecurityException;
import java.security.cert.X509CRL;
import java.util.ArrayList;
import java.util.List;

/**
 * What the authorities of a trust store took back. Adding reads objects and so runs beside the
 * loop; the rest runs on it.
 */
final class TrustStoreRevocations {

    private static final String LIST = "CRL";
    private static final int MAX_LISTS = 30;

    private final Engine engine;
    private final S3Objects objects;

    TrustStoreRevocations(Engine engine, S3Objects objects) {
        this.engine = engine;
        this.objects = objects;
    }

    /** A list that was read. */
    private record Content(String pem, int entryCount) {}

    AddTrustStoreRevocationsResponse addTrustStoreRevocations(
            AddTrustStoreRevocationsRequest request) {
        if (request.revocationContents().isEmpty()) {
            throw ElbErrors.validation("At least one revocation content must be specified");
        }
        List<Content> contents = new ArrayList<>();
        request.revocationContents().forEach(each -> contents.add(content(each)));
        List<TrustStoreRevocation> added =
                engine.call(tx -> add(tx, request.trustStoreArn(), contents));
        return AddTrustStoreRevocationsResponse.builder().trustStoreRevocations(added).build();
    }

    private Content content(RevocationContent wanted) {
        String type = wanted.revocationTypeAsString();
        if (type != null && !type.equals(LIST)) {
            throw ElbErrors.invalid("RevocationType", type, "CRL");
        }
        try {
            List<X509CRL> lists =
                    Pem.revocationLists(
                            objects.text(
                                    wanted.s3Bucket(), wanted.s3Key(), wanted.s3ObjectVersion()));
            if (lists.isEmpty()) {
                throw ElbErrors.revocationContent("The object holds no revocation list in PEM");
            }
            StringBuilder pem = new StringBuilder();
            int entries = 0;
            for (X509CRL each : lists) {
                pem.append(Pem.of("X509 CRL", each.getEncoded()));
                entries +=
                        each.getRevokedCertificates() == null
                                ? 0
                                : each.getRevokedCertificates().size();
            }
            return new Content(pem.toString(), entries);
        } catch (S3Objects.Missing missing) {
            throw ElbErrors.revocationContentNotFound(String.valueOf(missing.getMessage()));
        } catch (GeneralSecurityException unreadable) {
            throw ElbErrors.revocationContent(
                    "The revocation list cannot be read: " + unreadable.getMessage());
        }
    }

    private static List<TrustStoreRevocation> add(
            Tx tx, @Nullable String arn, List<Content> contents) {
        TrustStore store = References.trustStore(tx.world(), arn);
        List<TrustStoreRevocation> added = new ArrayList<>();
        for (Content each : contents) {
            store = store.plus(each.pem(), each.entryCount());
            added.add(
                    TrustStoreRevocation.builder()
                            .trustStoreArn(store.arn().text())
                            .revocationId(store.lastRevocationId())
                            .revocationType(LIST)
                            .numberOfRevokedEntries((long) each.entryCount())
                            .build());
        }
        if (store.revocations().size() > MAX_LISTS) {
            throw ElbErrors.tooManyRevocations(MAX_LISTS);
        }
        tx.put(tx.world().trustStores(), store.arn(), store);
        return added;
    }

    RemoveTrustStoreRevocationsResponse removeTrustStoreRevocations(
            Tx tx, RemoveTrustStoreRevocationsRequest request) {
        TrustStore store = References.trustStore(tx.world(), request.trustStoreArn());
        request.revocationIds().forEach(id -> revocation(store, id));
        tx.put(tx.world().trustStores(), store.arn(), store.without(request.revocationIds()));
        return RemoveTrustStoreRevocationsResponse.builder().build();
    }

    private static TrustStore.Revocation revocation(TrustStore store, long id) {
        return store.revocations().stream()
                .filter(each -> each.id() == id)
                .findFirst()
                .orElseThrow(() -> ElbErrors.revocationIdNotFound(id));
    }

    DescribeTrustStoreRevocationsResponse describeTrustStoreRevocations(
            Tx tx, DescribeTrustStoreRevocationsRequest request) {
        TrustStore store = References.trustStore(tx.world(), request.trustStoreArn());
        Pages pages =
                Pages.of("DescribeTrustStoreRevocations", request.pageSize(), request.marker());
        Pages.Page<TrustStore.Revocation> page =
                request.hasRevocationIds()
                        ? new Pages.Page<>(
                                request.revocationIds().stream()
                                        .map(id -> revocation(store, id))
                                        .toList(),
                                null)
                        : pages.page(store.revocations(), each -> "%019d".formatted(each.id()));
        return DescribeTrustStoreRevocationsResponse.builder()
                .trustStoreRevocations(
                        page.items().stream()
                                .map(each ->
                                        DescribeTrustStoreRevocation.builder()
                                                .trustStoreArn(store.arn().text())
                                                .revocationId(each.id())
                                                .revocationType(LIST)
                                                .numberOfRevokedEntries((long) each.entryCount())
                                                .build())
                                .toList())
                .nextMarker(page.nextMarker())
                .build();
    }
}
