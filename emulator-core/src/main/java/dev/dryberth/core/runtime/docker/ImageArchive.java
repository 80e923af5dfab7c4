package dev.dryberth.core.runtime.docker;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Consumer;

/**
 * An image of one layer as {@code docker load} takes it: a tar with the layer's tar, the image's
 * configuration and a manifest that names both. The same content always gives the same image id.
 */
final class ImageArchive {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int EXECUTABLE = 0755;

    private final ByteArrayOutputStream layerBytes = new ByteArrayOutputStream();
    private final TarArchiveOutputStream layer = new TarArchiveOutputStream(layerBytes);

    ImageArchive executable(String path, byte[] content) {
        TarArchiveEntry entry = new TarArchiveEntry(path);
        entry.setMode(EXECUTABLE);
        entry.setModTime(0L);
        entry.setSize(content.length);
        return put(layer, entry, content);
    }

    ImageArchive link(String path, String target) {
        TarArchiveEntry entry = new TarArchiveEntry(path, TarConstants.LF_SYMLINK);
        entry.setModTime(0L);
        entry.setLinkName(target);
        return put(layer, entry, new byte[0]);
    }

    ImageArchive directory(String path, int mode) {
        TarArchiveEntry entry = new TarArchiveEntry(path + "/");
        entry.setMode(mode);
        entry.setModTime(0L);
        return put(layer, entry, new byte[0]);
    }

    /** The archive; {@code configure} fills the image's {@code config}. */
    InputStream finish(String tag, String architecture, Consumer<ObjectNode> configure) {
        try {
            layer.close();
            byte[] tar = layerBytes.toByteArray();
            String layerId = sha256(tar);
            ObjectNode image = JSON.createObjectNode();
            image.put("architecture", architecture);
            image.put("os", "linux");
            image.put("created", "1970-01-01T00:00:00Z");
            configure.accept(image.putObject("config"));
            ObjectNode files = image.putObject("rootfs");
            files.put("type", "layers");
            files.putArray("diff_ids").add("sha256:" + layerId);
            image.putArray("history").addObject().put("created_by", "dryberth");
            byte[] configuration = JSON.writeValueAsBytes(image);
            String configurationName = sha256(configuration) + ".json";
            ObjectNode manifest = JSON.createObjectNode();
            manifest.put("Config", configurationName);
            manifest.putArray("RepoTags").add(tag);
            manifest.putArray("Layers").add(layerId + "/layer.tar");

            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            try (TarArchiveOutputStream archive = new TarArchiveOutputStream(bytes)) {
                file(archive, layerId + "/layer.tar", tar);
                file(archive, configurationName, configuration);
                file(archive, "manifest.json", JSON.writeValueAsBytes(List.of(manifest)));
            }
            return new ByteArrayInputStream(bytes.toByteArray());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void file(TarArchiveOutputStream archive, String name, byte[] content) {
        TarArchiveEntry entry = new TarArchiveEntry(name);
        entry.setModTime(0L);
        entry.setSize(content.length);
        put(archive, entry, content);
    }

    private ImageArchive put(TarArchiveOutputStream tar, TarArchiveEntry entry, byte[] content) {
        try {
            tar.putArchiveEntry(entry);
            tar.write(content);
            tar.closeArchiveEntry();
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String sha256(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }
}
