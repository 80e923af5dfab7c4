package dev.dryberth.core.wire;

import com.fasterxml.jackson.core.SerializableString;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Finished JSON in UTF-8, in the form Jackson can copy into its buffer without decoding. Nothing is
 * ever quoted: it is only passed to writeRawValue.
 */
final class RawJson implements SerializableString {

    /** What the interface answers when the text does not fit into the buffer it was given. */
    private static final int DOES_NOT_FIT = -1;

    private final byte[] json;

    RawJson(byte[] json) {
        this.json = json;
    }

    @Override
    public String getValue() {
        return new String(json, StandardCharsets.UTF_8);
    }

    @Override
    public int charLength() {
        return getValue().length();
    }

    @Override
    public char[] asQuotedChars() {
        throw new UnsupportedOperationException("finished JSON is not quoted again");
    }

    @Override
    public byte[] asUnquotedUTF8() {
        return json;
    }

    @Override
    public byte[] asQuotedUTF8() {
        throw new UnsupportedOperationException("finished JSON is not quoted again");
    }

    @Override
    public int appendUnquotedUTF8(byte[] buffer, int offset) {
        if (offset + json.length > buffer.length) {
            return DOES_NOT_FIT;
        }
        System.arraycopy(json, 0, buffer, offset, json.length);
        return json.length;
    }

    @Override
    public int appendQuotedUTF8(byte[] buffer, int offset) {
        throw new UnsupportedOperationException("finished JSON is not quoted again");
    }

    @Override
    public int appendQuoted(char[] buffer, int offset) {
        throw new UnsupportedOperationException("finished JSON is not quoted again");
    }

    @Override
    public int appendUnquoted(char[] buffer, int offset) {
        String text = getValue();
        if (offset + text.length() > buffer.length) {
            return DOES_NOT_FIT;
        }
        text.getChars(0, text.length(), buffer, offset);
        return text.length();
    }

    @Override
    public int writeQuotedUTF8(OutputStream out) {
        throw new UnsupportedOperationException("finished JSON is not quoted again");
    }

    @Override
    public int writeUnquotedUTF8(OutputStream out) throws IOException {
        out.write(json);
        return json.length;
    }

    @Override
    public int putQuotedUTF8(ByteBuffer buffer) {
        throw new UnsupportedOperationException("finished JSON is not quoted again");
    }

    @Override
    public int putUnquotedUTF8(ByteBuffer buffer) {
        if (json.length > buffer.remaining()) {
            return DOES_NOT_FIT;
        }
        buffer.put(json);
        return json.length;
    }
}
