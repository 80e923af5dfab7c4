package dev.dryberth.api.acm;

import dev.dryberth.core.wire.Pem;

import org.jspecify.annotations.Nullable;

import java.security.cert.CertificateException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a certificate says of itself, in ACM's words.
 *
 * @param keyAlgorithm as ACM answers it, with a hyphen: {@code RSA-2048}
 * @param extendedKeyUsages by ACM's name, with the standard's number
 */
record CertificateFacts(
        String domainName,
        List<String> names,
        String serial,
        String subject,
        String issuer,
        Instant notBefore,
        Instant notAfter,
        String keyAlgorithm,
        String signatureAlgorithm,
        List<String> keyUsages,
        Map<String, String> extendedKeyUsages) {

    private static final int DNS_NAME = 2;

    /** In the order of X.509's bits. */
    private static final List<String> KEY_USAGES =
            List.of(
                    "DIGITAL_SIGNATURE",
                    "NON_REPUDIATION",
                    "KEY_ENCIPHERMENT",
                    "DATA_ENCIPHERMENT",
                    "KEY_AGREEMENT",
                    "CERTIFICATE_SIGNING",
                    "CRL_SIGNING",
                    "ENCIPHER_ONLY",
                    "DECIPHER_ONLY");

    private static final Map<String, String> PURPOSES =
            Map.of(
                    "2.5.29.37.0", "ANY",
                    "1.3.6.1.5.5.7.3.1", "TLS_WEB_SERVER_AUTHENTICATION",
                    "1.3.6.1.5.5.7.3.2", "TLS_WEB_CLIENT_AUTHENTICATION",
                    "1.3.6.1.5.5.7.3.3", "CODE_SIGNING",
                    "1.3.6.1.5.5.7.3.4", "EMAIL_PROTECTION",
                    "1.3.6.1.5.5.7.3.8", "TIME_STAMPING",
                    "1.3.6.1.5.5.7.3.9", "OCSP_SIGNING",
                    "1.3.6.1.5.5.7.3.5", "IPSEC_END_SYSTEM",
                    "1.3.6.1.5.5.7.3.6", "IPSEC_TUNNEL",
                    "1.3.6.1.5.5.7.3.7", "IPSEC_USER");

    private static final Map<Integer, String> CURVES =
            Map.of(256, "EC-prime256v1", 384, "EC-secp384r1", 521, "EC-secp521r1");

    /** Of a certificate that was read before it was kept. */
    static CertificateFacts of(String leafPem) {
        try {
            return of(Pem.certificates(leafPem).getFirst());
        } catch (CertificateException impossible) {
            throw new IllegalStateException("a certificate that was kept", impossible);
        }
    }

    static CertificateFacts of(X509Certificate certificate) throws CertificateParsingException {
        String subject = certificate.getSubjectX500Principal().getName();
        String commonName = part(subject, "CN");
        List<String> names = names(certificate);
        if (names.isEmpty() && commonName != null) {
            names = List.of(commonName);
        }
        String issuer = certificate.getIssuerX500Principal().getName();
        String organization = part(issuer, "O");
        String issuerName = organization == null ? part(issuer, "CN") : organization;
        return new CertificateFacts(
                commonName != null ? commonName : names.isEmpty() ? "" : names.getFirst(),
                names,
                HexFormat.ofDelimiter(":").formatHex(certificate.getSerialNumber().toByteArray()),
                subject,
                issuerName == null ? issuer : issuerName,
                certificate.getNotBefore().toInstant(),
                certificate.getNotAfter().toInstant(),
                keyAlgorithm(certificate),
                certificate.getSigAlgName().toUpperCase(Locale.ROOT),
                keyUsages(certificate),
                extendedKeyUsages(certificate));
    }

    /** One attribute of a name in RFC 2253's form; null: it has none. */
    private static @Nullable String part(String name, String attribute) {
        Matcher found =
                Pattern.compile("(?:^|[,+])" + attribute + "=((?:\\\\.|[^,+\\\\])*)").matcher(name);
        return found.find() ? found.group(1).replaceAll("\\\\(.)", "$1") : null;
    }

    private static List<String> names(X509Certificate certificate)
            throws CertificateParsingException {
        Collection<List<?>> alternatives = certificate.getSubjectAlternativeNames();
        List<String> names = new ArrayList<>();
        if (alternatives != null) {
            for (List<?> each : alternatives) {
                if (each.getFirst().equals(DNS_NAME)) {
                    names.add(each.get(1).toString());
                }
            }
        }
        return List.copyOf(names);
    }

    private static String keyAlgorithm(X509Certificate certificate) {
        return switch (certificate.getPublicKey()) {
            case RSAPublicKey rsa -> "RSA-" + rsa.getModulus().bitLength();
            case ECPublicKey ec -> {
                int bits = ec.getParams().getOrder().bitLength();
                yield CURVES.getOrDefault(bits, "EC-" + bits);
            }
            default -> certificate.getPublicKey().getAlgorithm();
        };
    }

    private static List<String> keyUsages(X509Certificate certificate) {
        boolean[] bits = certificate.getKeyUsage();
        if (bits == null) {
            return List.of("ANY");
        }
        List<String> usages = new ArrayList<>();
        for (int i = 0; i < Math.min(bits.length, KEY_USAGES.size()); i++) {
            if (bits[i]) {
                usages.add(KEY_USAGES.get(i));
            }
        }
        return List.copyOf(usages);
    }

    private static Map<String, String> extendedKeyUsages(X509Certificate certificate)
            throws CertificateParsingException {
        Map<String, String> usages = new TreeMap<>();
        List<String> numbers = certificate.getExtendedKeyUsage();
        if (numbers != null) {
            numbers.forEach(each -> usages.put(PURPOSES.getOrDefault(each, "CUSTOM"), each));
        }
        return usages;
    }
}
