package dev.dryberth.api.proxy;

import dev.dryberth.core.balancing.RouteTable.ClientCertificates;
import dev.dryberth.core.wire.Pem;

import org.jspecify.annotations.Nullable;

import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.cert.CertPath;
import java.security.cert.CertPathBuilder;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.PKIXCertPathBuilderResult;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CRL;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Who among a listener's clients is let in. Follows "Mutual authentication with TLS in Application
 * Load Balancer": passed on, every certificate is good; verified, one of the trust store's
 * authorities must have vouched for it and not taken it back, it must be in time unless that is
 * ignored, and made for clients. Immutable; any thread.
 */
final class ClientTrust extends X509ExtendedTrustManager {

    private static final int MAX_INTERMEDIATES = 4;
    private static final String FOR_CLIENTS = "1.3.6.1.5.5.7.3.2";
    private static final String FOR_ANYTHING = "2.5.29.37.0";

    private final ClientCertificates.@Nullable Verified rule;
    private final List<X509Certificate> authorities;
    private final List<X509CRL> revocations = new ArrayList<>();

    private ClientTrust(ClientCertificates.@Nullable Verified rule)
            throws GeneralSecurityException {
        this.rule = rule;
        authorities = rule == null ? List.of() : Pem.certificates(rule.authoritiesPem());
        if (rule != null) {
            for (String each : rule.revocationPems()) {
                revocations.addAll(Pem.revocationLists(each));
            }
        }
    }

    /** Lets everybody in, with a certificate or without. */
    static ClientTrust inAll() throws GeneralSecurityException {
        return new ClientTrust(null);
    }

    static ClientTrust in(ClientCertificates.Verified rule) throws GeneralSecurityException {
        return new ClientTrust(rule);
    }

    private void check(X509Certificate[] chain) throws CertificateException {
        if (rule == null) {
            return;
        }
        X509Certificate leaf = chain[0];
        List<String> purposes = leaf.getExtendedKeyUsage();
        if (purposes != null
                && !purposes.contains(FOR_CLIENTS)
                && !purposes.contains(FOR_ANYTHING)) {
            throw new CertificateException("it is not made for clients: " + purposes);
        }
        requireNotRevoked(path(List.of(chain), date(rule, leaf)));
    }

    /** For one past its time, if that is ignored, the last moment at which it was good. */
    private static Instant date(ClientCertificates.Verified rule, X509Certificate leaf) {
        Instant now = InstantSource.system().instant();
        Instant end = leaf.getNotAfter().toInstant();
        return rule.ignoresExpiry() && end.isBefore(now) ? end : now;
    }

    private PKIXCertPathBuilderResult path(List<X509Certificate> chain, Instant date)
            throws CertificateException {
        Set<TrustAnchor> anchors = new HashSet<>();
        authorities.forEach(each -> anchors.add(new TrustAnchor(each, null)));
        X509CertSelector leaf = new X509CertSelector();
        leaf.setCertificate(chain.getFirst());
        try {
            PKIXBuilderParameters parameters = new PKIXBuilderParameters(anchors, leaf);
            parameters.addCertStore(
                    CertStore.getInstance("Collection", new CollectionCertStoreParameters(chain)));
            parameters.setRevocationEnabled(false);
            parameters.setMaxPathLength(MAX_INTERMEDIATES);
            parameters.setDate(Date.from(date));
            return (PKIXCertPathBuilderResult)
                    CertPathBuilder.getInstance("PKIX").build(parameters);
        } catch (CertPathBuilderException untrusted) {
            throw new CertificateException("nobody in the trust store vouches for it", untrusted);
        } catch (GeneralSecurityException impossible) {
            throw new CertificateException("it could not be looked at", impossible);
        }
    }

    /** A list counts for those that its signer issued. */
    private void requireNotRevoked(PKIXCertPathBuilderResult result) throws CertificateException {
        CertPath path = result.getCertPath();
        List<? extends Certificate> certificates = path.getCertificates();
        for (int i = 0; i < certificates.size(); i++) {
            X509Certificate each = (X509Certificate) certificates.get(i);
            PublicKey issuer =
                    i + 1 < certificates.size()
                            ? certificates.get(i + 1).getPublicKey()
                            : result.getTrustAnchor().getTrustedCert().getPublicKey();
            for (X509CRL list : revocations) {
                if (list.getIssuerX500Principal().equals(each.getIssuerX500Principal())
                        && list.isRevoked(each)
                        && isSignedBy(list, issuer)) {
                    throw new CertificateException("it was revoked");
                }
            }
        }
    }

    private static boolean isSignedBy(X509CRL list, PublicKey issuer) {
        try {
            list.verify(issuer);
            return true;
        } catch (GeneralSecurityException another) {
            return false;
        }
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return rule != null && rule.advertised()
                ? authorities.toArray(X509Certificate[]::new)
                : new X509Certificate[0];
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
            throws CertificateException {
        check(chain);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
            throws CertificateException {
        check(chain);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type)
            throws CertificateException {
        check(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {
        throw onlyForClients();
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {
        throw onlyForClients();
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {
        throw onlyForClients();
    }

    private static UnsupportedOperationException onlyForClients() {
        return new UnsupportedOperationException("it judges clients only");
    }
}
