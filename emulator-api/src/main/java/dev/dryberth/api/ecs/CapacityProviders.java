package dev.dryberth.api.ecs;

import dev.dryberth.core.model.Cluster;
import dev.dryberth.core.model.Scope;
import dev.dryberth.core.state.Tx;

import software.amazon.awssdk.services.ecs.model.CapacityProvider;
import software.amazon.awssdk.services.ecs.model.CapacityProviderField;
import software.amazon.awssdk.services.ecs.model.CapacityProviderStatus;
import software.amazon.awssdk.services.ecs.model.CapacityProviderStrategyItem;
import software.amazon.awssdk.services.ecs.model.CapacityProviderType;
import software.amazon.awssdk.services.ecs.model.DescribeCapacityProvidersRequest;
import software.amazon.awssdk.services.ecs.model.DescribeCapacityProvidersResponse;
import software.amazon.awssdk.services.ecs.model.Failure;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Capacity providers: the two of Fargate, which every account has, and the rules for strategies
 * made of them. Providers of Auto Scaling groups cannot be created yet, so every other name is
 * unknown. Runs on the loop thread.
 */
final class CapacityProviders {

    static final String FARGATE = "FARGATE";
    static final String FARGATE_SPOT = "FARGATE_SPOT";

    /** Every provider there is, in the order of their names. */
    private static final List<String> ALL = List.of(FARGATE, FARGATE_SPOT);

    private static final int MAX_DESCRIBED = 100;
    private static final int MAX_PAGE = 10;
    private static final int MAX_STRATEGY_ITEMS = 20;
    private static final int MAX_WEIGHT = 1_000;
    private static final int MAX_BASE = 100_000;

    DescribeCapacityProvidersResponse describeCapacityProviders(
            Tx tx, DescribeCapacityProvidersRequest request) {
        Includes.check(request.includeAsStrings(), CapacityProviderField.knownValues());
        if (request.capacityProviders().size() > MAX_DESCRIBED) {
            throw EcsErrors.invalidParameter(
                    "Capacity providers cannot have more than " + MAX_DESCRIBED + " elements");
        }
        Paging paging =
                Paging.of(
                        "DescribeCapacityProviders",
                        request.maxResults(),
                        request.nextToken(),
                        MAX_PAGE,
                        MAX_PAGE);
        Scope scope = Identifiers.scope();
        List<Failure> failures = new ArrayList<>();
        List<String> found = new ArrayList<>();
        for (String reference : request.capacityProviders()) {
            String name = nameIn(reference, scope);
            if (!ALL.contains(name)) {
                failures.add(missing(scope, reference));
            } else if (!found.contains(name)) {
                found.add(name);
            }
        }
        if (request.capacityProviders().isEmpty()) {
            found.addAll(ALL);
        }
        if (request.cluster() != null) {
            Cluster cluster = Identifiers.activeCluster(tx.world(), request.cluster());
            found.retainAll(cluster.capacityProviders());
        }
        found.sort(String::compareTo);
        Paging.Page<String> page = paging.page(found, name -> name);
        return DescribeCapacityProvidersResponse.builder()
                .capacityProviders(page.items().stream().map(name -> wire(scope, name)).toList())
                .failures(failures)
                .nextToken(page.nextToken())
                .build();
    }

    /** The providers a cluster is to have, each once. */
    static List<String> known(List<String> names) {
        for (String name : names) {
            if (!ALL.contains(name)) {
                throw EcsErrors.capacityProviderNotFound();
            }
        }
        return names.stream().distinct().toList();
    }

    /**
     * A strategy over the providers of a cluster, with base and weight filled in. Shared by
     * clusters and by whatever runs tasks.
     */
    static List<CapacityProviderStrategyItem> strategy(
            List<CapacityProviderStrategyItem> items, List<String> associated) {
        if (items.isEmpty()) {
            return List.of();
        }
        if (items.size() > MAX_STRATEGY_ITEMS) {
            throw EcsErrors.invalidParameter(
                    "The capacity provider strategy cannot have more than "
                            + MAX_STRATEGY_ITEMS
                            + " elements"); // [?]
        }
        Set<String> names = HashSet.newHashSet(items.size());
        int based = 0;
        List<CapacityProviderStrategyItem> filled = new ArrayList<>(items.size());
        for (CapacityProviderStrategyItem item : items) {
            CapacityProviderStrategyItem each = filled(item);
            if (each.capacityProvider() == null || !associated.contains(each.capacityProvider())) {
                throw EcsErrors.capacityProviderNotAssociated();
            }
            if (!names.add(each.capacityProvider())) {
                throw EcsErrors.invalidParameter(
                        "The capacity provider strategy cannot contain the capacity provider "
                                + each.capacityProvider()
                                + " more than once."); // [?]
            }
            if (each.base() > 0) {
                based++;
            }
            filled.add(each);
        }
        if (based > 1) {
            throw EcsErrors.invalidParameter(
                    "Only one capacity provider in a capacity provider strategy can have a base"
                            + " defined."); // [?]
        }
        return List.copyOf(filled);
    }

    private static CapacityProviderStrategyItem filled(CapacityProviderStrategyItem item) {
        int weight = item.weight() == null ? 0 : item.weight();
        int base = item.base() == null ? 0 : item.base();
        if (weight < 0 || weight > MAX_WEIGHT) {
            throw EcsErrors.outOfRange("weight", 0, MAX_WEIGHT);
        }
        if (base < 0 || base > MAX_BASE) {
            throw EcsErrors.outOfRange("base", 0, MAX_BASE);
        }
        return item.toBuilder().weight(weight).base(base).build();
    }

    private static CapacityProvider wire(Scope scope, String name) {
        return CapacityProvider.builder()
                .capacityProviderArn(arn(scope, name))
                .name(name)
                .status(CapacityProviderStatus.ACTIVE)
                .type(
                        name.equals(FARGATE_SPOT)
                                ? CapacityProviderType.FARGATE_SPOT
                                : CapacityProviderType.FARGATE)
                .tags(List.of())
                .build();
    }

    private static Failure missing(Scope scope, String reference) {
        return Failure.builder()
                .arn(Identifiers.isArn(reference) ? reference : arn(scope, reference))
                .reason("MISSING")
                .build();
    }

    private static String nameIn(String reference, Scope scope) {
        String prefix = arn(scope, "");
        return reference.startsWith(prefix) ? reference.substring(prefix.length()) : reference;
    }

    private static String arn(Scope scope, String name) {
        return "arn:aws:ecs:"
                + scope.region()
                + ":"
                + scope.account()
                + ":capacity-provider/"
                + name;
    }
}
