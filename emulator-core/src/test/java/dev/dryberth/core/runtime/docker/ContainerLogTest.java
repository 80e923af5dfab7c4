package dev.dryberth.core.runtime.docker;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

class ContainerLogTest {

    private static byte[] pieces(String... texts) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        for (int i = 0; i < texts.length; i++) {
            byte[] text = texts[i].getBytes(StandardCharsets.UTF_8);
            out.writeByte(1 + i % 2);
            out.write(new byte[3]);
            out.writeInt(text.length);
            out.write(text);
        }
        return bytes.toByteArray();
    }

    private static String text(byte[] answer) throws IOException {
        return ContainerLog.text(new ByteArrayInputStream(answer));
    }

    @Test
    void bothOutputsAreOneText() throws IOException {
        assertThat(text(pieces("out\n", "err\n", "öut\n"))).isEqualTo("out\nerr\nöut\n");
        assertThat(text(new byte[0])).isEmpty();
    }

    @Test
    void onlyTheEndIsKept() throws IOException {
        String[] lines = new String[3000];
        java.util.Arrays.fill(lines, "x".repeat(99) + "\n");
        lines[2999] = "last";
        assertThat(text(pieces(lines))).hasSize(64 * 1024).endsWith("x\nlast");
    }

    @Test
    void anAnswerThatIsCutOffGivesWhatCame() throws IOException {
        byte[] whole = pieces("one\n", "two\n");
        for (int length = 0; length < whole.length; length++) {
            assertThat("one\ntwo\n").startsWith(text(java.util.Arrays.copyOf(whole, length)));
        }
    }
}
