package dev.dryberth.api.acm;

import dev.dryberth.core.runtime.SecretStore;
import dev.dryberth.core.wire.Pem;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.List;

/**
 * The authority whose certificate a developer trusts, and which then vouches for every certificate
 * requested here. It is made when it is first needed, and kept in its store. Any thread; making a
 * key takes long, so not the loop.
 */
public final class LocalAuthority {

    /** As long as ACM's own were good for most of their history. */
    private static final Duration CERTIFICATE_LIFETIME = Duration.ofDays(395);

    private static final Duration AUTHORITY_LIFETIME = Duration.ofDays(3650);
    private static final int NAME_BYTES = 4;

    /** The name of the file in the state directory. */
    public static final String FILE = "authority.pem";

    private final SecretStore store;
    private @Nullable Identity identity;

    private record Identity(X509Certificate certificate, PrivateKey key) {}

    /** A certificate that was issued, alone, and its key. */
    record Issued(String leafPem, String privateKeyPem) {}

    public LocalAuthority(SecretStore store) {
        this.store = store;
    }

    /** Its certificate, for those who are to trust it. */
    public String pem(Instant now) {
        try {
            return Pem.of(identity(now).certificate());
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** Makes a key and certifies that it belongs to all these names. */
    Issued issue(List<String> names, KeyAlgorithm algorithm, Instant now) {
        try {
            Identity by = identity(now);
            KeyPair pair = algorithm.generate();
            Instant today = now.truncatedTo(ChronoUnit.DAYS);
            X509Certificate certificate =
                    X509.server(
                            names,
                            pair.getPublic(),
                            by.certificate(),
                            by.key(),
                            new X509.Validity(today, today.plus(CERTIFICATE_LIFETIME)));
            return new Issued(
                    Pem.of(certificate), Pem.of("PRIVATE KEY", pair.getPrivate().getEncoded()));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every JDK makes such keys", impossible);
        } catch (IOException unencodable) {
            throw new UncheckedIOException(unencodable);
        }
    }

    private synchronized Identity identity(Instant now) {
        Identity known = identity;
        if (known == null) {
            try {
                String kept = store.load();
                known = kept == null ? found(now) : read(kept);
            } catch (GeneralSecurityException | IOException | RuntimeException unusable) {
                throw new IllegalStateException(
                        "the local certificate authority cannot be used", unusable);
            }
            identity = known;
        }
        return known;
    }

    private Identity found(Instant now) throws GeneralSecurityException, IOException {
        KeyPair pair = KeyAlgorithm.EC_PRIME256V1.generate();
        byte[] name = new byte[NAME_BYTES];
        new SecureRandom().nextBytes(name);
        Instant today = now.truncatedTo(ChronoUnit.DAYS);
        X509Certificate certificate =
                X509.authority(
                        "Dryberth local authority " + HexFormat.of().formatHex(name),
                        pair.getPublic(),
                        pair.getPrivate(),
                        new X509.Validity(today, today.plus(AUTHORITY_LIFETIME)));
        store.save(Pem.of(certificate) + Pem.of("PRIVATE KEY", pair.getPrivate().getEncoded()));
        return new Identity(certificate, pair.getPrivate());
    }

    private static Identity read(String kept) throws GeneralSecurityException {
        List<X509Certificate> certificates = Pem.certificates(kept);
        if (certificates.size() != 1) {
            throw new GeneralSecurityException("it has no certificate of its own");
        }
        try {
            return new Identity(
                    certificates.getFirst(),
                    PrivateKeys.matching(kept, certificates.getFirst().getPublicKey()));
        } catch (PrivateKeys.Unusable wrong) {
            throw new GeneralSecurityException(wrong.getMessage(), wrong);
        }
    }

    /** The kinds of keys that ACM makes for public certificates. */
    enum KeyAlgorithm {
        RSA_2048("RSA_2048"),
        EC_PRIME256V1("EC_prime256v1"),
        EC_SECP384R1("EC_secp384r1");

        private static final int RSA_BITS = 2048;

        private final String wireName;

        KeyAlgorithm(String wireName) {
            this.wireName = wireName;
        }

        /** As requests write it; null: ACM issues none with such keys. */
        static @Nullable KeyAlgorithm parse(String text) {
            for (KeyAlgorithm each : values()) {
                if (each.wireName.equals(text)) {
                    return each;
                }
            }
            return null;
        }

        private KeyPair generate() throws GeneralSecurityException {
            KeyPairGenerator generator =
                    KeyPairGenerator.getInstance(this == RSA_2048 ? "RSA" : "EC");
            switch (this) {
                case RSA_2048 -> generator.initialize(RSA_BITS);
                case EC_PRIME256V1 -> generator.initialize(new ECGenParameterSpec("secp256r1"));
                case EC_SECP384R1 -> generator.initialize(new ECGenParameterSpec("secp384r1"));
            }
            return generator.generateKeyPair();
        }
    }
}
