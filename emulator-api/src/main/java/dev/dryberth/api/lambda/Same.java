package dev.dryberth.api.lambda;

import dev.dryberth.core.wire.Shape;

import software.amazon.awssdk.core.SdkPojo;

/**
 * Answers of Lambda that say the same in classes of their own, which the SDK makes of one shape.
 * Any thread.
 */
final class Same {

    private Same() {}

    /** Sets each member of {@code from} on a builder that has all of them. */
    static <B extends SdkPojo> B as(SdkPojo from, B builder) {
        Shape target = Shape.of(builder);
        for (Shape.Field field : Shape.of(from).fields()) {
            Object value = field.get(from);
            Shape.Field same = target.field(field.name());
            if (value != null && same != null) {
                same.set(builder, value);
            }
        }
        return builder;
    }
}
