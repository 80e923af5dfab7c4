package dev.dryberth.api.proxy;

import dev.dryberth.core.balancing.RouteTable.Certificate;

import io.netty.handler.ssl.util.InsecureTrustManagerFactory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;

import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** Certificates for tests, self-signed by the JDK's own keytool. */
final class Certificates {

    private static final String PASSWORD = "password";

    private Certificates() {}

    /** One for {@code shop.com}, made once: the tool takes its time. */
    static Certificate shop() {
        return Shop.CERTIFICATE;
    }

    private static final class Shop {
        private static final Certificate CERTIFICATE = make();

        private static Certificate make() {
            try {
                Path directory = Files.createTempDirectory("certificate");
                Certificate made = pem(directory, "shop.com");
                Files.delete(directory.resolve("shop.com.p12"));
                Files.delete(directory);
                return made;
            } catch (Exception broken) {
                throw new IllegalStateException(broken);
            }
        }
    }

    /** For clients: takes any certificate, for any name. */
    static SSLContext trusting() throws GeneralSecurityException {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, InsecureTrustManagerFactory.INSTANCE.getTrustManagers(), null);
        return context;
    }

    private static KeyStore store(Path directory, String dnsName) throws Exception {
        Path file = directory.resolve(dnsName.replace('*', '_') + ".p12");
        Process keytool =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "keytool")
                                        .toString(),
                                "-genkeypair",
                                "-keyalg",
                                "EC",
                                "-alias",
                                "key",
                                "-dname",
                                "CN=" + dnsName,
                                "-ext",
                                "san=dns:" + dnsName,
                                "-storetype",
                                "PKCS12",
                                "-keystore",
                                file.toString(),
                                "-storepass",
                                PASSWORD)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start();
        if (keytool.waitFor() != 0) {
            throw new IOException("keytool could not make a certificate for " + dnsName);
        }
        return KeyStore.getInstance(file.toFile(), PASSWORD.toCharArray());
    }

    /** As a listener carries it. */
    static Certificate pem(Path directory, String dnsName) throws Exception {
        KeyStore store = store(directory, dnsName);
        return new Certificate(
                dnsName,
                block("CERTIFICATE", store.getCertificate("key").getEncoded()),
                block("PRIVATE KEY", store.getKey("key", PASSWORD.toCharArray()).getEncoded()));
    }

    private static String block(String type, byte[] content) {
        return "-----BEGIN "
                + type
                + "-----\n"
                + Base64.getMimeEncoder().encodeToString(content)
                + "\n-----END "
                + type
                + "-----\n";
    }

    /** For a target that speaks TLS. */
    static SSLContext context(Path directory, String dnsName) throws Exception {
        KeyManagerFactory keys =
                KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        try {
            keys.init(store(directory, dnsName), PASSWORD.toCharArray());
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        return context;
    }
}
