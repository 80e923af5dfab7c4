package dev.dryberth.api.oidc;

import dev.dryberth.core.runtime.SecretStore;
import dev.dryberth.core.wire.Pem;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * The keys of all load balancers' logins: one that seals what a browser keeps for us (sessions, and
 * what it brings back from a login), and one that signs what targets are told of a user. They are
 * made when they are first needed, and kept in their store, so that sessions outlive the daemon.
 * Any thread; the first call may have to read a file, so {@link #prepare} comes first, on a thread
 * that may.
 *
 * <p>Sealed is AES-256-GCM with a fresh nonce of 96 bits before it, in Base64 that needs no
 * encoding in a cookie or a URL. The purpose is authenticated with it, so that what was made for
 * one thing is of no use for another. The signature is ES256 of RFC 7518.
 */
public final class SessionKeys {

    /** The name of the file in the state directory. */
    public static final String FILE = "login-keys";

    private static final Logger LOG = LoggerFactory.getLogger(SessionKeys.class);
    private static final int SEALING_KEY_BYTES = 32;
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;

    private final SecretStore store;
    private volatile @Nullable Keys known;

    /** Made when it is first needed: it would cost every start. */
    private static final class Randomness {
        private static final SecureRandom SOURCE = new SecureRandom();
    }

    private record Keys(String id, SecretKeySpec sealing, PrivateKey signing, PublicKey shown) {}

    public SessionKeys(SecretStore store) {
        this.store = store;
    }

    /** Reads or makes the keys. */
    public void prepare() {
        keys();
    }

    private Keys keys() {
        Keys keys = known;
        return keys == null ? first() : keys;
    }

    private synchronized Keys first() {
        Keys keys = known;
        if (keys == null) {
            keys = kept();
            known = keys;
        }
        return keys;
    }

    private Keys kept() {
        try {
            String text = store.load();
            if (text != null) {
                return read(text);
            }
            Keys made = make();
            store.save(written(made));
            return made;
        } catch (IOException | GeneralSecurityException | IllegalArgumentException unusable) {
            LOG.warn(
                    "{} in the state directory can't be used, so logins end with the daemon: {}",
                    FILE,
                    unusable.toString());
            return make();
        }
    }

    private Keys make() {
        try {
            byte[] sealing = new byte[SEALING_KEY_BYTES];
            Randomness.SOURCE.nextBytes(sealing);
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"), Randomness.SOURCE);
            KeyPair pair = generator.generateKeyPair();
            return new Keys(
                    UUID.randomUUID().toString(),
                    new SecretKeySpec(sealing, "AES"),
                    pair.getPrivate(),
                    pair.getPublic());
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every JDK has P-256", impossible);
        }
    }

    /** Four lines: the id, then in Base64 the sealing key, the private and the public one. */
    private static String written(Keys keys) {
        Base64.Encoder base64 = Base64.getEncoder();
        return String.join(
                "\n",
                keys.id(),
                base64.encodeToString(keys.sealing().getEncoded()),
                base64.encodeToString(keys.signing().getEncoded()),
                base64.encodeToString(keys.shown().getEncoded()),
                "");
    }

    private static Keys read(String text) throws GeneralSecurityException {
        List<String> lines = text.lines().toList();
        if (lines.size() != 4) {
            throw new IllegalArgumentException("it has " + lines.size() + " lines (expected: 4)");
        }
        Base64.Decoder base64 = Base64.getDecoder();
        KeyFactory factory = KeyFactory.getInstance("EC");
        return new Keys(
                lines.getFirst(),
                new SecretKeySpec(base64.decode(lines.get(1)), "AES"),
                factory.generatePrivate(new PKCS8EncodedKeySpec(base64.decode(lines.get(2)))),
                factory.generatePublic(new X509EncodedKeySpec(base64.decode(lines.get(3)))));
    }

    /** Null: nobody has needed any yet. */
    private @Nullable Keys stored() {
        try {
            return store.load() == null ? null : keys();
        } catch (IOException unreadable) {
            return null;
        }
    }

    /** A text that only {@link #open} with the same purpose can read. */
    public String seal(String purpose, byte[] plain) {
        byte[] nonce = new byte[NONCE_BYTES];
        Randomness.SOURCE.nextBytes(nonce);
        try {
            byte[] sealed = cipher(Cipher.ENCRYPT_MODE, purpose, nonce).doFinal(plain);
            return Base64.getUrlEncoder()
                    .withoutPadding()
                    .encodeToString(
                            ByteBuffer.allocate(NONCE_BYTES + sealed.length)
                                    .put(nonce)
                                    .put(sealed)
                                    .array());
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every JDK has AES-GCM", impossible);
        }
    }

    /** What was sealed; null: it was not made here, not for this purpose, or was changed. */
    public byte @Nullable [] open(String purpose, String sealed) {
        byte[] bytes;
        try {
            bytes = Base64.getUrlDecoder().decode(sealed);
        } catch (IllegalArgumentException notOurs) {
            return null;
        }
        if (bytes.length <= NONCE_BYTES) {
            return null;
        }
        byte[] nonce = new byte[NONCE_BYTES];
        System.arraycopy(bytes, 0, nonce, 0, NONCE_BYTES);
        try {
            return cipher(Cipher.DECRYPT_MODE, purpose, nonce)
                    .doFinal(bytes, NONCE_BYTES, bytes.length - NONCE_BYTES);
        } catch (AEADBadTagException changed) {
            return null;
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every JDK has AES-GCM", impossible);
        }
    }

    private Cipher cipher(int mode, String purpose, byte[] nonce) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, keys().sealing(), new GCMParameterSpec(TAG_BITS, nonce));
        cipher.updateAAD(purpose.getBytes(StandardCharsets.UTF_8));
        return cipher;
    }

    /** So many random bytes as text that needs no encoding anywhere. */
    public String randomText(int bytes) {
        byte[] text = new byte[bytes];
        Randomness.SOURCE.nextBytes(text);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text);
    }

    String id() {
        return keys().id();
    }

    /** ES256: both numbers of the signature, 32 bytes each. */
    byte[] sign(byte[] content) {
        try {
            Signature signature = Signature.getInstance("SHA256withECDSAinP1363Format");
            signature.initSign(keys().signing());
            signature.update(content);
            return signature.sign();
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every JDK has ECDSA", impossible);
        }
    }

    /**
     * The key by which targets verify what they are told, as PEM; empty: there is none of that id.
     */
    public Optional<String> publicKey(String id) {
        Keys keys = known == null ? stored() : known;
        return keys != null && keys.id().equals(id)
                ? Optional.of(Pem.of("PUBLIC KEY", keys.shown().getEncoded()))
                : Optional.empty();
    }
}
