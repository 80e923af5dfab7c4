package dev.dryberth.core.wire;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.cert.CRLException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Text blocks of keys and certificates. Stateless, any thread. */
public final class Pem {

    private static final int LINE = 64;
    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([^-]*)-----END \\1-----");
    private static final byte[] NEW_LINE = {'\n'};
    private static final Base64.Encoder BASE64 = Base64.getMimeEncoder(LINE, NEW_LINE);

    private Pem() {}

    /** A block: {@code CERTIFICATE} or {@code EC PRIVATE KEY}, and what stands in it. */
    public record Block(String type, String content) {

        /**
         * The bytes in the block.
         *
         * @throws IllegalArgumentException when it holds anything but base64
         */
        public byte[] bytes() {
            return Base64.getMimeDecoder().decode(content);
        }
    }

    /** The blocks in a text, in their order; what stands between them is passed over. */
    public static List<Block> blocks(String text) {
        List<Block> blocks = new ArrayList<>();
        Matcher found = BLOCK.matcher(text);
        while (found.find()) {
            blocks.add(new Block(found.group(1), found.group(2)));
        }
        return blocks;
    }

    /** The certificates in a text, in their order; other blocks are passed over. */
    public static List<X509Certificate> certificates(String text) throws CertificateException {
        List<X509Certificate> certificates = new ArrayList<>();
        CertificateFactory factory = CertificateFactory.getInstance("X.509");
        for (Block block : blocks(text)) {
            if (block.type().endsWith("CERTIFICATE")) {
                certificates.add((X509Certificate) factory.generateCertificate(in(block)));
            }
        }
        return certificates;
    }

    /** The lists of certificates that were taken back; other blocks are passed over. */
    public static List<X509CRL> revocationLists(String text)
            throws CertificateException, CRLException {
        List<X509CRL> lists = new ArrayList<>();
        CertificateFactory factory = CertificateFactory.getInstance("X.509");
        for (Block block : blocks(text)) {
            if (block.type().endsWith("CRL")) {
                lists.add((X509CRL) factory.generateCRL(in(block)));
            }
        }
        return lists;
    }

    private static InputStream in(Block block) throws CertificateException {
        try {
            return new ByteArrayInputStream(block.bytes());
        } catch (IllegalArgumentException notBase64) {
            throw new CertificateException("not base64", notBase64);
        }
    }

    /** A block of one certificate. */
    public static String of(X509Certificate certificate) throws CertificateEncodingException {
        return of("CERTIFICATE", certificate.getEncoded());
    }

    /** A block with a line break at its end. */
    public static String of(String type, byte[] content) {
        return "-----BEGIN "
                + type
                + "-----\n"
                + new String(BASE64.encode(content), StandardCharsets.US_ASCII)
                + "\n-----END "
                + type
                + "-----\n";
    }
}
