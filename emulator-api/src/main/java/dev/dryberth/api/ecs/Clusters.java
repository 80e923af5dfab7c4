package dev.dryberth.api.ecs;

import dev.dryberth.core.model.Cluster;
import dev.dryberth.core.model.ClusterArn;
import dev.dryberth.core.model.ContainerInstance;
import dev.dryberth.core.model.ContainerInstanceArn;
import dev.dryberth.core.model.Scope;
import dev.dryberth.core.model.Service;
import dev.dryberth.core.model.ServiceRevision;
import dev.dryberth.core.model.Task;
import dev.dryberth.core.model.TaskArn;
import dev.dryberth.core.state.Tx;
import dev.dryberth.core.state.World;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.ecs.model.ClusterConfiguration;
import software.amazon.awssdk.services.ecs.model.ClusterField;
import software.amazon.awssdk.services.ecs.model.ClusterServiceConnectDefaults;
import software.amazon.awssdk.services.ecs.model.ClusterServiceConnectDefaultsRequest;
import software.amazon.awssdk.services.ecs.model.ClusterSetting;
import software.amazon.awssdk.services.ecs.model.ClusterSettingName;
import software.amazon.awssdk.services.ecs.model.CreateClusterRequest;
import software.amazon.awssdk.services.ecs.model.CreateClusterResponse;
import software.amazon.awssdk.services.ecs.model.DeleteClusterRequest;
import software.amazon.awssdk.services.ecs.model.DeleteClusterResponse;
import software.amazon.awssdk.services.ecs.model.DescribeClustersRequest;
import software.amazon.awssdk.services.ecs.model.DescribeClustersResponse;
import software.amazon.awssdk.services.ecs.model.Failure;
import software.amazon.awssdk.services.ecs.model.ListClustersRequest;
import software.amazon.awssdk.services.ecs.model.ListClustersResponse;
import software.amazon.awssdk.services.ecs.model.PutClusterCapacityProvidersRequest;
import software.amazon.awssdk.services.ecs.model.PutClusterCapacityProvidersResponse;
import software.amazon.awssdk.services.ecs.model.UpdateClusterRequest;
import software.amazon.awssdk.services.ecs.model.UpdateClusterResponse;
import software.amazon.awssdk.services.ecs.model.UpdateClusterSettingsRequest;
import software.amazon.awssdk.services.ecs.model.UpdateClusterSettingsResponse;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * The clusters of ECS. A deleted cluster stays described as INACTIVE and comes back to life, with
 * the same ARN and nothing else of its past, when a cluster is created under its name. Runs on the
 * loop thread.
 */
final class Clusters {

    private static final int MAX_DESCRIBED = 100;
    private static final List<String> INSIGHTS = List.of("enhanced", "enabled", "disabled");
    private static final String INSIGHTS_NAME = ClusterSettingName.CONTAINER_INSIGHTS.toString();

    CreateClusterResponse createCluster(Tx tx, CreateClusterRequest request) {
        String name = request.clusterName();
        ClusterArn arn =
                new ClusterArn(
                        Identifiers.scope(),
                        name == null || name.isEmpty()
                                ? ClusterArn.DEFAULT_NAME
                                : Identifiers.clusterName(name));
        List<String> providers = CapacityProviders.known(request.capacityProviders());
        Cluster wanted =
                new Cluster(
                        arn,
                        true,
                        settings(tx.world(), request.settings()),
                        request.configuration(),
                        providers,
                        CapacityProviders.strategy(
                                request.defaultCapacityProviderStrategy(), providers),
                        serviceConnectDefaults(request.serviceConnectDefaults()),
                        TagRules.checked(request.tags()));
        Cluster present = tx.world().clusters().get(arn);
        if (present != null && present.active()) {
            return CreateClusterResponse.builder().cluster(inFull(tx.world(), present)).build();
        }
        tx.put(tx.world().clusters(), arn, wanted);
        return CreateClusterResponse.builder().cluster(inFull(tx.world(), wanted)).build();
    }

