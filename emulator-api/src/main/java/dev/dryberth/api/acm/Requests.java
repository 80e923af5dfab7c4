package dev.dryberth.api.acm;

import dev.dryberth.core.engine.Engine;
import dev.dryberth.core.model.Certificate;
import dev.dryberth.core.model.CertificateArn;
import dev.dryberth.core.model.ClientToken;
import dev.dryberth.core.model.Tag;
import dev.dryberth.core.state.Tx;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.acm.model.CertificateOptions;
import software.amazon.awssdk.services.acm.model.DomainValidationOption;
import software.amazon.awssdk.services.acm.model.RequestCertificateRequest;
import software.amazon.awssdk.services.acm.model.RequestCertificateResponse;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * RequestCertificate. Deviation: nobody has to prove that a domain is theirs; the local authority
 * issues the certificate before the request is answered. Any thread but the loop.
 */
final class Requests {

    private static final Duration TOKEN_LIFETIME = Duration.ofHours(1);
    private static final String DEFAULT_ALGORITHM = "RSA_2048";
    private static final List<String> VALIDATION_METHODS = List.of("DNS", "EMAIL");
    private static final String ENABLED = "ENABLED";
    private static final List<String> ON_OR_OFF = List.of(ENABLED, "DISABLED");

    private final Engine engine;
    private final LocalAuthority authority;

    Requests(Engine engine, LocalAuthority authority) {
        this.engine = engine;
        this.authority = authority;
    }

    RequestCertificateResponse requestCertificate(RequestCertificateRequest request) {
        List<String> names =
                DomainNames.checked(request.domainName(), request.subjectAlternativeNames());
        LocalAuthority.KeyAlgorithm algorithm = algorithm(request.keyAlgorithmAsString());
        Certificate.Request said = said(request, names);
        List<Tag> tags = CertificateTags.checked(request.tags());
        String token = request.idempotencyToken();
        CertificateArn arn =
                engine.call(tx -> earlier(tx, token))
                        .orElseGet(() -> issue(token, names, algorithm, said, tags));
        return RequestCertificateResponse.builder().certificateArn(arn.text()).build();
    }

    private CertificateArn issue(
            @Nullable String token,
            List<String> names,
            LocalAuthority.KeyAlgorithm algorithm,
            Certificate.Request said,
            List<Tag> tags) {
        Instant now = engine.loop().clock().now();
        LocalAuthority.Issued issued = authority.issue(names, algorithm, now);
        String chain = authority.pem(now);
        // A request with the same token may have been faster.
        return engine.call(tx ->
                earlier(tx, token)
                        .orElseGet(() ->
                                keep(tx, token, names.getFirst(), issued, chain, said, tags)));
    }

    private CertificateArn keep(
            Tx tx,
            @Nullable String token,
            String domainName,
            LocalAuthority.Issued issued,
            String chain,
            Certificate.Request said,
            List<Tag> tags) {
        Rows.requireRoom(tx);
        CertificateArn arn = new CertificateArn(Rows.scope(), engine.ids().uuid());
        Instant now = engine.loop().clock().now();
        tx.put(
                tx.world().certificates(),
                arn,
                new Certificate(
                        arn,
                        domainName,
                        issued.leafPem(),
                        chain,
                        issued.privateKeyPem(),
                        now,
                        now,
                        said,
                        tags));
        if (token != null) {
            String key = key(token);
            tx.put(
                    tx.world().clientTokens(),
                    key,
                    new ClientToken(key, "", List.of(arn.text()), now.plus(TOKEN_LIFETIME)));
        }
        return arn;
    }

    private static String key(String token) {
        return "RequestCertificate/%s/%s/%s"
                .formatted(Rows.scope().region(), Rows.scope().account(), token);
    }

    /** A token is good for an hour, and stands for one certificate whatever else is asked. */
    private Optional<CertificateArn> earlier(Tx tx, @Nullable String token) {
        ClientToken known = token == null ? null : tx.world().clientTokens().get(key(token));
        return known == null || known.expiresAt().isBefore(engine.loop().clock().now())
                ? Optional.empty()
                : Optional.of(CertificateArn.parse(known.resources().getFirst()))
                        .filter(arn -> tx.world().certificates().get(arn) != null);
    }

    private static LocalAuthority.KeyAlgorithm algorithm(@Nullable String wanted) {
        String name = wanted == null ? DEFAULT_ALGORITHM : wanted;
        LocalAuthority.KeyAlgorithm algorithm = LocalAuthority.KeyAlgorithm.parse(name);
        if (algorithm == null) {
            throw AcmErrors.parameter(
                    "KeyAlgorithm '%s' is not one of RSA_2048, EC_prime256v1, EC_secp384r1."
                            .formatted(name));
        }
        return algorithm;
    }

    private static Certificate.Request said(RequestCertificateRequest request, List<String> names) {
        if (request.certificateAuthorityArn() != null) {
            throw AcmErrors.notBuilt("private certificate authorities");
        }
        if (request.managedByAsString() != null) {
            throw AcmErrors.notBuilt("certificates managed by other services");
        }
        String token = request.idempotencyToken();
        if (token != null && !token.matches("\\w{1,32}")) {
            throw AcmErrors.parameter(
                    "IdempotencyToken '%s' is not 1 to 32 letters, digits and underscores."
                            .formatted(token));
        }
        String method = Objects.requireNonNullElse(request.validationMethodAsString(), "EMAIL");
        if (method.equals("HTTP")) {
            throw AcmErrors.notBuilt("HTTP validation, which is for CloudFront");
        }
        if (!VALIDATION_METHODS.contains(method)) {
            throw AcmErrors.validation(
                    "ValidationMethod '%s' is not one of DNS, EMAIL.".formatted(method));
        }
        return new Certificate.Request(
                method,
                validationDomains(request.domainValidationOptions(), names),
                transparency(request.options()));
    }

    private static String transparency(@Nullable CertificateOptions options) {
        if (options == null) {
            return ENABLED;
        }
        if (ENABLED.equals(options.exportAsString())) {
            throw AcmErrors.notBuilt("exportable certificates");
        }
        String wanted =
                Objects.requireNonNullElse(
                        options.certificateTransparencyLoggingPreferenceAsString(), ENABLED);
        if (!ON_OR_OFF.contains(wanted)) {
            throw AcmErrors.validation(
                    "CertificateTransparencyLoggingPreference '%s' is not one of ENABLED, DISABLED."
                            .formatted(wanted));
        }
        return wanted;
    }

    private static Map<String, String> validationDomains(
            List<DomainValidationOption> options, List<String> names) {
        Map<String, String> domains = new LinkedHashMap<>();
        for (DomainValidationOption option : options) {
            String name = lower(option.domainName());
            String domain = lower(option.validationDomain());
            if (!names.contains(name)) {
                throw AcmErrors.domainValidation(
                        "'%s' is not a domain name of the request.".formatted(name));
            }
            if (!DomainNames.validates(domain, name)) {
                throw AcmErrors.domainValidation(
                        "The validation domain '%s' is neither '%s' nor above it."
                                .formatted(domain, name));
            }
            domains.put(name, domain);
        }
        return domains;
    }

    private static String lower(@Nullable String text) {
        return text == null ? "" : text.toLowerCase(Locale.ROOT);
    }
}
