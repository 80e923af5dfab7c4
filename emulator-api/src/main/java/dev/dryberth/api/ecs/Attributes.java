package dev.dryberth.api.ecs;

import dev.dryberth.core.model.Attribute;
import dev.dryberth.core.model.Cluster;
import dev.dryberth.core.model.ContainerInstance;
import dev.dryberth.core.state.Tx;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.ecs.model.DeleteAttributesRequest;
import software.amazon.awssdk.services.ecs.model.DeleteAttributesResponse;
import software.amazon.awssdk.services.ecs.model.ListAttributesRequest;
import software.amazon.awssdk.services.ecs.model.ListAttributesResponse;
import software.amazon.awssdk.services.ecs.model.PutAttributesRequest;
import software.amazon.awssdk.services.ecs.model.PutAttributesResponse;
import software.amazon.awssdk.services.ecs.model.TargetType;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Custom attributes of container instances, which placement constraints look at. Runs on the loop
 * thread.
 */
final class Attributes {

    private static final int MAX_PER_CALL = 10;
    private static final int MAX_CUSTOM = 10;
    private static final int MAX_LENGTH = 128;
    private static final String NAME_PUNCTUATION = "-_/\\.";
    private static final String VALUE_PUNCTUATION = "-_.@/\\: ";

    PutAttributesResponse putAttributes(Tx tx, PutAttributesRequest request) {
        checkSize(request.attributes());
        Cluster cluster = Identifiers.activeCluster(tx.world(), request.cluster());
        List<software.amazon.awssdk.services.ecs.model.Attribute> answered = new ArrayList<>();
        for (software.amazon.awssdk.services.ecs.model.Attribute wire : request.attributes()) {
            Attribute attribute = new Attribute(name(wire.name()), value(wire.value()));
            ContainerInstance instance = target(tx, cluster, wire);
            List<Attribute> next = new ArrayList<>(instance.attributes());
            next.removeIf(each -> each.name().equals(attribute.name()));
            next.add(attribute);
            if (next.stream().filter(Attributes::custom).count() > MAX_CUSTOM) {
                throw EcsErrors.tooManyAttributes(MAX_CUSTOM);
            }
            next.sort(Comparator.comparing(Attribute::name));
            write(tx, instance, next);
            answered.add(wire(instance, attribute));
        }
        return PutAttributesResponse.builder().attributes(answered).build();
    }

    DeleteAttributesResponse deleteAttributes(Tx tx, DeleteAttributesRequest request) {
        checkSize(request.attributes());
        Cluster cluster = Identifiers.activeCluster(tx.world(), request.cluster());
        List<software.amazon.awssdk.services.ecs.model.Attribute> answered = new ArrayList<>();
        for (software.amazon.awssdk.services.ecs.model.Attribute wire : request.attributes()) {
            String name = name(wire.name());
            ContainerInstance instance = target(tx, cluster, wire);
            List<Attribute> next = new ArrayList<>();
            for (Attribute each : instance.attributes()) {
                if (each.name().equals(name) && matches(each, wire.value())) {
                    answered.add(wire(instance, each));
                } else {
                    next.add(each);
                }
            }
            write(tx, instance, next);
        }
        return DeleteAttributesResponse.builder().attributes(answered).build();
    }

    ListAttributesResponse listAttributes(Tx tx, ListAttributesRequest request) {
        checkTargetType(request.targetTypeAsString());
        if (request.attributeValue() != null && request.attributeName() == null) {
            throw EcsErrors.invalidParameter(
                    "You must specify an attribute name to filter by value."); // [?]
        }
        Cluster cluster = Identifiers.activeCluster(tx.world(), request.cluster());
        Paging paging = Paging.upTo100("ListAttributes", request.maxResults(), request.nextToken());
        List<Placed> found = new ArrayList<>();
        for (ContainerInstance instance : Clusters.instances(tx.world(), cluster.arn())) {
            for (Attribute each : instance.attributes()) {
                if ((request.attributeName() == null || each.name().equals(request.attributeName()))
                        && matches(each, request.attributeValue())) {
                    found.add(new Placed(instance, each));
                }
            }
        }
        found.sort(Comparator.comparing(Placed::key));
        Paging.Page<Placed> page = paging.page(found, Placed::key);
        return ListAttributesResponse.builder()
                .attributes(
                        page.items().stream()
                                .map(placed -> wire(placed.instance, placed.attribute))
                                .toList())
                .nextToken(page.nextToken())
                .build();
    }

