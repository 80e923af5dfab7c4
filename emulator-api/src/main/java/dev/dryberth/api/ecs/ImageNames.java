package dev.dryberth.api.ecs;

import org.jspecify.annotations.Nullable;

/** What can be told from an image's name. */
final class ImageNames {

    private ImageNames() {}

    /** Whether the image lies in a private ECR registry, {@code {account}.dkr.ecr.{region}.…}. */
    static boolean fromEcr(@Nullable String image) {
        if (image == null) {
            return false;
        }
        int slash = image.indexOf('/');
        int ecr = image.indexOf(".dkr.ecr.");
        return ecr > 0 && slash > ecr;
    }
}
