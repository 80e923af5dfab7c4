package dev.dryberth.api.elbv2;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.regex.Pattern;

/**
 * What requests name as objects in S3: files below a directory, as {@code bucket/key}. Not on the
 * loop, since it reads them.
 *
 * @param directory null: there are none
 */
record S3Objects(@Nullable Path directory) {

    private static final int MAX_BYTES = 4 * 1024 * 1024;
    private static final Pattern BUCKET = Pattern.compile("[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]");

    /** An object cannot be had; the message is for the one who asked for it. */
    static final class Missing extends Exception {

        private static final long serialVersionUID = 1;

        Missing(String message) {
            super(message);
        }
    }

    String text(@Nullable String bucket, @Nullable String key, @Nullable String version)
            throws Missing {
        if (bucket == null || key == null) {
            throw ElbErrors.missing(bucket == null ? "s3Bucket" : "s3Key");
        }
        if (version != null) {
            throw ElbErrors.notBuilt("versions of S3 objects");
        }
        String name = "s3://" + bucket + "/" + key;
        Path root = directory;
        if (root == null) {
            throw new Missing(
                    name
                            + ": Dryberth has no S3 objects (start it with --s3-dir DIR to give it some)");
        }
        try {
            Path home = root.toRealPath();
            Path file = home.resolve(bucket).resolve(key).toRealPath();
            if (BUCKET.matcher(bucket).matches()
                    && file.startsWith(home.resolve(bucket))
                    && Files.isRegularFile(file)
                    && Files.size(file) <= MAX_BYTES) {
                return Files.readString(file, StandardCharsets.ISO_8859_1);
            }
        } catch (IOException | InvalidPathException unreadable) {
            // Said below.
        }
        throw new Missing(
                "%s is not a file of at most %d bytes below %s".formatted(name, MAX_BYTES, root));
    }
}
