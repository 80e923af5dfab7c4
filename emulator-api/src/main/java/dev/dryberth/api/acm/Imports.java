package dev.dryberth.api.acm;

import dev.dryberth.core.engine.Engine;
import dev.dryberth.core.model.Certificate;
import dev.dryberth.core.model.CertificateArn;
import dev.dryberth.core.model.Tag;
import dev.dryberth.core.state.Tx;
import dev.dryberth.core.wire.Pem;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.acm.model.ImportCertificateRequest;
import software.amazon.awssdk.services.acm.model.ImportCertificateResponse;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * ImportCertificate: certificate, chain and key must be readable, belong together and be in time.
 * Imported again under its ARN, a certificate is swapped wherever it is in use. Any thread but the
 * loop.
 */
final class Imports {

    private static final int MAX_CERTIFICATE_BYTES = 32_768;
    private static final int MAX_KEY_BYTES = 5120;
    private static final int MAX_CHAIN_BYTES = 2_097_152;

    private final Engine engine;

    Imports(Engine engine) {
        this.engine = engine;
    }

    /** All that an import brings, found to be good. */
    private record Bundle(
            String domainName, String leafPem, String chainPem, String privateKeyPem) {}

    ImportCertificateResponse importCertificate(ImportCertificateRequest request) {
        String again = request.certificateArn();
        List<Tag> tags = CertificateTags.checked(request.tags());
        if (again != null && !tags.isEmpty()) {
            throw AcmErrors.validation("Tagging is not permitted on re-import.");
        }
        Bundle bundle = bundle(request);
        CertificateArn arn =
                engine.call(
                        tx -> again == null ? keep(tx, bundle, tags) : replace(tx, again, bundle));
        return ImportCertificateResponse.builder().certificateArn(arn.text()).build();
    }

    private CertificateArn keep(Tx tx, Bundle bundle, List<Tag> tags) {
        Rows.requireRoom(tx);
        CertificateArn arn = new CertificateArn(Rows.scope(), engine.ids().uuid());
        put(tx, arn, engine.loop().clock().now(), bundle, tags);
        return arn;
    }

    private CertificateArn replace(Tx tx, String again, Bundle bundle) {
        Certificate present = Rows.certificate(tx.world(), again);
        if (!present.isImported()) {
            throw AcmErrors.validation("Only imported certificates can be imported again.");
        }
        put(tx, present.arn(), present.createdAt(), bundle, present.tags());
        return present.arn();
    }

    private void put(Tx tx, CertificateArn arn, Instant createdAt, Bundle bundle, List<Tag> tags) {
        tx.put(
                tx.world().certificates(),
                arn,
                new Certificate(
                        arn,
                        bundle.domainName(),
                        bundle.leafPem(),
                        bundle.chainPem(),
                        bundle.privateKeyPem(),
                        createdAt,
                        engine.loop().clock().now(),
                        null,
                        tags));
    }

    private Bundle bundle(ImportCertificateRequest request) {
        List<X509Certificate> leaves =
                read("certificate", request.certificate(), MAX_CERTIFICATE_BYTES);
        if (leaves.size() > 1) {
            throw AcmErrors.validation(
                    "The certificate field contains more than one certificate. You can specify only"
                            + " one certificate in this field.");
        }
        X509Certificate leaf = leaves.getFirst();
        List<X509Certificate> chain =
                request.certificateChain() == null
                        ? List.of()
                        : read("certificate chain", request.certificateChain(), MAX_CHAIN_BYTES);
        requireInTime(leaf);
        requireChained(leaf, chain);
        try {
            PrivateKey key =
                    PrivateKeys.matching(
                            text("private key", request.privateKey(), MAX_KEY_BYTES),
                            leaf.getPublicKey());
            StringBuilder chainPem = new StringBuilder();
            for (X509Certificate each : chain) {
                chainPem.append(Pem.of(each));
            }
            return new Bundle(
                    CertificateFacts.of(leaf).domainName(),
                    Pem.of(leaf),
                    chainPem.toString(),
                    Pem.of("PRIVATE KEY", key.getEncoded()));
        } catch (PrivateKeys.Unusable wrong) {
            throw AcmErrors.validation(String.valueOf(wrong.getMessage()));
        } catch (GeneralSecurityException unreadable) {
            throw AcmErrors.validation(
                    "The certificate cannot be used: " + unreadable.getMessage());
        }
    }

    private static String text(String what, @Nullable SdkBytes bytes, int most) {
        if (bytes == null || bytes.asByteArrayUnsafe().length == 0) {
            throw AcmErrors.validation("A " + what + " must be specified.");
        }
        if (bytes.asByteArrayUnsafe().length > most) {
            throw AcmErrors.validation("The %s is longer than %d bytes.".formatted(what, most));
        }
        return bytes.asString(StandardCharsets.ISO_8859_1);
    }

    private static List<X509Certificate> read(String what, @Nullable SdkBytes bytes, int most) {
        String text = text(what, bytes, most);
        try {
            List<X509Certificate> certificates = Pem.certificates(text);
            if (!certificates.isEmpty()) {
                return certificates;
            }
        } catch (GeneralSecurityException unreadable) {
            // Said below.
        }
        throw AcmErrors.validation(
                "Unable to parse %s. Please make sure the certificate is in PEM format."
                        .formatted(what));
    }

    private void requireInTime(X509Certificate leaf) {
        Instant now = engine.loop().clock().now();
        if (leaf.getNotAfter().toInstant().isBefore(now)
                || leaf.getNotBefore().toInstant().isAfter(now)) {
            throw AcmErrors.validation(
                    "The certificate is good from %s to %s, which is not now."
                            .formatted(
                                    leaf.getNotBefore().toInstant(),
                                    leaf.getNotAfter().toInstant()));
        }
    }

    /** From the leaf on, each must have been issued by another of the chain, until none is left. */
    private static void requireChained(X509Certificate leaf, List<X509Certificate> chain) {
        List<X509Certificate> rest = new ArrayList<>(chain);
        X509Certificate last = leaf;
        while (!rest.isEmpty()) {
            X509Certificate issuer = issuer(last, rest);
            if (issuer == null) {
                throw AcmErrors.validation(
                        "Could not validate the certificate with the certificate chain.");
            }
            rest.remove(issuer);
            last = issuer;
        }
    }

    private static @Nullable X509Certificate issuer(
            X509Certificate of, List<X509Certificate> candidates) {
        for (X509Certificate each : candidates) {
            if (each.getSubjectX500Principal().equals(of.getIssuerX500Principal())) {
                try {
                    of.verify(each.getPublicKey());
                    return each;
                } catch (GeneralSecurityException another) {
                    // One of the same name, perhaps with an older key.
                }
            }
        }
        return null;
    }
}
