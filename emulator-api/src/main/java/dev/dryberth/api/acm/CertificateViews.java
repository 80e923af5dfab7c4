package dev.dryberth.api.acm;

import dev.dryberth.core.model.Certificate;

import software.amazon.awssdk.services.acm.model.CertificateDetail;
import software.amazon.awssdk.services.acm.model.CertificateOptions;
import software.amazon.awssdk.services.acm.model.CertificateSummary;
import software.amazon.awssdk.services.acm.model.DomainValidation;
import software.amazon.awssdk.services.acm.model.ExtendedKeyUsage;
import software.amazon.awssdk.services.acm.model.KeyUsage;
import software.amazon.awssdk.services.acm.model.ResourceRecord;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/** Certificates as ACM shows them. Stateless, any thread. */
final class CertificateViews {

    private static final String DISABLED = "DISABLED";
    private static final int RECORD_DIGITS = 32;
    private static final int ZONE_LETTERS = 10;
    private static final List<String> MAILBOXES =
            List.of("admin", "administrator", "hostmaster", "postmaster", "webmaster");

    private CertificateViews() {}

    /** A certificate, what it says of itself, and the load balancers that use it. */
    record Known(Certificate row, CertificateFacts facts, List<String> users) {

        String status(Instant now) {
            return facts.notAfter().isBefore(now) ? "EXPIRED" : "ISSUED";
        }

        String type() {
            return row.isImported() ? "IMPORTED" : "AMAZON_ISSUED";
        }

        /** Only what is in use would be renewed, and never what was imported. */
        String renewal() {
            return row.isImported() || users.isEmpty() ? "INELIGIBLE" : "ELIGIBLE";
        }
    }

    static CertificateDetail detail(Known known, Instant now) {
        Certificate row = known.row();
        CertificateFacts facts = known.facts();
        Certificate.Request request = row.request();
        CertificateDetail.Builder view =
                CertificateDetail.builder()
                        .certificateArn(row.arn().text())
                        .domainName(row.domainName())
                        .subjectAlternativeNames(facts.names())
                        .serial(facts.serial())
                        .subject(facts.subject())
                        .issuer(row.isImported() ? facts.issuer() : "Amazon")
                        .createdAt(row.createdAt())
                        .status(known.status(now))
                        .notBefore(facts.notBefore())
                        .notAfter(facts.notAfter())
                        .keyAlgorithm(facts.keyAlgorithm())
                        .signatureAlgorithm(facts.signatureAlgorithm())
                        .inUseBy(known.users())
                        .type(known.type())
                        .keyUsages(
                                facts.keyUsages().stream()
                                        .map(name -> KeyUsage.builder().name(name).build())
                                        .toList())
                        .extendedKeyUsages(
                                facts.extendedKeyUsages().entrySet().stream()
                                        .map(each ->
                                                ExtendedKeyUsage.builder()
                                                        .name(each.getKey())
                                                        .oid(each.getValue())
                                                        .build())
                                        .toList())
                        .renewalEligibility(known.renewal());
        if (request == null) {
            return view.importedAt(row.issuedAt())
                    .options(
                            CertificateOptions.builder()
                                    .certificateTransparencyLoggingPreference(DISABLED)
                                    .build())
                    .build();
        }
        return view.issuedAt(row.issuedAt())
                .domainValidationOptions(
                        facts.names().stream().map(name -> validation(row, request, name)).toList())
                .options(
                        CertificateOptions.builder()
                                .certificateTransparencyLoggingPreference(request.transparency())
                                .export(DISABLED)
                                .build())
                .build();
    }

    private static DomainValidation validation(
            Certificate row, Certificate.Request request, String name) {
        String domain = request.validationDomains().getOrDefault(name, DomainNames.base(name));
        DomainValidation.Builder view =
                DomainValidation.builder()
                        .domainName(name)
                        .validationDomain(request.validationDomains().getOrDefault(name, name))
                        .validationStatus("SUCCESS")
                        .validationMethod(request.validationMethod());
        return request.validationMethod().equals("DNS")
                ? view.resourceRecord(record(row, DomainNames.base(name))).build()
                : view.validationEmails(
                                MAILBOXES.stream().map(each -> each + "@" + domain).toList())
                        .build();
    }

    /** The same for the same account and domain, as on AWS, so that it can be put into a zone. */
    private static ResourceRecord record(Certificate row, String domain) {
        String digits = digits(row.arn().scope().account() + "/" + domain);
        return ResourceRecord.builder()
                .name("_" + digits.substring(0, RECORD_DIGITS) + "." + domain + ".")
                .type("CNAME")
                .value(
                        "_%s.%s.acm-validations.aws."
                                .formatted(
                                        digits.substring(RECORD_DIGITS),
                                        letters(digits.substring(0, ZONE_LETTERS))))
                .build();
    }

    private static String letters(String digits) {
        return digits.chars()
                .map(each -> each <= '9' ? 'k' + each - '0' : each)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    private static String digits(String text) {
        try {
            return HexFormat.of()
                    .formatHex(
                            MessageDigest.getInstance("SHA-256")
                                    .digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every JDK has SHA-256", impossible);
        }
    }

    static CertificateSummary summary(Known known, Instant now) {
        Certificate row = known.row();
        CertificateFacts facts = known.facts();
        CertificateSummary.Builder view =
                CertificateSummary.builder()
                        .certificateArn(row.arn().text())
                        .domainName(row.domainName())
                        .subjectAlternativeNameSummaries(facts.names())
                        .hasAdditionalSubjectAlternativeNames(false)
                        .status(known.status(now))
                        .type(known.type())
                        .keyAlgorithm(facts.keyAlgorithm())
                        .keyUsagesWithStrings(facts.keyUsages())
                        .extendedKeyUsagesWithStrings(usages(facts).toList())
                        .inUse(!known.users().isEmpty())
                        .renewalEligibility(known.renewal())
                        .notBefore(facts.notBefore())
                        .notAfter(facts.notAfter())
                        .createdAt(row.createdAt());
        return row.isImported()
                ? view.importedAt(row.issuedAt()).build()
                : view.issuedAt(row.issuedAt()).exportOption(DISABLED).exported(false).build();
    }

    private static Stream<String> usages(CertificateFacts facts) {
        return facts.extendedKeyUsages().keySet().stream();
    }
}
