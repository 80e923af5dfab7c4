package dev.dryberth.api.ecs;

import dev.dryberth.core.model.Container;
import dev.dryberth.core.model.Eni;
import dev.dryberth.core.model.NetworkMode;
import dev.dryberth.core.model.Stop;
import dev.dryberth.core.model.TaskArn;
import dev.dryberth.core.model.TaskDefinition;
import dev.dryberth.core.model.TaskOrigin;
import dev.dryberth.core.model.TaskTimes;
import dev.dryberth.core.state.World;
import dev.dryberth.core.wire.Fragments;
import dev.dryberth.core.wire.SdkJson;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.services.ecs.model.Attachment;
import software.amazon.awssdk.services.ecs.model.Attribute;
import software.amazon.awssdk.services.ecs.model.Connectivity;
import software.amazon.awssdk.services.ecs.model.EphemeralStorage;
import software.amazon.awssdk.services.ecs.model.KeyValuePair;
import software.amazon.awssdk.services.ecs.model.NetworkInterface;
import software.amazon.awssdk.services.ecs.model.PortMapping;
import software.amazon.awssdk.services.ecs.model.Task;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * Tasks as AWS shows them. A task's row is immutable, so its view and the JSON of that view are
 * made once and kept until the row changes: describing a hundred running tasks is a hundred
 * look-ups. Views are made on the loop; their bytes on whichever thread writes the answer.
 */
final class TaskViews implements Fragments {

    /** Views of tasks that are gone are dropped when there are this many more views than tasks. */
    private static final int SLACK = 1000;

    private final ConcurrentMap<String, Views> views = new ConcurrentHashMap<>();

    /** The two views of one row: with its tags and without. */
    private record Views(dev.dryberth.core.model.Task row, View plain, View tagged) {}

    private static final class View {

        private final Task task;
        private volatile byte @Nullable [] bytes;

        View(Task task) {
            this.task = task;
        }
    }

    /** The view of a row. Loop thread. */
    Task of(dev.dryberth.core.model.Task row, boolean withTags, World world) {
        String arn = row.arn().text();
        Views known = views.get(arn);
        if (known == null || !isSame(known.row(), row)) {
            if (views.size() > world.tasks().size() + SLACK) {
                views.clear();
            }
            Task plain = view(row, world.taskDefinitions().get(row.origin().taskDefinition()));
            Task tagged = plain.toBuilder().tags(TagRules.onTheWire(row.tags())).build();
            known = new Views(row, new View(plain), new View(tagged));
            views.put(arn, known);
        }
        return withTags ? known.tagged().task : known.plain().task;
    }

    @SuppressWarnings("ReferenceEquality") // The very same row is what makes the view good.
    private static boolean isSame(dev.dryberth.core.model.Task a, dev.dryberth.core.model.Task b) {
        return a == b;
    }

    @Override
    @SuppressWarnings("ReferenceEquality") // Bytes belong to the very view they were made of.
    public byte @Nullable [] of(SdkPojo value) {
        if (!(value instanceof Task task)) {
            return null;
        }
        Views known = views.get(task.taskArn());
        if (known == null) {
            return null;
        }
        for (View view : List.of(known.plain(), known.tagged())) {
            if (view.task == task) {
                byte[] bytes = view.bytes;
                if (bytes == null) {
                    bytes = SdkJson.toBytes(task);
                    view.bytes = bytes;
                }
                return bytes;
            }
        }
        return null;
    }

    private static Task view(
            dev.dryberth.core.model.Task row, @Nullable TaskDefinition definition) {
        TaskOrigin origin = row.origin();
        TaskTimes times = row.times();
        Stop stop = row.stop();
        Task.Builder view =
                Task.builder()
                        .taskArn(row.arn().text())
                        .clusterArn(row.arn().clusterArn().text())
                        .taskDefinitionArn(origin.taskDefinition().text())
                        .group(origin.group())
                        .startedBy(origin.startedBy())
                        .launchType(origin.launchType().name())
                        .capacityProviderName(origin.capacityProvider())
                        .platformVersion(origin.platformVersion())
                        .platformFamily(origin.platformFamily())
                        .cpu(origin.cpu())
                        .memory(origin.memory())
                        .availabilityZone(origin.availabilityZone())
                        .enableExecuteCommand(origin.enableExecuteCommand())
                        .overrides(origin.overrides())
                        .attributes(
                                origin.attributes().stream()
                                        .map(each ->
                                                Attribute.builder()
                                                        .name(each.name())
                                                        .value(each.value())
                                                        .build())
                                        .toList())
                        .lastStatus(row.lastStatus().name())
                        .desiredStatus(row.desiredStatus().name())
                        .healthStatus(row.health().name())
                        .version(row.version())
                        .createdAt(times.createdAt())
                        .connectivityAt(times.connectivityAt())
                        .pullStartedAt(times.pullStartedAt())
                        .pullStoppedAt(times.pullStoppedAt())
                        .startedAt(times.startedAt())
                        .stoppingAt(times.stoppingAt())
                        .executionStoppedAt(times.executionStoppedAt())
                        .stoppedAt(times.stoppedAt())
                        .containers(containers(row, definition))
                        .attachments(attachments(row))
                        .tags(List.of());
        if (origin.containerInstance() != null) {
            view.containerInstanceArn(origin.containerInstance().text());
        }
        if (origin.ephemeralStorageGiB() != null) {
            EphemeralStorage storage =
                    EphemeralStorage.builder().sizeInGiB(origin.ephemeralStorageGiB()).build();
            view.ephemeralStorage(storage);
        }
        if (times.connectivityAt() != null) {
            view.connectivity(Connectivity.CONNECTED);
        }
        if (stop != null) {
            view.stopCode(stop.code().wireName()).stoppedReason(stop.reason());
        }
        return view.build();
    }

