package dev.dryberth.api.proxy;

import dev.dryberth.core.balancing.RouteTable.Certificate;
import dev.dryberth.core.wire.Pem;

import org.jspecify.annotations.Nullable;

import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECKey;
import java.security.interfaces.RSAKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;

/**
 * The certificates that fit one name a client may ask for. Which of them it is shown depends on the
 * kinds of keys it knows: ECDSA before RSA, then the longest key, then the one that is good for
 * longest, as "SSL certificates for your Application Load Balancer" says. Immutable; any thread.
 */
final class ServerKeys extends X509ExtendedKeyManager {

    private static final int DNS_NAME = 2;

    private static final Comparator<Entry> BEST_FIRST =
            Comparator.comparingInt(Entry::keyBits)
                    .thenComparing(each -> each.leaf().getNotAfter())
                    .reversed();

    private final List<Entry> entries;

    /**
     * Takes the certificates.
     *
     * @param entries all of them fit; of equal ones the first wins
     */
    ServerKeys(List<Entry> entries) {
        this.entries = entries.stream().sorted(BEST_FIRST).toList();
    }

    /** A certificate made ready. */
    record Entry(String arn, List<X509Certificate> chain, PrivateKey key) {

        static Entry of(Certificate certificate) throws GeneralSecurityException {
            List<X509Certificate> chain = Pem.certificates(certificate.chainPem());
            if (chain.isEmpty()) {
                throw new GeneralSecurityException("there is none in it");
            }
            String algorithm = chain.getFirst().getPublicKey().getAlgorithm();
            return new Entry(
                    certificate.arn(),
                    List.copyOf(chain),
                    KeyFactory.getInstance(algorithm)
                            .generatePrivate(
                                    new PKCS8EncodedKeySpec(bytes(certificate.privateKeyPem()))));
        }

        private static byte[] bytes(String pem) throws GeneralSecurityException {
            List<Pem.Block> blocks = Pem.blocks(pem);
            if (blocks.isEmpty()) {
                throw new GeneralSecurityException("its key is not PEM");
            }
            return blocks.getFirst().bytes();
        }

        X509Certificate leaf() {
            return chain.getFirst();
        }

        /** The DNS names it is good for; without any it is shown by default only. */
        List<String> names() throws CertificateParsingException {
            Collection<List<?>> alternatives = leaf().getSubjectAlternativeNames();
            List<String> names = new ArrayList<>();
            if (alternatives != null) {
                for (List<?> each : alternatives) {
                    if (each.getFirst().equals(DNS_NAME)) {
                        names.add(each.get(1).toString().toLowerCase(Locale.ROOT));
                    }
                }
            }
            return names;
        }

        private int keyBits() {
            PublicKey key = leaf().getPublicKey();
            return switch (key) {
                case RSAKey rsa -> rsa.getModulus().bitLength();
                case ECKey curve -> curve.getParams().getOrder().bitLength();
                default -> 0;
            };
        }
    }

    private @Nullable Entry entry(@Nullable String arn) {
        return entries.stream().filter(each -> each.arn().equals(arn)).findFirst().orElse(null);
    }

    @Override
    public @Nullable String chooseEngineServerAlias(
            String keyType, Principal @Nullable [] issuers, SSLEngine engine) {
        return entries.stream()
                .filter(each -> each.key().getAlgorithm().equals(keyType))
                .map(Entry::arn)
                .findFirst()
                .orElse(null);
    }

    @Override
    public X509Certificate @Nullable [] getCertificateChain(String alias) {
        Entry entry = entry(alias);
        return entry == null ? null : entry.chain().toArray(X509Certificate[]::new);
    }

    @Override
    public @Nullable PrivateKey getPrivateKey(String alias) {
        Entry entry = entry(alias);
        return entry == null ? null : entry.key();
    }

    @Override
    public String @Nullable [] getServerAliases(String keyType, Principal @Nullable [] issuers) {
        return entries.stream()
                .filter(each -> each.key().getAlgorithm().equals(keyType))
                .map(Entry::arn)
                .toArray(String[]::new);
    }

    @Override
    public @Nullable String chooseServerAlias(
            String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return null;
    }

    @Override
    public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
        return null;
    }

    @Override
    public @Nullable String chooseClientAlias(
            String[] keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return null;
    }
}
