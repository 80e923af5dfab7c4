package dev.dryberth.api.proxy;

import io.netty.pkitesting.X509Bundle;

import org.jspecify.annotations.Nullable;

import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.KeyStore;
import java.security.Principal;
import java.security.cert.X509Certificate;
import java.util.List;

import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/** A client with its own certificate or without, and what it found. */
final class TlsClient {

    private final Tables tables;
    @Nullable X509Bundle own;
    List<String> protocols = List.of("TLSv1.2", "TLSv1.3");
    List<String> ciphers = TlsTest.MODERN;
    List<String> application = List.of();
    String headers = "";
    List<Principal> told = List.of();
    String subject = "";
    String keyAlgorithm = "";
    String agreed = "";

    TlsClient(Tables tables) {
        this.tables = tables;
    }

    /** The whole answer to one request. */
    String get() throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys(), new TrustManager[] {new TrustAll()}, null);
        try (Socket plain = new Socket(tables.listening().getAddress(), tables.port);
                SSLSocket socket =
                        (SSLSocket)
                                context.getSocketFactory()
                                        .createSocket(plain, "www.shop.com", tables.port, false)) {
            socket.setSoTimeout(10_000);
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setServerNames(List.of(new SNIHostName("www.shop.com")));
            parameters.setProtocols(protocols.toArray(String[]::new));
            parameters.setCipherSuites(ciphers.toArray(String[]::new));
            parameters.setApplicationProtocols(application.toArray(String[]::new));
            socket.setSSLParameters(parameters);
            socket.startHandshake();
            X509Certificate shown = (X509Certificate) socket.getSession().getPeerCertificates()[0];
            subject = shown.getSubjectX500Principal().getName();
            keyAlgorithm = shown.getPublicKey().getAlgorithm();
            agreed = socket.getApplicationProtocol();
            socket.getOutputStream()
                    .write(
                            ("GET / HTTP/1.1\r\nHost: www.shop.com\r\nConnection: close\r\n"
                                            + headers
                                            + "\r\n")
                                    .getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        }
    }

    private KeyManager[] keys() throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        X509Bundle mine = own;
        if (mine != null) {
            store.setKeyEntry(
                    "own",
                    mine.getKeyPair().getPrivate(),
                    new char[0],
                    mine.getCertificatePathWithRoot());
        }
        KeyManagerFactory factory = KeyManagerFactory.getInstance("SunX509");
        factory.init(store, new char[0]);
        return new KeyManager[] {
            new Recording((javax.net.ssl.X509KeyManager) factory.getKeyManagers()[0])
        };
    }

    /** Shows its one certificate whoever the server says it trusts, and notes whom that is. */
    private final class Recording extends javax.net.ssl.X509ExtendedKeyManager {

        private final javax.net.ssl.X509KeyManager keys;

        Recording(javax.net.ssl.X509KeyManager keys) {
            this.keys = keys;
        }

        @Override
        public @Nullable String chooseClientAlias(
                String[] types, Principal @Nullable [] issuers, @Nullable Socket socket) {
            told = issuers == null ? List.of() : List.of(issuers);
            return own == null ? null : "own";
        }

        @Override
        public X509Certificate[] getCertificateChain(String alias) {
            return keys.getCertificateChain(alias);
        }

        @Override
        public java.security.PrivateKey getPrivateKey(String alias) {
            return keys.getPrivateKey(alias);
        }

        @Override
        public String @Nullable [] getClientAliases(String type, Principal @Nullable [] issuers) {
            return new String[] {"own"};
        }

        @Override
        public String @Nullable [] getServerAliases(String type, Principal @Nullable [] issuers) {
            return null;
        }

        @Override
        public @Nullable String chooseServerAlias(
                String type, Principal @Nullable [] issuers, @Nullable Socket socket) {
            return null;
        }
    }

    /** Whom the server is, other tests ask. */
    static final class TrustAll implements X509TrustManager {

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
