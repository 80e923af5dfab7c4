package dev.dryberth.api.acm;

import org.jspecify.annotations.Nullable;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** What ACM takes for a domain name. Stateless, any thread. */
final class DomainNames {

    /** ACM's quota; a name more than these is refused there too until it is raised. */
    static final int MAX_NAMES = 10;

    private static final int MAX_LENGTH = 253;

    /** It becomes the subject's common name, which X.509 limits. */
    private static final int MAX_FIRST_LENGTH = 64;

    private static final Pattern FORM =
            Pattern.compile(
                    "(\\*\\.)?(((?!-)[A-Za-z0-9-]{0,62}[A-Za-z0-9])\\.)+((?!-)[A-Za-z0-9-]{1,62}[A-Za-z0-9])");
    private static final String WILDCARD = "*.";

    private DomainNames() {}

    /** All names of a certificate, each once, in lower case, the first one first. */
    static List<String> checked(@Nullable String first, List<String> others) {
        if (first == null) {
            throw AcmErrors.validation(
                    "1 validation error detected: Value null at 'domainName' failed to satisfy"
                            + " constraint: Member must not be null");
        }
        Set<String> names = new LinkedHashSet<>();
        names.add(checked("domainName", first));
        if (first.length() > MAX_FIRST_LENGTH) {
            throw AcmErrors.validation(
                    "The first domain name can be at most 64 characters long, '%s' is not."
                            .formatted(first));
        }
        others.forEach(each -> names.add(checked("subjectAlternativeNames", each)));
        if (names.size() > MAX_NAMES) {
            throw AcmErrors.tooMany("domain names of a certificate", MAX_NAMES);
        }
        return List.copyOf(names);
    }

    private static String checked(String member, String name) {
        if (name.length() > MAX_LENGTH || !FORM.matcher(name).matches()) {
            throw AcmErrors.validation(
                    "1 validation error detected: Value '%s' at '%s' failed to satisfy constraint: Member must satisfy regular expression pattern: %s"
                            .formatted(name, member, FORM.pattern()));
        }
        return name.toLowerCase(Locale.ROOT);
    }

    /** The domain whose owner must agree: a wildcard stands for it. */
    static String base(String name) {
        return name.startsWith(WILDCARD) ? name.substring(WILDCARD.length()) : name;
    }

    /** Whether mail to {@code domain} can validate {@code name}: the same, or one above it. */
    static boolean validates(String domain, String name) {
        String base = base(name);
        return base.equals(domain) || base.endsWith("." + domain);
    }
}
