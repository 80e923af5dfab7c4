package dev.dryberth.core.model;

import java.util.ArrayList;
import java.util.List;

/**
 * The authorities whose clients a listener lets in, and the certificates they took back.
 *
 * @param authoritiesPem their certificates
 * @param authorityCount how many those are
 * @param lastRevocationId given out; an id is not used again
 */
public record TrustStore(
        TrustStoreArn arn,
        String authoritiesPem,
        int authorityCount,
        List<Revocation> revocations,
        long lastRevocationId,
        List<Tag> tags) {

    /**
     * A list of certificates that were taken back.
     *
     * @param id unique in its trust store
     * @param pem the list itself
     * @param entryCount how many certificates it names
     */
    public record Revocation(long id, String pem, int entryCount) {}

    public long revokedCount() {
        return revocations.stream().mapToLong(Revocation::entryCount).sum();
    }

    public TrustStore withAuthorities(String pem, int count) {
        return new TrustStore(arn, pem, count, revocations, lastRevocationId, tags);
    }

    /** With one more list of what was taken back. */
    public TrustStore plus(String pem, int entryCount) {
        List<Revocation> next = new ArrayList<>(revocations);
        next.add(new Revocation(lastRevocationId + 1, pem, entryCount));
        return new TrustStore(
                arn, authoritiesPem, authorityCount, List.copyOf(next), lastRevocationId + 1, tags);
    }

    public TrustStore without(List<Long> revocationIds) {
        return new TrustStore(
                arn,
                authoritiesPem,
                authorityCount,
                revocations.stream().filter(each -> !revocationIds.contains(each.id())).toList(),
                lastRevocationId,
                tags);
    }

    public TrustStore withTags(List<Tag> next) {
        return new TrustStore(
                arn, authoritiesPem, authorityCount, revocations, lastRevocationId, next);
    }
}
