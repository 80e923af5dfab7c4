package dev.dryberth.api.codedeploy;

import dev.dryberth.api.aws.paging.PageToken;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/**
 * A page of names.
 *
 * @param nextToken null: it is the last
 */
record Listing(List<String> names, @Nullable String nextToken) {

    private static final int PAGE = 100;

    /** The page behind {@code token} of names that have an order. */
    static Listing of(String operation, List<String> all, @Nullable String token) {
        int from = 0;
        if (token != null && !token.isEmpty()) {
            String after = PageToken.key(operation, token);
            from = after == null ? -1 : all.indexOf(after) + 1;
            if (from <= 0) {
                throw CodeDeployErrors.of(
                        "InvalidNextToken", "The next token was specified in an invalid format.");
            }
        }
        List<String> page = new ArrayList<>(all.subList(from, Math.min(all.size(), from + PAGE)));
        boolean more = from + PAGE < all.size();
        return new Listing(page, more ? PageToken.of(operation, page.getLast()) : null);
    }
}
