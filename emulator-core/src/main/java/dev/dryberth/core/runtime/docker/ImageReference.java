package dev.dryberth.core.runtime.docker;

import dev.dryberth.core.runtime.docker.Reasons.Refused;

import org.jspecify.annotations.Nullable;

/**
 * An image's name taken apart as Docker does: {@code nginx} is {@code
 * docker.io/library/nginx:latest}.
 *
 * @param given as it was written
 * @param registry {@code docker.io} where none is given
 * @param path the repository in its registry
 * @param tag {@code latest} where neither tag nor digest is given; null beside a digest
 * @param digest {@code sha256:…}
 */
record ImageReference(
        String given, String registry, String path, @Nullable String tag, @Nullable String digest) {

    private static final String DOCKER_HUB = "docker.io";

    static ImageReference parse(String text) {
        String rest = text.strip();
        String digest = null;
        int at = rest.indexOf('@');
        if (at >= 0) {
            digest = rest.substring(at + 1);
            rest = rest.substring(0, at);
        }
        String tag = digest == null ? "latest" : null;
        int colon = rest.lastIndexOf(':');
        if (colon > rest.lastIndexOf('/')) {
            tag = digest == null ? rest.substring(colon + 1) : null;
            rest = rest.substring(0, colon);
        }
        int slash = rest.indexOf('/');
        String first = slash < 0 ? "" : rest.substring(0, slash);
        boolean named = first.contains(".") || first.contains(":") || first.equals("localhost");
        String registry = named ? first : DOCKER_HUB;
        String path = named ? rest.substring(slash + 1) : rest;
        if (registry.equals("index.docker.io")) {
            registry = DOCKER_HUB;
        }
        if (registry.equals(DOCKER_HUB) && path.indexOf('/') < 0) {
            path = "library/" + path;
        }
        if (!path.matches("[a-z0-9]+([._/-]+[a-z0-9]+)*")
                || (tag != null && !tag.matches("\\w[\\w.-]{0,127}"))
                || (digest != null && !digest.matches("[a-z0-9+._-]+:[0-9a-f]{32,}"))) {
            throw new Refused("invalid reference format: " + text);
        }
        return new ImageReference(text, registry, path, tag, digest);
    }

    /** The same repository's image of another digest. */
    ImageReference at(String otherDigest) {
        return new ImageReference(given, registry, path, null, otherDigest);
    }

    /** What the engine's pull calls the repository. */
    String repository() {
        return registry + "/" + path;
    }

    @Override
    public String toString() {
        return repository() + (digest != null ? "@" + digest : ":" + tag);
    }
}