    private static List<software.amazon.awssdk.services.ecs.model.Container> containers(
            dev.dryberth.core.model.Task row, @Nullable TaskDefinition definition) {
        List<software.amazon.awssdk.services.ecs.model.Container> shown = new ArrayList<>();
        for (Container container : row.containers()) {
            shown.add(container(row, container, definition));
        }
        return shown;
    }

    private static software.amazon.awssdk.services.ecs.model.Container container(
            dev.dryberth.core.model.Task row,
            Container container,
            @Nullable TaskDefinition definition) {
        Integer memory = container.recipe().memoryMiB();
        Integer reservation = container.recipe().memoryReservationMiB();
        return software.amazon.awssdk.services.ecs.model.Container.builder()
                .containerArn(arn(row.arn(), container))
                .taskArn(row.arn().text())
                .name(container.name())
                .image(container.recipe().image())
                .imageDigest(container.imageDigest())
                .runtimeId(container.runtimeId())
                .lastStatus(container.phase().lastStatus())
                .exitCode(container.exitCode())
                .reason(container.reason())
                .healthStatus(container.health().name())
                .cpu(Integer.toString(container.recipe().cpuUnits()))
                .memory(memory == null ? null : memory.toString())
                .memoryReservation(reservation == null ? null : reservation.toString())
                .networkBindings(
                        NetworkBindings.of(
                                container.bindings(), portMappings(definition, container.name())))
                .networkInterfaces(networkInterfaces(row))
                .build();
    }

    private static String arn(TaskArn task, Container container) {
        return "arn:aws:ecs:%s:%s:container/%s/%s/%s"
                .formatted(
                        task.scope().region(),
                        task.scope().account(),
                        task.cluster(),
                        task.id(),
                        container.id());
    }

    private static List<PortMapping> portMappings(
            @Nullable TaskDefinition definition, String container) {
        return definition == null
                ? List.of()
                : definition.document().containerDefinitions().stream()
                        .filter(each -> each.name().equals(container))
                        .flatMap(each -> each.portMappings().stream())
                        .toList();
    }

    private static List<NetworkInterface> networkInterfaces(dev.dryberth.core.model.Task row) {
        Eni eni = row.eni();
        return eni == null || eni.state() == Eni.State.CREATING
                ? List.of()
                : List.of(
                        NetworkInterface.builder()
                                .attachmentId(eni.attachmentId())
                                .privateIpv4Address(eni.address())
                                .build());
    }

    private static List<Attachment> attachments(dev.dryberth.core.model.Task row) {
        Eni eni = row.eni();
        if (row.origin().networkMode() != NetworkMode.AWSVPC || eni == null) {
            return List.of();
        }
        List<KeyValuePair> details = new ArrayList<>();
        details.add(detail("subnetId", eni.subnetId()));
        boolean exists = eni.state() != Eni.State.CREATING;
        if (exists) {
            details.add(detail("networkInterfaceId", eni.id()));
            details.add(detail("macAddress", eni.macAddress()));
            details.add(detail("privateDnsName", eni.privateDnsName()));
            details.add(detail("privateIPv4Address", eni.address()));
        }
        return List.of(
                Attachment.builder()
                        .id(eni.attachmentId())
                        .type("ElasticNetworkInterface")
                        .status(attachmentStatus(row, exists))
                        .details(details)
                        .build());
    }

    private static String attachmentStatus(dev.dryberth.core.model.Task row, boolean exists) {
        return switch (row.lastStatus()) {
            case PROVISIONING -> exists ? "ATTACHING" : "PRECREATED";
            case PENDING, ACTIVATING, RUNNING, DEACTIVATING, STOPPING ->
                    exists ? "ATTACHED" : "PRECREATED";
            case DEPROVISIONING -> "DETACHING";
            case STOPPED -> "DELETED";
        };
    }

    private static KeyValuePair detail(String name, String value) {
        return KeyValuePair.builder().name(name).value(value).build();
    }
}
