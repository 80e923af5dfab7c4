package dev.dryberth.core.balancing;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Judges whether two readers could disagree about where a request ends, which is what request
 * smuggling lives on. Follows "Desync mitigation mode" of the Application Load Balancer guide: each
 * request is compliant, acceptable, ambiguous or severe, and the mode says what happens to which.
 *
 * <pre>
 *              compliant   acceptable   ambiguous              severe
 * monitor      forwarded   forwarded    forwarded              refused (deviation)
 * defensive    forwarded   forwarded    forwarded, then both   refused
 *                                       connections closed
 * strictest    forwarded   refused      refused                refused
 * </pre>
 *
 * <p>Deviations. AWS forwards severe requests in monitor mode; here a request whose end is not
 * known cannot be forwarded without becoming the attack, so it is refused with 400. Two equal
 * Content-Length headers, ambiguous on AWS, are refused in every mode for the same reason. In every
 * mode a request goes on with the one framing it was read by: when both Transfer-Encoding and
 * Content-Length came, only the former leaves here.
 */
public final class Desync {

    private Desync() {}

    /** How bad it is; the order counts. */
    public enum Rating {
        COMPLIANT,
        ACCEPTABLE,
        AMBIGUOUS,
        SEVERE,
        /** A transfer coding that is well known but not carried: 501 in any mode. */
        UNKNOWN_CODING
    }

    /** Attribute {@code routing.http.desync_mitigation_mode}. */
    public enum Mode {
        MONITOR,
        DEFENSIVE,
        STRICTEST;

        public static Mode parse(@Nullable String text) {
            if (text == null) {
                return DEFENSIVE;
            }
            return switch (text) {
                case "monitor" -> MONITOR;
                case "strictest" -> STRICTEST;
                default -> DEFENSIVE;
            };
        }
    }

    /** What is done with a request. */
    public enum Verdict {
        FORWARD,
        FORWARD_AND_CLOSE,
        REFUSE,
        NOT_IMPLEMENTED
    }

    public static Verdict verdict(Rating rating, Mode mode) {
        return switch (rating) {
            case COMPLIANT -> Verdict.FORWARD;
            case ACCEPTABLE -> mode == Mode.STRICTEST ? Verdict.REFUSE : Verdict.FORWARD;
            case AMBIGUOUS ->
                    switch (mode) {
                        case MONITOR -> Verdict.FORWARD;
                        case DEFENSIVE -> Verdict.FORWARD_AND_CLOSE;
                        case STRICTEST -> Verdict.REFUSE;
                    };
            case SEVERE -> Verdict.REFUSE;
            case UNKNOWN_CODING -> Verdict.NOT_IMPLEMENTED;
        };
    }

    /**
     * Rates the framing of a request.
     *
     * @param lengths the values of all Content-Length headers, as received
     * @param encodings the values of all Transfer-Encoding headers
     */
    public static Rating framing(String method, List<String> lengths, List<String> encodings) {
        Rating length = length(lengths);
        Rating coding = coding(encodings);
        if (coding == Rating.UNKNOWN_CODING || length == Rating.SEVERE) {
            return length == Rating.SEVERE ? length : coding;
        }
        Rating worst = worse(length, coding);
        if (!encodings.isEmpty() && !lengths.isEmpty()) {
            worst = worse(worst, Rating.AMBIGUOUS);
        }
        if (method.equals("GET") || method.equals("HEAD")) {
            worst = worse(worst, bodyWithoutMeaning(lengths, encodings));
        }
        return worst;
    }

    private static Rating bodyWithoutMeaning(List<String> lengths, List<String> encodings) {
        if (!encodings.isEmpty()) {
            return Rating.AMBIGUOUS;
        }
        if (lengths.isEmpty()) {
            return Rating.COMPLIANT;
        }
        return lengths.getFirst().strip().equals("0") ? Rating.ACCEPTABLE : Rating.AMBIGUOUS;
    }

    private static Rating length(List<String> lengths) {
        if (lengths.size() > 1) {
            return Rating.SEVERE;
        }
        for (String each : lengths) {
            String digits = each.strip();
            if (digits.isEmpty() || digits.chars().anyMatch(c -> c < '0' || c > '9')) {
                return Rating.SEVERE;
            }
        }
        return Rating.COMPLIANT;
    }

    private static Rating coding(List<String> encodings) {
        if (encodings.isEmpty()) {
            return Rating.COMPLIANT;
        }
        List<String> codings = new ArrayList<>();
        for (String header : encodings) {
            for (String each : header.split(",", -1)) {
                codings.add(each.strip().toLowerCase(Locale.ROOT));
            }
        }
        if (codings.size() == 1 && codings.getFirst().equals("chunked")) {
            return Rating.COMPLIANT;
        }
        boolean known =
                codings.stream().allMatch(each -> each.equals("chunked") || isOtherCoding(each));
        boolean anyOther = codings.stream().anyMatch(Desync::isOtherCoding);
        return known && anyOther ? Rating.UNKNOWN_CODING : Rating.SEVERE;
    }

    private static boolean isOtherCoding(String coding) {
        return switch (coding) {
            case "gzip", "x-gzip", "compress", "x-compress", "deflate", "br", "zstd" -> true;
            default -> false;
        };
    }

    /** A header's name that some readers might take for one of the two that frame a body. */
    public static Rating headerName(String name) {
        if (name.length() < "contentlength".length()
                || name.length() > "transfer-encoding".length() + 2) {
            return Rating.COMPLIANT;
        }
        String lower = Wildcard.lower(name);
        if (lower.equals("content-length") || lower.equals("transfer-encoding")) {
            return Rating.COMPLIANT;
        }
        StringBuilder letters = new StringBuilder(lower.length());
        lower.chars()
                .filter(each -> each >= 'a' && each <= 'z')
                .forEach(each -> letters.append((char) each));
        String squeezed = letters.toString();
        return squeezed.equals("contentlength") || squeezed.equals("transferencoding")
                ? Rating.AMBIGUOUS
                : Rating.COMPLIANT;
    }

    public static Rating worse(Rating one, Rating other) {
        return one.compareTo(other) >= 0 ? one : other;
    }
}
