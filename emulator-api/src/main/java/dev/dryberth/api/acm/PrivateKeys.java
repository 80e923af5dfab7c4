package dev.dryberth.api.acm;

import dev.dryberth.core.wire.Pem;

import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;

/** Reads the private keys people import. Stateless, any thread. */
final class PrivateKeys {

    private static final String PKCS8 = "PRIVATE KEY";
    private static final byte[] PROOF = {1, 2, 3};

    private PrivateKeys() {}

    /** Why a key is not taken. */
    static final class Unusable extends Exception {

        private static final long serialVersionUID = 1;

        Unusable(String message) {
            super(message);
        }
    }

    /**
     * The key in a text, which must be the one that belongs to a certificate's public key. PKCS #8
     * says by itself what kind of key it holds; older forms leave it to the reader, who takes it
     * from the certificate.
     */
    static PrivateKey matching(String text, PublicKey owner) throws Unusable {
        Pem.Block block =
                Pem.blocks(text).stream()
                        .filter(each -> each.type().endsWith("PRIVATE KEY"))
                        .findFirst()
                        .orElseThrow(() -> new Unusable("The private key is not in PEM format."));
        if (block.type().startsWith("ENCRYPTED") || block.content().contains("ENCRYPTED")) {
            throw new Unusable("The private key must not be encrypted.");
        }
        PrivateKey key;
        try {
            byte[] encoded = block.bytes();
            key =
                    KeyFactory.getInstance(owner.getAlgorithm())
                            .generatePrivate(
                                    new PKCS8EncodedKeySpec(
                                            block.type().equals(PKCS8)
                                                    ? encoded
                                                    : wrapped(encoded, owner)));
        } catch (GeneralSecurityException | IOException | IllegalArgumentException broken) {
            throw new Unusable("The private key could not be read, or is of another kind.");
        }
        if (!match(key, owner)) {
            throw new Unusable("The private key does not match the certificate.");
        }
        return key;
    }

    private static byte[] wrapped(byte[] bare, PublicKey owner) throws IOException {
        return new PrivateKeyInfo(
                        SubjectPublicKeyInfo.getInstance(owner.getEncoded()).getAlgorithm(),
                        ASN1Primitive.fromByteArray(bare))
                .getEncoded();
    }

    /** What the one signs, the other must recognise. */
    private static boolean match(PrivateKey key, PublicKey owner) throws Unusable {
        try {
            String algorithm = owner.getAlgorithm().equals("RSA") ? "RSA" : "ECDSA";
            Signature signature = Signature.getInstance("SHA256with" + algorithm);
            signature.initSign(key);
            signature.update(PROOF);
            byte[] signed = signature.sign();
            signature.initVerify(owner);
            signature.update(PROOF);
            return signature.verify(signed);
        } catch (GeneralSecurityException other) {
            throw new Unusable("The private key cannot be used: " + other.getMessage());
        }
    }
}