    DeleteClusterResponse deleteCluster(Tx tx, DeleteClusterRequest request) {
        if (request.cluster() == null || request.cluster().isEmpty()) {
            throw EcsErrors.invalidParameter("Cluster can not be blank."); // [?]
        }
        World world = tx.world();
        Cluster cluster = world.clusters().get(Identifiers.cluster(request.cluster()));
        if (cluster == null) {
            throw EcsErrors.clusterNotFound();
        }
        // Deleting twice answers the same. AWS may also say that the cluster is not found. [?]
        if (cluster.active()) {
            if (instances(world, cluster.arn()).stream().anyMatch(Clusters::counts)) {
                throw EcsErrors.clusterContainsContainerInstances();
            }
            if (ServiceLists.of(world, cluster.arn()).stream()
                    .anyMatch(service -> service.status() != Service.Status.INACTIVE)) {
                throw EcsErrors.clusterContainsServices();
            }
            if (tasks(world, cluster.arn()).stream().anyMatch(task -> !task.isStopped())) {
                throw EcsErrors.clusterContainsTasks();
            }
            cluster = cluster.inactive();
            tx.put(world.clusters(), cluster.arn(), cluster);
        }
        return DeleteClusterResponse.builder().cluster(describe(world, cluster, List.of())).build();
    }

    DescribeClustersResponse describeClusters(Tx tx, DescribeClustersRequest request) {
        Includes.check(request.includeAsStrings(), ClusterField.knownValues());
        if (request.clusters().size() > MAX_DESCRIBED) {
            throw EcsErrors.invalidParameter(
                    "Clusters cannot have more than " + MAX_DESCRIBED + " elements"); // [?]
        }
        List<String> references =
                request.clusters().isEmpty()
                        ? List.of(ClusterArn.DEFAULT_NAME)
                        : request.clusters().stream().distinct().toList();
        List<software.amazon.awssdk.services.ecs.model.Cluster> found = new ArrayList<>();
        List<Failure> failures = new ArrayList<>();
        for (String reference : references) {
            if (reference == null || reference.isBlank()) {
                throw EcsErrors.invalidParameter("Clusters can not be blank.");
            }
            ClusterArn arn = anyScope(reference);
            Cluster cluster =
                    arn.scope().equals(Identifiers.scope()) ? tx.world().clusters().get(arn) : null;
            if (cluster == null) {
                failures.add(Failure.builder().arn(arn.text()).reason("MISSING").build());
            } else {
                found.add(describe(tx.world(), cluster, request.include()));
            }
        }
        return DescribeClustersResponse.builder().clusters(found).failures(failures).build();
    }

    ListClustersResponse listClusters(Tx tx, ListClustersRequest request) {
        Paging paging = Paging.upTo100("ListClusters", request.maxResults(), request.nextToken());
        Scope scope = Identifiers.scope();
        ClusterArn from = new ClusterArn(scope, nameAfter(paging.after()));
        Collection<Cluster> rows =
                tx.world().clusters().between(from, new ClusterArn(scope, AFTER_ALL_NAMES));
        Paging.Page<Cluster> page =
                paging.take(rows, Cluster::active, cluster -> cluster.arn().name());
        return ListClustersResponse.builder()
                .clusterArns(page.items().stream().map(cluster -> cluster.arn().text()).toList())
                .nextToken(page.nextToken())
                .build();
    }

    UpdateClusterResponse updateCluster(Tx tx, UpdateClusterRequest request) {
        Cluster cluster = Identifiers.activeCluster(tx.world(), request.cluster());
        Cluster next =
                new Cluster(
                        cluster.arn(),
                        true,
                        request.settings().isEmpty()
                                ? cluster.settings()
                                : settings(tx.world(), request.settings()),
                        request.configuration() == null
                                ? cluster.configuration()
                                : request.configuration(),
                        cluster.capacityProviders(),
                        cluster.defaultCapacityProviderStrategy(),
                        request.serviceConnectDefaults() == null
                                ? cluster.serviceConnectDefaults()
                                : serviceConnectDefaults(request.serviceConnectDefaults()),
                        cluster.tags());
        tx.put(tx.world().clusters(), next.arn(), next);
        return UpdateClusterResponse.builder().cluster(inFull(tx.world(), next)).build();
    }

