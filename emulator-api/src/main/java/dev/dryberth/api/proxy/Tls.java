package dev.dryberth.api.proxy;

import dev.dryberth.core.balancing.RouteTable.Certificate;
import dev.dryberth.core.balancing.RouteTable.ClientCertificates;
import dev.dryberth.core.balancing.RouteTable.TlsSettings;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SniHandler;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.HashMap;
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

    private final List<Certificate> certificates;
    private final TlsSettings settings;
    private final List<ServerKeys.Entry> entries = new ArrayList<>();
    private final @Nullable SslContext standard;
    private final Map<String, SslContext> byName = new TreeMap<>();
    private final @Nullable String failure;

    private Tls(List<Certificate> certificates, TlsSettings settings) {
        this.certificates = certificates;
        this.settings = settings;
        Map<String, List<ServerKeys.Entry>> fitting = new TreeMap<>();
        String wrong = null;
        for (Certificate each : certificates) {
            try {
                ServerKeys.Entry entry = ServerKeys.Entry.of(each);
                entries.add(entry);
                for (String name : entry.names()) {
                    fitting.computeIfAbsent(name, any -> new ArrayList<>()).add(entry);
                }
            } catch (GeneralSecurityException | RuntimeException unusable) {
                wrong = "certificate " + each.arn() + " cannot be used: " + unusable.getMessage();
            }
        }
        SslContext first = null;
        try {
            first = entries.isEmpty() ? null : context(List.of(entries.getFirst()), settings);
            Map<List<ServerKeys.Entry>, SslContext> contexts = new HashMap<>();
            for (Map.Entry<String, List<ServerKeys.Entry>> each : fitting.entrySet()) {
                SslContext known = contexts.get(each.getValue());
                SslContext its = known == null ? context(each.getValue(), settings) : known;
                contexts.put(each.getValue(), its);
                byName.put(each.getKey(), its);
            }
        } catch (SSLException | GeneralSecurityException | RuntimeException unusable) {
            wrong = "TLS cannot be spoken: " + unusable.getMessage();
        }
        standard = first;
        failure = wrong;
    }

    static Tls of(List<Certificate> certificates, TlsSettings settings) {
        return new Tls(certificates, settings);
    }

    boolean isOf(List<Certificate> others, TlsSettings otherSettings) {
        return certificates.equals(others) && settings.equals(otherSettings);
    }

    /** What is wrong with a certificate; null: nothing. */
    @Nullable String failure() {
        return failure;
    }

    /** Null: it is none of the listener's. */
    @Nullable String arnOf(java.security.cert.Certificate shown) {
        return entries.stream()
                .filter(each -> each.leaf().equals(shown))
                .map(ServerKeys.Entry::arn)
                .findFirst()
                .orElse(null);
    }

    /** Ciphers and versions that the JDK refuses are left out; see docs/deviations.md. */
    private static SslContext context(List<ServerKeys.Entry> shown, TlsSettings settings)
            throws SSLException, GeneralSecurityException {
        SslContextBuilder builder =
                SslContextBuilder.forServer(new ServerKeys(shown)).sslProvider(SslProvider.JDK);
        if (!settings.protocols().isEmpty()) {
            builder.protocols(settings.protocols())
                    .ciphers(settings.ciphers(), SupportedCipherSuiteFilter.INSTANCE);
        }
        if (!settings.applicationProtocols().isEmpty()) {
            builder.applicationProtocolConfig(protocols(settings.applicationProtocols()));
        }
        return switch (settings.clients()) {
            case ClientCertificates.NotAsked _ -> builder.build();
            case ClientCertificates.PassedOn _ ->
                    builder.trustManager(ClientTrust.inAll())
                            .clientAuth(ClientAuth.OPTIONAL)
                            .build();
            case ClientCertificates.Verified rule ->
                    builder.trustManager(ClientTrust.in(rule))
                            .clientAuth(ClientAuth.REQUIRE)
                            .build();
        };
    }

    private static ApplicationProtocolConfig protocols(List<String> names) {
        return new ApplicationProtocolConfig(
                ApplicationProtocolConfig.Protocol.ALPN,
                ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
                ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
                names);
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

    /** Whether it is the peer's doing, as a handshake that fails or a connection that breaks is. */
    static boolean isThePeers(Throwable cause) {
        return cause instanceof IOException || cause.getCause() instanceof SSLException;
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

    @SuppressWarnings("FutureReturnValueIgnored") // the peer's end, or a sweep, ends the rest
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
                contextToTarget(protocols(List.of(ApplicationProtocolNames.HTTP_2)));
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
