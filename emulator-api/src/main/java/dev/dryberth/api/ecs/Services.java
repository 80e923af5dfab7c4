package dev.dryberth.api.ecs;

import dev.dryberth.core.balancing.RuleTraffic;
import dev.dryberth.core.deployment.Deployments;
import dev.dryberth.core.engine.ServiceRecords;
import dev.dryberth.core.loop.Clock;
import dev.dryberth.core.loop.Ids;
import dev.dryberth.core.model.ClientToken;
import dev.dryberth.core.model.Cluster;
import dev.dryberth.core.model.Deployment;
import dev.dryberth.core.model.Service;
import dev.dryberth.core.model.ServiceArn;
import dev.dryberth.core.model.ServiceDeployment;
import dev.dryberth.core.model.ServiceDeploymentArn;
import dev.dryberth.core.model.ServiceRevision;
import dev.dryberth.core.model.ServiceRevisionArn;
import dev.dryberth.core.model.Tag;
import dev.dryberth.core.model.TaskSet;
import dev.dryberth.core.placement.Places;
import dev.dryberth.core.state.Tx;
import dev.dryberth.core.state.World;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.ecs.model.CreateServiceRequest;
import software.amazon.awssdk.services.ecs.model.CreateServiceResponse;
import software.amazon.awssdk.services.ecs.model.DeleteServiceRequest;
import software.amazon.awssdk.services.ecs.model.DeleteServiceResponse;

import java.time.Instant;
import java.util.List;
import java.util.Objects;

/**
 * Creates and deletes services. Here they are only rows; the service scheduler takes them up in the
 * same transaction. Loop thread.
 */
final class Services {

    /** Why a deployment of a service that is deleted has stopped. [?] */
    private static final String DELETED =
            "Service deployment stopped because the service was deleted.";

    private static final double WHOLE = 100;

    private final Clock clock;
    private final Ids ids;
    private final ServiceRevisions revisions;

    Services(Clock clock, Ids ids, ServiceRevisions revisions) {
        this.clock = clock;
        this.ids = ids;
        this.revisions = revisions;
    }

    CreateServiceResponse createService(Tx tx, CreateServiceRequest request) {
        World world = tx.world();
        Cluster cluster = Identifiers.activeCluster(world, request.cluster());
        ServiceArn arn = ServiceArn.of(cluster.arn(), name(request.serviceName()));
        String token = ServiceTokens.key("CreateService", arn, request.clientToken());
        ServiceSettings settings = ServiceSettings.check(request);
        ServiceRevisions.Draft draft =
                settings.controller() == Service.Controller.EXTERNAL
                        ? null
                        : revisions.draft(tx, cluster, request, settings);
        List<Tag> tags = TagRules.checked(request.tags());
        var document = ServiceDocuments.document(arn, request, settings, draft);
        Service present = world.services().get(arn);
        if (present != null) {
            switch (present.status()) {
                case ACTIVE -> {
                    if (!same(world, present, settings, draft, document, tags)
                            && !repeated(world, token, request)) {
                        throw EcsErrors.notIdempotent();
                    }
                    return created(world, present);
                }
                case DRAINING ->
                        throw EcsErrors.invalidParameter(
                                "Unable to Start a service that is still Draining.");
                case INACTIVE -> ServiceRecords.forget(tx, arn);
            }
        }
        ServiceTokens.remember(tx, token, digest(request), arn.text(), clock.now());
        Service fresh = fresh(world, cluster, arn, settings, document, tags);
        return created(
                world,
                switch (settings.controller()) {
                    case ECS -> begin(tx, fresh, Objects.requireNonNull(draft));
                    case EXTERNAL -> put(tx, fresh);
                    case CODE_DEPLOY -> withTaskSet(tx, fresh, Objects.requireNonNull(draft));
                });
    }

    private static Service put(Tx tx, Service service) {
        tx.put(tx.world().services(), service.arn(), service);
        return service;
    }

    /** The first task set of a service is there without a deployment, and serves. */
    private Service withTaskSet(Tx tx, Service service, ServiceRevisions.Draft draft) {
        Instant now = clock.now();
        if (draft.balanced().size() != 1) {
            throw EcsErrors.invalidParameter( // [?]
                    "Services with a CODE_DEPLOY deployment controller must have one load balancer,"
                            + " but have "
                            + draft.balanced().size());
        }
        ServiceRevision revision =
                draft.named(ServiceRevisionArn.of(service.arn(), ids.digits19()), now);
        tx.put(tx.world().serviceRevisions(), revision.arn(), revision);
        Deployment set =
                Deployment.ofTaskSet(
                                revision.arn(), TaskSet.fresh(WHOLE, null, List.of(), now), now)
                        .serving(true, now);
        return put(
                tx,
                service.copy()
                        .deployments(List.of(set))
                        .completed(new Service.Completed(set.id(), set.revision()))
                        .build());
    }

