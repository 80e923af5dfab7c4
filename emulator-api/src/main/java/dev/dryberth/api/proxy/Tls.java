package dev.dryberth.api.proxy;

import dev.dryberth.core.balancing.RouteTable.Certificate;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SniHandler;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;

import org.jspecify.annotations.Nullable;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

import javax.net.ssl.SSLException;

/**
 * TLS for one listener: the certificate is the one whose names hold the name the client asks for,
 * exactly before by wildcard, and the default one if none does or the client asks for none. Follows
 * "SSL certificates for your Application Load Balancer". Immutable; any thread.
 */
final class Tls {

    private static final int DNS_NAME = 2;

    private final List<Certificate> certificates;
    private final boolean http2;
    private final @Nullable SslContext standard;
    private final Map<String, SslContext> byName = new TreeMap<>();
    private final @Nullable String failure;

    private Tls(List<Certificate> certificates, boolean http2) {
        this.certificates = certificates;
        this.http2 = http2;
        List<SslContext> contexts = new ArrayList<>();
        String wrong = null;
        for (Certificate each : certificates) {
            try {
                SslContext context = context(each, http2);
                contexts.add(context);
                for (String name : names(each)) {
                    byName.putIfAbsent(name, context);
                }
            } catch (SSLException | CertificateException | RuntimeException unusable) {
                wrong = "certificate " + each.arn() + " cannot be used: " + unusable.getMessage();
            }
        }
        standard = contexts.isEmpty() ? null : contexts.getFirst();
        failure = wrong;
    }

    /**
     * Prepares it.
     *
     * @param http2 whether clients are offered HTTP/2 before HTTP/1.1
     */
    static Tls of(List<Certificate> certificates, boolean http2) {
        return new Tls(certificates, http2);
    }

    boolean isOf(List<Certificate> others, boolean withHttp2) {
        return certificates.equals(others) && http2 == withHttp2;
    }

    /** What is wrong with a certificate; null: nothing. */
    @Nullable String failure() {
        return failure;
    }

    private static SslContext context(Certificate certificate, boolean http2) throws SSLException {
        return SslContextBuilder.forServer(
                        pem(certificate.chainPem()), pem(certificate.privateKeyPem()))
                .sslProvider(SslProvider.JDK)
                .applicationProtocolConfig(
                        http2
                                ? protocols(
                                        ApplicationProtocolNames.HTTP_2,
                                        ApplicationProtocolNames.HTTP_1_1)
                                : ApplicationProtocolConfig.DISABLED)
                .build();
    }

    private static ApplicationProtocolConfig protocols(String... names) {
        return new ApplicationProtocolConfig(
                ApplicationProtocolConfig.Protocol.ALPN,
                ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
                ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
                names);
    }

    private static InputStream pem(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static List<String> names(Certificate certificate) throws CertificateException {
        X509Certificate leaf =
                (X509Certificate)
                        CertificateFactory.getInstance("X.509")
                                .generateCertificate(pem(certificate.chainPem()));
        List<String> names = new ArrayList<>();
        for (List<?> each : alternatives(leaf)) {
            if (each.get(0).equals(DNS_NAME)) {
                names.add(each.get(1).toString().toLowerCase(Locale.ROOT));
            }
        }
        return names;
    }

    private static Collection<List<?>> alternatives(X509Certificate certificate)
            throws CertificateParsingException {
        Collection<List<?>> alternatives = certificate.getSubjectAlternativeNames();
        return alternatives == null ? List.of() : alternatives;
    }

    /** Null: no certificate of the listener can be used. */
    @Nullable ChannelHandler toClient() {
        SslContext otherwise = standard;
        return otherwise == null
                ? null
                : new SniHandler((String name) -> contextFor(name, otherwise));
    }

    private SslContext contextFor(@Nullable String asked, SslContext otherwise) {
        if (asked == null) {
            return otherwise;
        }
        String name = asked.toLowerCase(Locale.ROOT);
        SslContext exact = byName.get(name);
        int dot = name.indexOf('.');
        return exact != null
                ? exact
                : dot < 0 ? otherwise : byName.getOrDefault("*" + name.substring(dot), otherwise);
    }

    /** Ends our half of a connection after what was written: with TLS, in its own words first. */
    @SuppressWarnings("FutureReturnValueIgnored") // the peer's end, or a sweep, ends the rest
    static void endOutput(Channel channel) {
        SslHandler tls = channel.pipeline().get(SslHandler.class);
        if (tls == null) {
            shutdown(channel);
        } else {
            tls.closeOutbound().addListener(said -> shutdown(channel));
        }
    }

    @SuppressWarnings("FutureReturnValueIgnored")
    private static void shutdown(Channel channel) {
        if (channel instanceof DuplexChannel duplex && !duplex.isOutputShutdown()) {
            duplex.shutdownOutput();
        }
    }

    /** Encrypts towards a target; as on AWS nobody asks who it is. */
    static ChannelHandler toTarget(Channel channel) {
        return ToTarget.CONTEXT.newHandler(channel.alloc());
    }

    /** The same, and HTTP/2 is asked for. */
    static ChannelHandler toTargetOverHttp2(Channel channel) {
        return ToTargetOverHttp2.CONTEXT.newHandler(channel.alloc());
    }

    /** Made when the first HTTPS target group is used. */
    private static final class ToTarget {
        private static final SslContext CONTEXT =
                contextToTarget(ApplicationProtocolConfig.DISABLED);
    }

    /** Made when the first HTTPS target group of version HTTP2 or GRPC is used. */
    private static final class ToTargetOverHttp2 {
        private static final SslContext CONTEXT =
                contextToTarget(protocols(ApplicationProtocolNames.HTTP_2));
    }

    private static SslContext contextToTarget(ApplicationProtocolConfig protocols) {
        try {
            return SslContextBuilder.forClient()
                    .sslProvider(SslProvider.JDK)
                    .trustManager(InsecureTrustManagerFactory.INSTANCE)
                    .endpointIdentificationAlgorithm(null)
                    .applicationProtocolConfig(protocols)
                    .build();
        } catch (SSLException impossible) {
            throw new IllegalStateException("every JDK has TLS", impossible);
        }
    }
}
