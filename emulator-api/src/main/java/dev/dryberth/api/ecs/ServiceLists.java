package dev.dryberth.api.ecs;

import dev.dryberth.core.model.Cluster;
import dev.dryberth.core.model.ClusterArn;
import dev.dryberth.core.model.Scope;
import dev.dryberth.core.model.Service;
import dev.dryberth.core.model.ServiceArn;
import dev.dryberth.core.model.ServiceRevision;
import dev.dryberth.core.state.Tx;
import dev.dryberth.core.state.World;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.ecs.model.DescribeServicesRequest;
import software.amazon.awssdk.services.ecs.model.DescribeServicesResponse;
import software.amazon.awssdk.services.ecs.model.Failure;
import software.amazon.awssdk.services.ecs.model.ListServicesByNamespaceRequest;
import software.amazon.awssdk.services.ecs.model.ListServicesByNamespaceResponse;
import software.amazon.awssdk.services.ecs.model.ListServicesRequest;
import software.amazon.awssdk.services.ecs.model.ListServicesResponse;
import software.amazon.awssdk.services.ecs.model.ServiceField;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Predicate;

/** Describes and lists services. Loop thread. */
final class ServiceLists {

    private static final int MAX_DESCRIBED = 10;
    private static final int MAX_PAGE = 100;
    private static final int USUAL_PAGE = 10;

    /** Greater than every name, because they have no {@code ~}. */
    private static final String AFTER_ALL_NAMES = "~";

    DescribeServicesResponse describeServices(Tx tx, DescribeServicesRequest request) {
        World world = tx.world();
        ClusterArn cluster = Identifiers.existingCluster(world, request.cluster());
        if (request.services().isEmpty()) {
            throw EcsErrors.invalidParameter("Services cannot be empty.");
        }
        if (request.services().size() > MAX_DESCRIBED) {
            throw EcsErrors.invalidParameter(
                    "Services cannot have more than " + MAX_DESCRIBED + " elements"); // [?]
        }
        Includes.check(request.includeAsStrings(), ServiceField.knownValues());
        boolean withTags = request.include().contains(ServiceField.TAGS);
        List<software.amazon.awssdk.services.ecs.model.Service> found = new ArrayList<>();
        List<Failure> failures = new ArrayList<>();
        for (String reference : request.services().stream().distinct().toList()) {
            ServiceArn arn = Identifiers.serviceArn(reference, cluster);
            Service service = world.services().get(arn);
            if (service == null) {
                failures.add(Failure.builder().arn(arn.text()).reason("MISSING").build());
            } else {
                found.add(ServiceViews.view(world, service, withTags));
            }
        }
        return DescribeServicesResponse.builder().services(found).failures(failures).build();
    }

    /** Only services that are ACTIVE are listed, in the order of their names. */
    ListServicesResponse listServices(Tx tx, ListServicesRequest request) {
        World world = tx.world();
        Cluster cluster = Identifiers.activeCluster(world, request.cluster());
        Predicate<Service> filter = filter(world, request);
        Paging paging =
                Paging.of(
                        "ListServices",
                        request.maxResults(),
                        request.nextToken(),
                        MAX_PAGE,
                        USUAL_PAGE);
        String from = paging.after() == null ? "" : paging.after() + '\u0000';
        Paging.Page<Service> page =
                paging.take(
                        after(world, cluster.arn(), from),
                        service -> service.active() && filter.test(service),
                        service -> service.arn().name());
        return ListServicesResponse.builder()
                .serviceArns(page.items().stream().map(each -> each.arn().text()).toList())
                .nextToken(page.nextToken())
                .build();
    }

    /** Namespaces are not built, so no service is in one. */
    ListServicesByNamespaceResponse listServicesByNamespace(
            ListServicesByNamespaceRequest request) {
        if (request.namespace() == null || request.namespace().isEmpty()) {
            throw EcsErrors.invalidParameter("namespace can not be blank."); // [?]
        }
        Paging.of(
                "ListServicesByNamespace",
                request.maxResults(),
                request.nextToken(),
                MAX_PAGE,
                USUAL_PAGE);
        return ListServicesByNamespaceResponse.builder().serviceArns(List.of()).build();
    }

    private static Predicate<Service> filter(World world, ListServicesRequest request) {
        Predicate<Service> filter = service -> true;
        String launchType = request.launchTypeAsString();
        if (launchType != null) {
            String wanted = Tasks.launchType(launchType).name();
            filter = service -> wanted.equals(launchType(world, service));
        }
        if (request.schedulingStrategy() != null) {
            filter =
                    filter.and(
                            switch (request.schedulingStrategy()) {
                                case DAEMON -> Service::daemon;
                                case REPLICA -> service -> !service.daemon();
                                case UNKNOWN_TO_SDK_VERSION ->
                                        throw EcsErrors.notOneOf(
                                                "schedulingStrategy", List.of("REPLICA", "DAEMON"));
                            });
        }
        if (request.resourceManagementType() != null) {
            filter =
                    filter.and(
                            switch (request.resourceManagementType()) {
                                case CUSTOMER -> service -> true;
                                case ECS -> service -> false;
                                case UNKNOWN_TO_SDK_VERSION ->
                                        throw EcsErrors.notOneOf(
                                                "resourceManagementType",
                                                List.of("CUSTOMER", "ECS"));
                            });
        }
        return filter;
    }

    /** The launch type it was created with; null: it has a capacity provider strategy. */
    private static @Nullable String launchType(World world, Service service) {
        ServiceRevision newest = ServiceViews.newestRevision(world, service);
        return newest == null ? null : newest.document().launchTypeAsString();
    }

    /** The services of a cluster in whatever status, in the order of their names. */
    static Collection<Service> of(World world, ClusterArn cluster) {
        return after(world, cluster, "");
    }

    private static Collection<Service> after(World world, ClusterArn cluster, String name) {
        Scope scope = cluster.scope();
        return world.services()
                .between(
                        new ServiceArn(scope, cluster.name(), name),
                        new ServiceArn(scope, cluster.name(), AFTER_ALL_NAMES));
    }
}
