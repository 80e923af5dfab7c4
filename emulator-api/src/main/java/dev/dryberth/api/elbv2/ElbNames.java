package dev.dryberth.api.elbv2;

import org.jspecify.annotations.Nullable;

import java.util.regex.Pattern;

/** What load balancers and target groups may be called. */
final class ElbNames {

    private static final int MAX_LENGTH = 32;
    private static final Pattern CHARACTERS = Pattern.compile("[A-Za-z0-9-]+");
    private static final String INTERNAL = "internal-";

    private ElbNames() {}

    static String loadBalancer(@Nullable String name) {
        String checked = checked("Load balancer", name);
        if (checked.startsWith(INTERNAL)) {
            throw ElbErrors.validation(
                    "The load balancer name '" + name + "' must not begin with 'internal-'");
        }
        return checked;
    }

    static String targetGroup(@Nullable String name) {
        return checked("Target group", name);
    }

    private static String checked(String what, @Nullable String name) {
        if (name == null) {
            throw ElbErrors.missing("name");
        }
        if (name.isEmpty() || name.length() > MAX_LENGTH) {
            throw ElbErrors.validation(
                    "%s name '%s' must be between 1 and %d characters long"
                            .formatted(what, name, MAX_LENGTH));
        }
        if (!CHARACTERS.matcher(name).matches()) {
            throw ElbErrors.validation(
                    "%s name '%s' can only contain characters that are alphanumeric characters and hyphens(-)"
                            .formatted(what, name));
        }
        if (name.startsWith("-") || name.endsWith("-")) {
            throw ElbErrors.validation(
                    "%s name '%s' cannot begin or end with a hyphen(-)".formatted(what, name));
        }
        return name;
    }
}
