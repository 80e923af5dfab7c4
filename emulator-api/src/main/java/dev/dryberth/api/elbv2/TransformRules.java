package dev.dryberth.api.elbv2;

import software.amazon.awssdk.services.elasticloadbalancingv2.model.RewriteConfig;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.RuleTransform;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.TransformTypeEnum;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** The transforms of a rule: at most one of the host header and one of the URL. */
final class TransformRules {

    private static final int MAX_LENGTH = 1024;

    private TransformRules() {}

    static List<RuleTransform> checked(List<RuleTransform> transforms) {
        Set<TransformTypeEnum> seen = EnumSet.noneOf(TransformTypeEnum.class);
        for (RuleTransform each : transforms) {
            if (each.type() == null) {
                throw ElbErrors.missing("transforms.type");
            }
            switch (each.type()) {
                case HOST_HEADER_REWRITE ->
                        check(
                                each,
                                each.hostHeaderRewriteConfig() == null
                                        ? List.of()
                                        : each.hostHeaderRewriteConfig().rewrites());
                case URL_REWRITE ->
                        check(
                                each,
                                each.urlRewriteConfig() == null
                                        ? List.of()
                                        : each.urlRewriteConfig().rewrites());
                case UNKNOWN_TO_SDK_VERSION ->
                        throw ElbErrors.invalid(
                                "Transform type",
                                each.typeAsString(),
                                "host-header-rewrite or url-rewrite");
            }
            if (!seen.add(each.type())) {
                throw ElbErrors.validation(
                        "A rule can only have one '%s' transform".formatted(each.typeAsString()));
            }
        }
        return List.copyOf(transforms);
    }

    private static void check(RuleTransform transform, List<RewriteConfig> rewrites) {
        if (rewrites.size() != 1) {
            throw ElbErrors.validation(
                    "A '%s' transform must have exactly one rewrite"
                            .formatted(transform.typeAsString()));
        }
        RewriteConfig rewrite = rewrites.getFirst();
        ConditionRules.requireRegex(rewrite.regex(), MAX_LENGTH);
        if (rewrite.replace() == null || rewrite.replace().length() > MAX_LENGTH) {
            throw ElbErrors.invalid(
                    "Replace", rewrite.replace(), "at most " + MAX_LENGTH + " characters long");
        }
    }
}
