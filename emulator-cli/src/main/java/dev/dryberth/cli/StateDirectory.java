package dev.dryberth.cli;

import dev.dryberth.core.runtime.OwnerOnly;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HexFormat;
import java.util.SplittableRandom;

/** Where a daemon keeps its journal, and the id that marks everything it makes. */
final class StateDirectory {

    private static final String ID_FILE = "instance";
    private static final int ID_DIGITS = 12;

    private StateDirectory() {}

    static Path locate(@Nullable Path chosen) {
        if (chosen != null) {
            return chosen;
        }
        String state = System.getenv("XDG_STATE_HOME");
        return state == null || state.isEmpty()
                ? Path.of(System.getProperty("user.home"), ".local", "state", "dryberth")
                : Path.of(state, "dryberth");
    }

    /** The id of the daemon whose state this is, made at its first start. */
    static String instanceId(Path directory) {
        Path file = directory.resolve(ID_FILE);
        try {
            String known = Files.exists(file) ? Files.readString(file).strip() : "";
            if (!known.isEmpty()) {
                return known;
            }
            OwnerOnly.createDirectories(directory);
            String id = freshId();
            // By way of a draft, so that a daemon killed here leaves a whole id or none.
            Path draft = directory.resolve(ID_FILE + ".draft");
            Files.writeString(draft, id + "\n");
            Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
            return id;
        } catch (IOException e) {
            throw new CommandFailure("the state directory can't be used: " + e, e);
        }
    }

    /** Unlike any other on this machine; SecureRandom would cost at every first start. */
    static String freshId() {
        return HexFormat.of().toHexDigits(new SplittableRandom().nextLong(), ID_DIGITS);
    }
}