    UpdateClusterSettingsResponse updateClusterSettings(
            Tx tx, UpdateClusterSettingsRequest request) {
        Cluster cluster = Identifiers.activeCluster(tx.world(), request.cluster());
        if (request.settings().isEmpty()) {
            throw EcsErrors.invalidParameter("Settings can not be empty."); // [?]
        }
        Cluster next =
                new Cluster(
                        cluster.arn(),
                        true,
                        settings(tx.world(), request.settings()),
                        cluster.configuration(),
                        cluster.capacityProviders(),
                        cluster.defaultCapacityProviderStrategy(),
                        cluster.serviceConnectDefaults(),
                        cluster.tags());
        tx.put(tx.world().clusters(), next.arn(), next);
        return UpdateClusterSettingsResponse.builder().cluster(inFull(tx.world(), next)).build();
    }

    PutClusterCapacityProvidersResponse putClusterCapacityProviders(
            Tx tx, PutClusterCapacityProvidersRequest request) {
        World world = tx.world();
        Cluster cluster = Identifiers.activeCluster(world, request.cluster());
        if (!request.hasCapacityProviders() || !request.hasDefaultCapacityProviderStrategy()) {
            throw EcsErrors.invalidParameter(
                    "You must specify both the available capacity providers and a default capacity"
                            + " provider strategy for the cluster."); // [?]
        }
        List<String> providers = CapacityProviders.known(request.capacityProviders());
        List<String> removed = new ArrayList<>(cluster.capacityProviders());
        removed.removeAll(providers);
        if (tasks(world, cluster.arn()).stream()
                        .filter(task -> !task.isStopped())
                        .anyMatch(task -> removed.contains(task.origin().capacityProvider()))
                || ServiceLists.of(world, cluster.arn()).stream()
                        .filter(Service::active)
                        .anyMatch(service -> uses(world, service, removed))) {
            throw EcsErrors.capacityProviderInUse();
        }
        Cluster next =
                new Cluster(
                        cluster.arn(),
                        true,
                        cluster.settings(),
                        cluster.configuration(),
                        providers,
                        CapacityProviders.strategy(
                                request.defaultCapacityProviderStrategy(), providers),
                        cluster.serviceConnectDefaults(),
                        cluster.tags());
        tx.put(world.clusters(), next.arn(), next);
        return PutClusterCapacityProvidersResponse.builder().cluster(inFull(world, next)).build();
    }

    private static boolean uses(World world, Service service, List<String> providers) {
        ServiceRevision newest = ServiceViews.newestRevision(world, service);
        return newest != null
                && newest.template().capacityProviders().stream()
                        .anyMatch(share -> providers.contains(share.provider()));
    }

    /** The tasks of a cluster, stopped ones too, in the order of their ids. */
    static Collection<Task> tasks(World world, ClusterArn cluster) {
        return world.tasks()
                .between(
                        new TaskArn(cluster.scope(), cluster.name(), ""),
                        new TaskArn(cluster.scope(), cluster.name(), AFTER_ALL_NAMES));
    }

    /** The container instances of a cluster, in the order of their ids. */
    static Collection<ContainerInstance> instances(World world, ClusterArn cluster) {
        return world.containerInstances()
                .between(
                        new ContainerInstanceArn(cluster.scope(), cluster.name(), ""),
                        new ContainerInstanceArn(cluster.scope(), cluster.name(), AFTER_ALL_NAMES));
    }

    /** Greater than every name and id, because they have no {@code ~}. */
    private static final String AFTER_ALL_NAMES = "~";

