package dev.dryberth.api.proxy;

import dev.dryberth.core.balancing.TlsPolicy;

import io.netty.channel.Channel;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.AttributeKey;

import org.jspecify.annotations.Nullable;

import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;

import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

/**
 * What was agreed with a client while its connection was secured; the same for all its requests.
 * Immutable.
 *
 * @param protocol {@code TLSv1.3}
 * @param cipher with OpenSSL's name, as AWS shows it
 * @param serverName that the client asked for; null: for none
 * @param certificateArn of the certificate it was shown; null: unknown
 * @param chain the client's own certificate and those it sent with it; empty: it showed none
 */
record ClientTls(
        String protocol,
        String cipher,
        @Nullable String serverName,
        @Nullable String certificateArn,
        List<X509Certificate> chain) {

    private static final AttributeKey<Tls> LISTENER = AttributeKey.valueOf(Tls.class, "listener");
    private static final AttributeKey<ClientTls> AGREED =
            AttributeKey.valueOf(ClientTls.class, "agreed");

    /** Remembers whose certificates a client is shown. */
    static void prepare(Channel channel, Tls tls) {
        channel.attr(LISTENER).set(tls);
    }

    /** Of a connection whose requests have begun to come; null: it is not secured. */
    static @Nullable ClientTls of(Channel channel) {
        if (!channel.hasAttr(LISTENER)) {
            return null;
        }
        ClientTls known = channel.attr(AGREED).get();
        SslHandler handler = known == null ? channel.pipeline().get(SslHandler.class) : null;
        if (handler == null) {
            return known;
        }
        ClientTls agreed = of(handler.engine().getSession(), channel.attr(LISTENER).get());
        channel.attr(AGREED).set(agreed);
        return agreed;
    }

    private static ClientTls of(SSLSession session, Tls tls) {
        String name = null;
        if (session instanceof ExtendedSSLSession extended) {
            for (SNIServerName each : extended.getRequestedServerNames()) {
                name = each instanceof SNIHostName host ? host.getAsciiName() : name;
            }
        }
        Certificate[] shown = session.getLocalCertificates();
        return new ClientTls(
                session.getProtocol(),
                TlsPolicy.openSslName(session.getCipherSuite()),
                name,
                shown == null ? null : tls.arnOf(shown[0]),
                chain(session));
    }

    private static List<X509Certificate> chain(SSLSession session) {
        List<X509Certificate> chain = new ArrayList<>();
        try {
            for (Certificate each : session.getPeerCertificates()) {
                chain.add((X509Certificate) each);
            }
        } catch (SSLPeerUnverifiedException none) {
            return List.of();
        }
        return List.copyOf(chain);
    }
}