    /** An attribute where it is. */
    private record Placed(ContainerInstance instance, Attribute attribute) {

        String key() {
            return instance.arn().id() + "/" + attribute.name();
        }
    }

    private static void write(Tx tx, ContainerInstance instance, List<Attribute> next) {
        if (!next.equals(instance.attributes())) {
            tx.put(
                    tx.world().containerInstances(),
                    instance.arn(),
                    instance.withAttributes(List.copyOf(next)));
        }
    }

    private static ContainerInstance target(
            Tx tx, Cluster cluster, software.amazon.awssdk.services.ecs.model.Attribute wire) {
        String id = wire.targetId();
        if (id == null || id.isEmpty()) {
            throw EcsErrors.invalidParameter("targetId can not be blank."); // [?]
        }
        if (wire.targetTypeAsString() != null || !Identifiers.isArn(id)) {
            checkTargetType(wire.targetTypeAsString());
        }
        ContainerInstance instance =
                tx.world()
                        .containerInstances()
                        .get(Identifiers.containerInstance(id, cluster.arn()));
        if (instance == null) {
            throw EcsErrors.targetNotFound(id);
        }
        return instance;
    }

    private static software.amazon.awssdk.services.ecs.model.Attribute wire(
            ContainerInstance instance, Attribute attribute) {
        return software.amazon.awssdk.services.ecs.model.Attribute.builder()
                .name(attribute.name())
                .value(attribute.value())
                .targetId(instance.arn().text())
                .build();
    }

    private static void checkSize(
            List<software.amazon.awssdk.services.ecs.model.Attribute> attributes) {
        if (attributes.isEmpty()) {
            throw EcsErrors.invalidParameter("attributes can not be empty");
        }
        if (attributes.size() > MAX_PER_CALL) {
            throw EcsErrors.invalidParameter(
                    "attributes cannot have more than " + MAX_PER_CALL + " elements"); // [?]
        }
    }

    private static void checkTargetType(@Nullable String type) {
        if (!TargetType.CONTAINER_INSTANCE.toString().equals(type)) {
            throw EcsErrors.invalidParameter("targetType must be container-instance");
        }
    }

    private static boolean custom(Attribute attribute) {
        return !attribute.name().startsWith("ecs.")
                && !attribute.name().startsWith("com.amazonaws.");
    }

    private static boolean matches(Attribute attribute, @Nullable String value) {
        return value == null || value.equals(attribute.value());
    }

    private static String name(@Nullable String name) {
        if (name == null || !allowed(name, NAME_PUNCTUATION)) {
            throw EcsErrors.invalidParameter(
                    "Attribute name must be 1 to "
                            + MAX_LENGTH
                            + " letters, digits and "
                            + NAME_PUNCTUATION
                            + ", but was "
                            + name); // [?]
        }
        return name;
    }

    private static @Nullable String value(@Nullable String value) {
        if (value != null
                && (!allowed(value, VALUE_PUNCTUATION)
                        || value.startsWith(" ")
                        || value.endsWith(" "))) {
            throw EcsErrors.invalidParameter(
                    "Attribute value must be 1 to "
                            + MAX_LENGTH
                            + " letters, digits, inner spaces and "
                            + VALUE_PUNCTUATION.strip()
                            + ", but was "
                            + value); // [?]
        }
        return value;
    }

    private static boolean allowed(String text, String punctuation) {
        if (text.isEmpty() || text.length() > MAX_LENGTH) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (!Names.asciiLetterOrDigit(c) && punctuation.indexOf(c) < 0) {
                return false;
            }
        }
        return true;
    }
}
