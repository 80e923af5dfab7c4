package dev.dryberth.api.elbv2;

import dev.dryberth.core.network.Cidr;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.elasticloadbalancingv2.model.HttpHeaderConditionConfig;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.QueryStringKeyValuePair;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.RuleCondition;

import java.net.Inet6Address;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * The conditions of a rule, checked and completed: host-header and path-pattern are shown both with
 * their Values and with their Config, whichever was given.
 */
final class ConditionRules {

    static final int MAX_VALUES = 5;
    static final int MAX_WILDCARDS = 5;
    private static final int MAX_LENGTH = 128;
    private static final int MAX_NAME = 40;
    private static final String FIELDS =
            "[path-pattern,host-header,http-header,http-request-method,query-string,source-ip]";
    private static final Set<String> REPEATABLE = Set.of("http-header", "query-string");
    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9.*?_-]+");
    private static final Pattern PATH = Pattern.compile("[A-Za-z0-9_.$/~\"'@:+&*?%-]+");
    private static final Pattern METHOD = Pattern.compile("[A-Z_-]+");
    private static final Pattern HEADER = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");

    /** What of a rule's limits is used up. */
    private int values;

    private int wildcards;

    private ConditionRules() {}

    static List<RuleCondition> checked(List<RuleCondition> conditions) {
        if (conditions.isEmpty()) {
            throw ElbErrors.validation("A condition must be specified");
        }
        ConditionRules rules = new ConditionRules();
        Set<String> fields = new HashSet<>();
        List<RuleCondition> checked = new ArrayList<>();
        for (RuleCondition each : conditions) {
            RuleCondition condition = rules.checked(each);
            if (!fields.add(condition.field()) && !REPEATABLE.contains(condition.field())) {
                throw ElbErrors.validation(
                        "A rule can only have one '%s' condition".formatted(condition.field()));
            }
            checked.add(condition);
        }
        if (rules.values > MAX_VALUES) {
            throw ElbErrors.validation(
                    "A rule can only have '%d' condition values".formatted(MAX_VALUES));
        }
        if (rules.wildcards > MAX_WILDCARDS) {
            throw ElbErrors.validation(
                    "A rule can only have '%d' condition wildcards".formatted(MAX_WILDCARDS));
        }
        return List.copyOf(checked);
    }

    private RuleCondition checked(RuleCondition wanted) {
        String field = wanted.field();
        if (field == null) {
            throw ElbErrors.validation("A condition field must be specified");
        }
        RuleCondition.Builder kept = RuleCondition.builder().field(field);
        return switch (field) {
            case "host-header" -> hostHeader(wanted, kept);
            case "path-pattern" -> pathPattern(wanted, kept);
            case "http-header" -> httpHeader(wanted, kept);
            case "http-request-method" -> method(wanted, kept);
            case "query-string" -> queryString(wanted, kept);
            case "source-ip" -> sourceIp(wanted, kept);
            default ->
                    throw ElbErrors.validation(
                            "Condition field '%s' must be one of '%s'".formatted(field, FIELDS));
        };
    }

    private RuleCondition hostHeader(RuleCondition wanted, RuleCondition.Builder kept) {
        var config = wanted.hostHeaderConfig();
        List<String> patterns =
                either(wanted.values(), config == null ? List.of() : config.values());
        List<String> regexes =
                either(wanted.regexValues(), config == null ? List.of() : config.regexValues());
        require(patterns, regexes);
        for (String each : patterns) {
            pattern("host-header", each, HOST);
            if (each.indexOf('.') < 0) {
                throw ElbErrors.validation(
                        "The host-header value '" + each + "' must contain a '.'");
            }
        }
        return kept.values(orNull(patterns))
                .regexValues(orNull(regexes))
                .hostHeaderConfig(
                        each -> each.values(orNull(patterns)).regexValues(orNull(regexes)))
                .build();
    }

    private RuleCondition pathPattern(RuleCondition wanted, RuleCondition.Builder kept) {
        var config = wanted.pathPatternConfig();
        List<String> patterns =
                either(wanted.values(), config == null ? List.of() : config.values());
        List<String> regexes =
                either(wanted.regexValues(), config == null ? List.of() : config.regexValues());
        require(patterns, regexes);
        for (String each : patterns) {
            pattern("path-pattern", each, PATH);
        }
        return kept.values(orNull(patterns))
                .regexValues(orNull(regexes))
                .pathPatternConfig(
                        each -> each.values(orNull(patterns)).regexValues(orNull(regexes)))
                .build();
    }

    private RuleCondition httpHeader(RuleCondition wanted, RuleCondition.Builder kept) {
        HttpHeaderConditionConfig config = wanted.httpHeaderConfig();
        String name = config == null ? null : config.httpHeaderName();
        if (config == null || name == null) {
            throw ElbErrors.validation("An HTTP header name must be specified");
        }
        if (name.length() > MAX_NAME || !HEADER.matcher(name).matches() || name.contains("*")) {
            throw ElbErrors.invalid(
                    "HTTP header name",
                    name,
                    "a header's name of at most " + MAX_NAME + " characters");
        }
        if (name.equalsIgnoreCase("host")) {
            throw ElbErrors.validation(
                    "The host header cannot be used in an http-header condition; use a host-header condition");
        }
        List<String> regexes = either(wanted.regexValues(), config.regexValues());
        require(config.values(), regexes);
        for (String each : config.values()) {
            pattern("http-header", each, null);
        }
        return kept.regexValues(orNull(regexes))
                .httpHeaderConfig(
                        config.toBuilder()
                                .values(orNull(config.values()))
                                .regexValues(orNull(regexes))
                                .build())
                .build();
    }

    private RuleCondition method(RuleCondition wanted, RuleCondition.Builder kept) {
        var config = wanted.httpRequestMethodConfig();
        require(config == null ? List.of() : config.values(), List.of());
        for (String each : config.values()) {
            if (each.length() > MAX_NAME || !METHOD.matcher(each).matches()) {
                throw ElbErrors.invalid(
                        "HTTP request method", each, "of the characters A-Z, '-' and '_'");
            }
        }
        return kept.httpRequestMethodConfig(config).build();
    }

    private RuleCondition queryString(RuleCondition wanted, RuleCondition.Builder kept) {
        var config = wanted.queryStringConfig();
        List<QueryStringKeyValuePair> pairs = config == null ? List.of() : config.values();
        require(pairs, List.of());
        for (QueryStringKeyValuePair each : pairs) {
            if (each.value() == null) {
                throw ElbErrors.validation("A query-string value must be specified");
            }
            pattern("query-string", each.value(), null);
            if (each.key() != null) {
                pattern("query-string", each.key(), null);
            }
        }
        return kept.queryStringConfig(config).build();
    }

    private RuleCondition sourceIp(RuleCondition wanted, RuleCondition.Builder kept) {
        var config = wanted.sourceIpConfig();
        require(config == null ? List.of() : config.values(), List.of());
        for (String each : config.values()) {
            if (!isRange(each)) {
                throw ElbErrors.validation("Source IP '" + each + "' is not a valid CIDR block");
            }
        }
        return kept.sourceIpConfig(config).build();
    }

    /** IPv6 ranges are told by their colons and checked by Java's own reader of addresses. */
    private static boolean isRange(String text) {
        if (text.indexOf(':') < 0) {
            try {
                Cidr.parse(text);
                return true;
            } catch (IllegalArgumentException noRange) {
                return false;
            }
        }
        int slash = text.indexOf('/');
        try {
            Inet6Address.ofLiteral(slash < 0 ? text : text.substring(0, slash));
            int prefix = slash < 0 ? -1 : Integer.parseInt(text.substring(slash + 1));
            return prefix >= 0 && prefix <= 128;
        } catch (IllegalArgumentException noRange) {
            return false;
        }
    }

    private static List<String> either(List<String> plain, List<String> configured) {
        if (!plain.isEmpty() && !configured.isEmpty() && !plain.equals(configured)) {
            throw ElbErrors.validation(
                    "You cannot specify both condition values and a condition configuration");
        }
        return plain.isEmpty() ? configured : plain;
    }

    private void require(List<?> patterns, List<String> regexes) {
        if (patterns.isEmpty() && regexes.isEmpty()) {
            throw ElbErrors.validation("A condition value must be specified");
        }
        values += patterns.size() + regexes.size();
        for (String each : regexes) {
            requireRegex(each, MAX_LENGTH);
        }
    }

    static void requireRegex(@Nullable String regex, int longest) {
        if (regex == null || regex.isEmpty() || regex.length() > longest) {
            throw ElbErrors.invalid(
                    "Regular expression", regex, "from 1 to " + longest + " characters long");
        }
        try {
            Pattern.compile(regex);
        } catch (PatternSyntaxException broken) {
            throw ElbErrors.invalid(
                    "Regular expression", regex, "valid: " + broken.getDescription());
        }
    }

    private void pattern(String field, String text, @Nullable Pattern allowed) {
        if (text.isEmpty() || text.length() > MAX_LENGTH) {
            throw ElbErrors.invalid(
                    field + " value", text, "from 1 to " + MAX_LENGTH + " characters long");
        }
        if (allowed != null && !allowed.matcher(text).matches()) {
            throw ElbErrors.validation(
                    "The %s value '%s' contains invalid characters".formatted(field, text));
        }
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\\') {
                i++;
            } else if (c == '*' || c == '?') {
                wildcards++;
            }
        }
    }

    private static @Nullable List<String> orNull(List<String> list) {
        return list.isEmpty() ? null : list;
    }
}
