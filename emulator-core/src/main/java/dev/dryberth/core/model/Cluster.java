package dev.dryberth.core.model;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.ecs.model.CapacityProviderStrategyItem;
import software.amazon.awssdk.services.ecs.model.ClusterConfiguration;
import software.amazon.awssdk.services.ecs.model.ClusterServiceConnectDefaults;
import software.amazon.awssdk.services.ecs.model.ClusterSetting;

import java.util.List;

/** A cluster; an inactive one stays described until it is made again under its name. */
public record Cluster(
        ClusterArn arn,
        boolean active,
        List<ClusterSetting> settings,
        @Nullable ClusterConfiguration configuration,
        List<String> capacityProviders,
        List<CapacityProviderStrategyItem> defaultCapacityProviderStrategy,
        @Nullable ClusterServiceConnectDefaults serviceConnectDefaults,
        List<Tag> tags) {

    public Cluster withTags(List<Tag> next) {
        return new Cluster(
                arn,
                active,
                settings,
                configuration,
                capacityProviders,
                defaultCapacityProviderStrategy,
                serviceConnectDefaults,
                next);
    }

    public Cluster inactive() {
        return new Cluster(
                arn,
                false,
                settings,
                configuration,
                capacityProviders,
                defaultCapacityProviderStrategy,
                serviceConnectDefaults,
                tags);
    }
}
