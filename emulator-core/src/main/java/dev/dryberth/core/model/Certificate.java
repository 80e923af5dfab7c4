package dev.dryberth.core.model;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * A certificate in ACM, with its key. What stands in the certificate itself is read from there.
 *
 * @param domainName the first name it was asked for; of an imported one, the first it has
 * @param leafPem the certificate alone
 * @param chainPem those it was issued by, the nearest first; empty: none came with it
 * @param privateKeyPem as PKCS #8, not encrypted
 * @param issuedAt when it was issued, or imported last
 * @param request how it was asked for; null: it was imported
 */
public record Certificate(
        CertificateArn arn,
        String domainName,
        String leafPem,
        String chainPem,
        String privateKeyPem,
        Instant createdAt,
        Instant issuedAt,
        @Nullable Request request,
        List<Tag> tags) {

    /**
     * What was said when it was requested.
     *
     * @param validationDomains by domain name, for validation by mail
     * @param transparency whether it should be logged publicly; ENABLED or DISABLED
     */
    public record Request(
            String validationMethod, Map<String, String> validationDomains, String transparency) {}

    public boolean isImported() {
        return request == null;
    }

    /** The certificate with those it was issued by, as a server shows them. */
    public String fullChainPem() {
        return leafPem + chainPem;
    }

    public Certificate withTags(List<Tag> next) {
        return new Certificate(
                arn,
                domainName,
                leafPem,
                chainPem,
                privateKeyPem,
                createdAt,
                issuedAt,
                request,
                next);
    }
}