    /** A cluster as the operations show it that change it: all it has, but no statistics. */
    private static software.amazon.awssdk.services.ecs.model.Cluster inFull(
            World world, Cluster cluster) {
        return describe(
                world,
                cluster,
                List.of(ClusterField.CONFIGURATIONS, ClusterField.SETTINGS, ClusterField.TAGS));
    }

    private static software.amazon.awssdk.services.ecs.model.Cluster describe(
            World world, Cluster cluster, List<ClusterField> include) {
        ClusterCounts counts = ClusterCounts.of(world, cluster.arn());
        software.amazon.awssdk.services.ecs.model.Cluster.Builder described =
                software.amazon.awssdk.services.ecs.model.Cluster.builder()
                        .clusterArn(cluster.arn().text())
                        .clusterName(cluster.arn().name())
                        .status(cluster.active() ? "ACTIVE" : "INACTIVE")
                        .registeredContainerInstancesCount(
                                (int)
                                        instances(world, cluster.arn()).stream()
                                                .filter(Clusters::counts)
                                                .count())
                        .runningTasksCount(counts.running())
                        .pendingTasksCount(counts.pending())
                        .activeServicesCount(counts.activeServices())
                        .statistics(
                                include.contains(ClusterField.STATISTICS)
                                        ? counts.statistics()
                                        : List.of())
                        .tags(
                                include.contains(ClusterField.TAGS)
                                        ? TagRules.onTheWire(cluster.tags())
                                        : List.of())
                        .settings(
                                include.contains(ClusterField.SETTINGS)
                                        ? cluster.settings()
                                        : List.of())
                        .capacityProviders(cluster.capacityProviders())
                        .defaultCapacityProviderStrategy(cluster.defaultCapacityProviderStrategy())
                        .serviceConnectDefaults(cluster.serviceConnectDefaults());
        ClusterConfiguration configuration = cluster.configuration();
        if (configuration != null && include.contains(ClusterField.CONFIGURATIONS)) {
            described.configuration(configuration);
        }
        if (include.contains(ClusterField.ATTACHMENTS)) {
            // Only managed scaling of Auto Scaling groups attaches anything to a cluster.
            described.attachments(List.of());
        }
        return described.build();
    }

    private static boolean counts(ContainerInstance instance) {
        return switch (instance.status()) {
            case ACTIVE, DRAINING -> true;
            case INACTIVE -> false;
        };
    }

    private static List<ClusterSetting> settings(World world, List<ClusterSetting> given) {
        for (ClusterSetting setting : given) {
            if (!INSIGHTS_NAME.equals(setting.nameAsString())) {
                throw EcsErrors.badSetting("name"); // [?]
            }
            if (setting.value() == null || !INSIGHTS.contains(setting.value())) {
                throw EcsErrors.badSetting("value");
            }
        }
        if (!given.isEmpty()) {
            return List.of(given.getLast());
        }
        return List.of(
                ClusterSetting.builder()
                        .name(ClusterSettingName.CONTAINER_INSIGHTS)
                        .value(
                                AccountSettings.valueForCaller(
                                        world, AccountSettings.Name.CONTAINER_INSIGHTS))
                        .build());
    }

    private static @Nullable ClusterServiceConnectDefaults serviceConnectDefaults(
            @Nullable ClusterServiceConnectDefaultsRequest request) {
        if (request == null || request.namespace() == null || request.namespace().isEmpty()) {
            return null;
        }
        return ClusterServiceConnectDefaults.builder().namespace(request.namespace()).build();
    }

    /** The ARN meant, which may lie in another region or account: that one is just missing here. */
    private static ClusterArn anyScope(String reference) {
        if (Identifiers.isArn(reference)) {
            Scope given = Identifiers.split(reference).scope();
            if (!given.equals(Identifiers.scope())) {
                String name = reference.substring(reference.lastIndexOf('/') + 1);
                return new ClusterArn(given, Identifiers.clusterName(name));
            }
        }
        return Identifiers.cluster(reference);
    }

    /** The least name behind {@code name}. */
    private static String nameAfter(@Nullable String name) {
        return name == null ? "" : name + '\u0000';
    }
}
