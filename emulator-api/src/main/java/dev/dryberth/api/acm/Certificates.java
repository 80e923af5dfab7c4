package dev.dryberth.api.acm;

import dev.dryberth.api.acm.CertificateViews.Known;
import dev.dryberth.api.aws.paging.PageToken;
import dev.dryberth.core.engine.Engine;
import dev.dryberth.core.model.Certificate;
import dev.dryberth.core.state.Tx;
import dev.dryberth.core.state.World;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.acm.model.CertificateSummary;
import software.amazon.awssdk.services.acm.model.DeleteCertificateRequest;
import software.amazon.awssdk.services.acm.model.DeleteCertificateResponse;
import software.amazon.awssdk.services.acm.model.DescribeCertificateRequest;
import software.amazon.awssdk.services.acm.model.DescribeCertificateResponse;
import software.amazon.awssdk.services.acm.model.Filters;
import software.amazon.awssdk.services.acm.model.GetCertificateRequest;
import software.amazon.awssdk.services.acm.model.GetCertificateResponse;
import software.amazon.awssdk.services.acm.model.ListCertificatesRequest;
import software.amazon.awssdk.services.acm.model.ListCertificatesResponse;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Certificates there are. What takes a transaction runs on the loop, the rest beside it. */
final class Certificates {

    private static final String LIST = "ListCertificates";
    private static final int MOST_LISTED = 1000;

    /** What is listed unless other kinds are asked for. */
    private static final List<String> LISTED_KEYS = List.of("RSA_1024", "RSA_2048");

    private final Engine engine;

    Certificates(Engine engine) {
        this.engine = engine;
    }

    /** A row as it was when it was read. */
    private record Row(Certificate certificate, List<String> users) {

        static Row of(World world, Certificate certificate) {
            return new Row(certificate, Rows.usersOf(world, certificate.arn()));
        }

        Known known() {
            return new Known(certificate, CertificateFacts.of(certificate.leafPem()), users);
        }
    }

    DescribeCertificateResponse describeCertificate(DescribeCertificateRequest request) {
        Row row =
                engine.call(tx ->
                        Row.of(tx.world(), Rows.certificate(tx.world(), request.certificateArn())));
        return DescribeCertificateResponse.builder()
                .certificate(CertificateViews.detail(row.known(), now()))
                .build();
    }

    private Instant now() {
        return engine.loop().clock().now();
    }

    GetCertificateResponse getCertificate(Tx tx, GetCertificateRequest request) {
        Certificate row = Rows.certificate(tx.world(), request.certificateArn());
        return GetCertificateResponse.builder()
                .certificate(row.leafPem())
                .certificateChain(row.chainPem().isEmpty() ? null : row.chainPem())
                .build();
    }

    DeleteCertificateResponse deleteCertificate(Tx tx, DeleteCertificateRequest request) {
        Certificate row = Rows.certificate(tx.world(), request.certificateArn());
        if (!Rows.usersOf(tx.world(), row.arn()).isEmpty()) {
            throw AcmErrors.inUse(row.arn().text(), row.arn().scope().account());
        }
        tx.delete(tx.world().certificates(), row.arn());
        return DeleteCertificateResponse.builder().build();
    }

    ListCertificatesResponse listCertificates(ListCertificatesRequest request) {
        Integer most = request.maxItems();
        if (most != null && (most < 1 || most > MOST_LISTED)) {
            throw AcmErrors.validation("MaxItems must be between 1 and " + MOST_LISTED);
        }
        Comparator<Row> order = order(request);
        List<Row> rows =
                engine.call(tx ->
                        Rows.all(tx.world()).stream().map(row -> Row.of(tx.world(), row)).toList());
        String after = after(request.nextToken());
        boolean begun = after == null;
        Instant now = now();
        List<CertificateSummary> page = new ArrayList<>();
        String next = null;
        for (Row row : rows.stream().sorted(order).toList()) {
            if (begun) {
                Known known = row.known();
                if (isAskedFor(known, request, now)) {
                    if (page.size() == (most == null ? MOST_LISTED : most)) {
                        next = PageToken.of(LIST, page.getLast().certificateArn());
                        break;
                    }
                    page.add(CertificateViews.summary(known, now));
                }
            }
            begun |= row.certificate().arn().text().equals(after);
        }
        return ListCertificatesResponse.builder()
                .certificateSummaryList(page)
                .nextToken(next)
                .build();
    }

    private static Comparator<Row> order(ListCertificatesRequest request) {
        String by = request.sortByAsString();
        String order = request.sortOrderAsString();
        if ((by == null) != (order == null)) {
            throw AcmErrors.arguments("SortBy and SortOrder must be given together.");
        }
        Comparator<Row> byArn = Comparator.comparing(row -> row.certificate().arn());
        if (by == null) {
            return byArn;
        }
        Comparator<Row> byAge =
                Comparator.comparing((Row row) -> row.certificate().createdAt())
                        .thenComparing(byArn);
        return "DESCENDING".equals(order) ? byAge.reversed() : byAge;
    }

    private static @Nullable String after(@Nullable String token) {
        String after = token == null ? null : PageToken.key(LIST, token);
        if (token != null && after == null) {
            throw AcmErrors.validation("The token '" + token + "' is not valid.");
        }
        return after;
    }

    private static boolean isAskedFor(Known known, ListCertificatesRequest request, Instant now) {
        Filters includes =
                request.includes() == null ? Filters.builder().build() : request.includes();
        CertificateFacts facts = known.facts();
        List<String> kinds = includes.hasKeyTypes() ? includes.keyTypesAsStrings() : LISTED_KEYS;
        return holds(request.certificateStatusesAsStrings(), List.of(known.status(now)))
                && kinds.contains(facts.keyAlgorithm().replace('-', '_'))
                && holds(includes.keyUsageAsStrings(), facts.keyUsages())
                && holds(
                        includes.extendedKeyUsageAsStrings(),
                        List.copyOf(facts.extendedKeyUsages().keySet()))
                && !"ENABLED".equals(includes.exportOptionAsString())
                && includes.managedByAsString() == null;
    }

    /** Whether one of the values is wanted, or none in particular. */
    private static boolean holds(List<String> wanted, List<String> values) {
        return wanted.isEmpty()
                || wanted.contains("ANY")
                || values.stream().anyMatch(wanted::contains);
    }
}
