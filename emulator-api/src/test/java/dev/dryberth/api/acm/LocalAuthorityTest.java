package dev.dryberth.api.acm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.dryberth.core.runtime.SecretStore;
import dev.dryberth.core.wire.Pem;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;

class LocalAuthorityTest {

    private static final Instant NOW = Instant.parse("2026-11-01T10:00:00Z");

    @TempDir Path directory;

    @Test
    void isMadeOnceAndKeptForItsOwnerOnly() throws Exception {
        Path state = directory.resolve("state");
        String made = new LocalAuthority(SecretStore.inFile(state, LocalAuthority.FILE)).pem(NOW);
        LocalAuthority again = new LocalAuthority(SecretStore.inFile(state, LocalAuthority.FILE));
        assertThat(again.pem(NOW)).isEqualTo(made).doesNotContain("PRIVATE");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(state)))
                .isEqualTo("rwx------");
        assertThat(state).isDirectoryContaining(file -> file.endsWith(LocalAuthority.FILE));
        assertThat(
                        PosixFilePermissions.toString(
                                Files.getPosixFilePermissions(state.resolve(LocalAuthority.FILE))))
                .isEqualTo("rw-------");
        LocalAuthority.Issued issued =
                again.issue(
                        List.of("a.example.com"), LocalAuthority.KeyAlgorithm.EC_SECP384R1, NOW);
        Pem.certificates(issued.leafPem())
                .getFirst()
                .verify(Pem.certificates(made).getFirst().getPublicKey());
    }

    @Test
    void saysThatWhatIsKeptIsBroken() throws Exception {
        Files.writeString(directory.resolve(LocalAuthority.FILE), "nonsense");
        LocalAuthority broken =
                new LocalAuthority(SecretStore.inFile(directory, LocalAuthority.FILE));
        assertThatIllegalStateException().isThrownBy(() -> broken.pem(NOW));
        assertThat(directory.resolve(LocalAuthority.FILE)).hasContent("nonsense");
    }
}
