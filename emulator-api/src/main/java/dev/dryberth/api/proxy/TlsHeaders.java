package dev.dryberth.api.proxy;

import dev.dryberth.core.balancing.RouteTable.ClientCertificates;
import dev.dryberth.core.balancing.RouteTable.Listener;
import dev.dryberth.core.wire.Pem;

import io.netty.handler.codec.http.HttpHeaders;

import org.jspecify.annotations.Nullable;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/**
 * Tells targets how a client's connection is secured, and by which certificate of its own it came
 * in, under the names the listener's attributes give. What a client itself sends under the names of
 * mutual TLS is dropped where mutual TLS is on, or it could pretend to be another. Follows "HTTP
 * headers and mutual TLS". Immutable; any thread.
 */
final class TlsHeaders {

    private static final String CERTIFICATE = "mtls_clientcert";
    private static final List<String> DETAILS =
            List.of("serial_number", "issuer", "subject", "validity", "leaf");

    private final @Nullable String version;
    private final @Nullable String cipher;
    private final ClientCertificates clients;
    private final Map<String, String> names;

    private TlsHeaders(Listener listener, boolean tellsTls) {
        names = listener.attributes();
        version = tellsTls ? name("tls_version") : null;
        cipher = tellsTls ? name("tls_cipher_suite") : null;
        clients = listener.tls().clients();
    }

    /** Null: the listener's targets are told nothing. */
    static @Nullable TlsHeaders of(Listener listener, BalancerSettings settings) {
        boolean tellsTls =
                BalancerSettings.isOn(
                        settings.balancer().attributes(),
                        "routing.http.x_amzn_tls_version_and_cipher_suite.enabled");
        return tellsTls || !(listener.tls().clients() instanceof ClientCertificates.NotAsked)
                ? new TlsHeaders(listener, tellsTls)
                : null;
    }

    private String name(String header) {
        return names.getOrDefault(
                "routing.http.request.x_amzn_" + header + ".header_name",
                "x-amzn-" + header.replace('_', '-'));
    }

    private String detail(String detail) {
        return name(CERTIFICATE + "_" + detail);
    }

    void add(HttpHeaders headers, @Nullable ClientTls client) {
        String versionName = version;
        String cipherName = cipher;
        if (client != null && versionName != null && cipherName != null) {
            headers.set(versionName, client.protocol());
            headers.set(cipherName, client.cipher());
        }
        switch (clients) {
            case ClientCertificates.NotAsked _ -> {}
            case ClientCertificates.PassedOn _ -> {
                drop(headers);
                if (client != null && !client.chain().isEmpty()) {
                    headers.set(name(CERTIFICATE), encoded(client.chain()));
                }
            }
            case ClientCertificates.Verified _ -> {
                drop(headers);
                if (client != null && !client.chain().isEmpty()) {
                    describe(headers, client.chain().getFirst());
                }
            }
        }
    }

    private void drop(HttpHeaders headers) {
        headers.remove(name(CERTIFICATE));
        DETAILS.forEach(each -> headers.remove(detail(each)));
    }

    private void describe(HttpHeaders headers, X509Certificate leaf) {
        headers.set(
                detail("serial_number"), HexFormat.of().withUpperCase().formatHex(unsigned(leaf)));
        headers.set(detail("issuer"), leaf.getIssuerX500Principal().getName());
        headers.set(detail("subject"), leaf.getSubjectX500Principal().getName());
        headers.set(
                detail("validity"),
                "NotBefore=%s;NotAfter=%s"
                        .formatted(
                                seconds(leaf.getNotBefore().toInstant()),
                                seconds(leaf.getNotAfter().toInstant())));
        headers.set(detail("leaf"), encoded(List.of(leaf)));
    }

    private static byte[] unsigned(X509Certificate leaf) {
        byte[] serial = leaf.getSerialNumber().toByteArray();
        return serial.length > 1 && serial[0] == 0
                ? Arrays.copyOfRange(serial, 1, serial.length)
                : serial;
    }

    private static String seconds(Instant instant) {
        return instant.truncatedTo(ChronoUnit.SECONDS).toString();
    }

    /** PEM with percent signs for what a header cannot hold, and {@code +=/} as they are. */
    private static String encoded(List<X509Certificate> chain) {
        StringBuilder pem = new StringBuilder();
        try {
            for (X509Certificate each : chain) {
                pem.append(Pem.of(each));
            }
        } catch (CertificateEncodingException impossible) {
            throw new IllegalStateException("it came encoded", impossible);
        }
        return URLEncoder.encode(pem.toString(), StandardCharsets.US_ASCII)
                .replace("+", "%20")
                .replace("%2B", "+")
                .replace("%3D", "=")
                .replace("%2F", "/");
    }
}
