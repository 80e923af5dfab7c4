package dev.dryberth.api.proxy;

import io.netty.pkitesting.X509Bundle;

import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.CRLReason;
import org.bouncycastle.cert.X509v2CRLBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

import java.time.Instant;
import java.util.Base64;
import java.util.Date;

/** Lists of certificates that were taken back. */
public final class Revocations {

    private static final long DAY_SECONDS = 86_400;

    private Revocations() {}

    /** Signed by their authority. */
    public static String pem(X509Bundle authority, X509Bundle... revoked) throws Exception {
        Date now = Date.from(Instant.now());
        X509v2CRLBuilder list =
                new X509v2CRLBuilder(
                        X500Name.getInstance(
                                authority.getCertificate().getSubjectX500Principal().getEncoded()),
                        now);
        list.setNextUpdate(Date.from(Instant.now().plusSeconds(DAY_SECONDS)));
        for (X509Bundle each : revoked) {
            list.addCRLEntry(each.getCertificate().getSerialNumber(), now, CRLReason.keyCompromise);
        }
        byte[] encoded =
                list.build(
                                new JcaContentSignerBuilder("SHA256withECDSA")
                                        .build(authority.getKeyPair().getPrivate()))
                        .getEncoded();
        return "-----BEGIN X509 CRL-----\n"
                + Base64.getMimeEncoder().encodeToString(encoded)
                + "\n-----END X509 CRL-----\n";
    }
}
