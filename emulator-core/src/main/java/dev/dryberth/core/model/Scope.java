package dev.dryberth.core.model;

/** The region and account a resource lives in; two scopes never see each other's resources. */
public record Scope(String region, String account) implements Comparable<Scope> {

    @Override
    public int compareTo(Scope other) {
        int byAccount = account.compareTo(other.account);
        return byAccount != 0 ? byAccount : region.compareTo(other.region);
    }
}