    /** A service that has no deployment yet. */
    private Service fresh(
            World world,
            Cluster cluster,
            ServiceArn arn,
            ServiceSettings settings,
            software.amazon.awssdk.services.ecs.model.Service document,
            List<Tag> tags) {
        return new Service(
                arn,
                Service.Status.ACTIVE,
                settings.controller(),
                settings.daemon(),
                settings.daemon()
                        ? Places.active(world, cluster.arn()).size()
                        : settings.desiredCount(),
                settings.rules(),
                settings.healthCheckGracePeriod(),
                settings.zoneRebalancing(),
                settings.propagateTags(),
                settings.managedTags(),
                settings.enableExecuteCommand(),
                List.of(),
                null,
                false,
                null,
                null,
                false,
                clock.now(),
                null,
                document,
                tags);
    }

    /** Writes a service with a deployment of {@code draft} that begins now. */
    Service begin(Tx tx, Service service, ServiceRevisions.Draft draft) {
        World world = tx.world();
        Instant now = clock.now();
        String number = ids.digits19();
        ServiceRevision drafted = draft.named(ServiceRevisionArn.of(service.arn(), number), now);
        ServiceRevision revision =
                service.rules().shift() == null
                        ? drafted.in(RuleTraffic.gathered(tx, drafted.balanced()))
                        : drafted;
        Deployments.Begun begun =
                Deployments.begin(
                        service,
                        ongoing(world, service),
                        revision.arn(),
                        ServiceDeploymentArn.of(service.arn(), ids.urlSafe(21)),
                        number,
                        service.document().deploymentConfiguration(),
                        now);
        tx.put(world.serviceRevisions(), revision.arn(), revision);
        tx.put(world.serviceDeployments(), begun.started().arn(), begun.started());
        if (begun.stopped() != null) {
            tx.put(world.serviceDeployments(), begun.stopped().arn(), begun.stopped());
        }
        tx.put(world.services(), begun.service().arn(), begun.service());
        ServiceRecords.prune(tx, begun.service());
        return begun.service();
    }

    private static @Nullable ServiceDeployment ongoing(World world, Service service) {
        return service.deployments().isEmpty()
                ? null
                : world.serviceDeployments().get(service.primary().deployment());
    }

    private static CreateServiceResponse created(World world, Service service) {
        return CreateServiceResponse.builder()
                .service(ServiceViews.view(world, service, true))
                .build();
    }

    DeleteServiceResponse deleteService(Tx tx, DeleteServiceRequest request) {
        World world = tx.world();
        Cluster cluster = Identifiers.activeCluster(world, request.cluster());
        Service service = Identifiers.service(world, request.service(), cluster.arn());
        switch (service.status()) {
            case ACTIVE -> service = draining(tx, service, Boolean.TRUE.equals(request.force()));
            case DRAINING -> {}
            case INACTIVE -> throw EcsErrors.serviceNotFound(); // [?]
        }
        return DeleteServiceResponse.builder()
                .service(ServiceViews.view(world, service, false))
                .build();
    }

    private Service draining(Tx tx, Service service, boolean force) {
        if (service.desiredCount() > 0 && !service.daemon() && !force) {
            throw EcsErrors.invalidParameter(
                    "The service cannot be stopped while it is scaled above 0.");
        }
        Instant now = clock.now();
        ServiceDeployment ongoing = ongoing(tx.world(), service);
        if (ongoing != null && !ongoing.status().terminal()) {
            ServiceDeployment stopped =
                    Deployments.stopRequested(ongoing, now)
                            .inStatus(ServiceDeployment.Status.STOPPED, DELETED, now);
            tx.put(tx.world().serviceDeployments(), stopped.arn(), stopped);
        }
        Service draining =
                service.copy()
                        .status(Service.Status.DRAINING)
                        .desiredCount(0)
                        // When its deployments are gone, this is what is shown.
                        .document(ServiceViews.document(tx.world(), service))
                        .deployments(
                                service.deployments().stream()
                                        .map(each -> each.withDesiredCount(0, now))
                                        .toList())
                        .build();
        tx.put(tx.world().services(), draining.arn(), draining);
        return draining;
    }

    private static boolean same(
            World world,
            Service present,
            ServiceSettings settings,
            ServiceRevisions.@Nullable Draft draft,
            software.amazon.awssdk.services.ecs.model.Service document,
            List<Tag> tags) {
        ServiceRevision newest = ServiceViews.newestRevision(world, present);
        return ServiceSettings.of(present).equals(settings)
                && (draft == null || (newest != null && draft.sameAs(newest)))
                && present.tags().equals(tags)
                && present.document().roleArn().equals(document.roleArn());
    }

    private boolean repeated(World world, @Nullable String token, CreateServiceRequest request) {
        ClientToken known = ServiceTokens.known(world, token, clock.now());
        return known != null && known.requestDigest().equals(digest(request));
    }

    private static String digest(CreateServiceRequest request) {
        return RequestDigest.of(request.toBuilder().clientToken(null).build());
    }

    private static String name(@Nullable String asked) {
        if (asked == null || asked.isEmpty()) {
            throw EcsErrors.invalidParameter("serviceName can not be blank."); // [?]
        }
        if (!Names.valid(asked)) {
            throw EcsErrors.invalidParameter(
                    "serviceName must match ^[a-zA-Z0-9\\-_]{1,255}$, but was " + asked); // [?]
        }
        return asked;
    }
}
