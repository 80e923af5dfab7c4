package dev.dryberth.cli.rehearsal;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.dryberth.cli.rehearsal.Endpoint.AwsApi;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntSupplier;

/**
 * Lays a {@link Blueprint} out in an empty daemon: what AWS described is asked for again, with what
 * only describes left out and every name of the first daemon (ARNs, subnets, security groups, the
 * dimensions of alarms) replaced by its like in the second. Listeners take free ports, as the first
 * daemon's listen on theirs.
 */
final class Layout {

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private static final List<String> DESCRIBE_DEFINITION =
            List.of(
                    "taskDefinitionArn",
                    "revision",
                    "status",
                    "requiresAttributes",
                    "compatibilities",
                    "registeredAt",
                    "registeredBy",
                    "deregisteredAt");

    private static final List<String> OF_SERVICE =
            List.of(
                    "serviceName",
                    "loadBalancers",
                    "desiredCount",
                    "launchType",
                    "capacityProviderStrategy",
                    "platformVersion",
                    "role",
                    "deploymentConfiguration",
                    "placementConstraints",
                    "placementStrategy",
                    "networkConfiguration",
                    "healthCheckGracePeriodSeconds",
                    "schedulingStrategy",
                    "tags",
                    "enableECSManagedTags",
                    "propagateTags",
                    "enableExecuteCommand",
                    "availabilityZoneRebalancing");

    private static final List<String> OF_GROUP =
            List.of(
                    "Protocol",
                    "ProtocolVersion",
                    "Port",
                    "VpcId",
                    "HealthCheckProtocol",
                    "HealthCheckPort",
                    "HealthCheckEnabled",
                    "HealthCheckPath",
                    "HealthCheckIntervalSeconds",
                    "HealthCheckTimeoutSeconds",
                    "HealthyThresholdCount",
                    "UnhealthyThresholdCount",
                    "Matcher",
                    "TargetType",
                    "IpAddressType");

    private static final List<String> OF_LISTENER =
            List.of("Protocol", "Port", "SslPolicy", "AlpnPolicy", "DefaultActions");

    private static final List<String> OF_ALARM =
            List.of(
                    "AlarmName",
                    "AlarmDescription",
                    "ActionsEnabled",
                    "MetricName",
                    "Namespace",
                    "Statistic",
                    "ExtendedStatistic",
                    "Dimensions",
                    "Period",
                    "Unit",
                    "EvaluationPeriods",
                    "DatapointsToAlarm",
                    "Threshold",
                    "ComparisonOperator",
                    "TreatMissingData",
                    "Metrics");

    private final Endpoint to;
    private final Blueprint blueprint;
    private final IntSupplier freePorts;
    private final Map<String, String> names = new HashMap<>();
    private final Map<Integer, Integer> ports = new HashMap<>();
    private String cluster = "";

    /**
     * Nothing is made yet.
     *
     * @param freePorts for the listeners: their own are the first daemon's
     */
    Layout(Endpoint to, Blueprint blueprint, IntSupplier freePorts) {
        this.to = to;
        this.blueprint = blueprint;
        this.freePorts = freePorts;
    }

    /** Makes everything; the service begins to start its tasks. */
    void build() {
        network();
        for (JsonNode each : blueprint.certificates()) {
            certificate(each);
        }
        for (JsonNode each : blueprint.groups()) {
            group(each);
        }
        for (JsonNode each : blueprint.balancers()) {
            balancer(each);
        }
        String arn = blueprint.service().path("clusterArn").asText();
        cluster = arn.substring(arn.lastIndexOf('/') + 1);
        to.call(AwsApi.ECS, "CreateCluster", JSON.objectNode().put("clusterName", cluster));
        for (JsonNode each : blueprint.alarms()) {
            to.call(AwsApi.CLOUDWATCH, "PutMetricAlarm", here(picked(each, OF_ALARM)));
        }
        service();
    }

    /** Subnets by their zones; every security group is the default one. */
    private void network() {
        JsonNode theirs = blueprint.vpc();
        JsonNode ours = Blueprint.defaultVpc(to, blueprint.service().path("serviceArn").asText());
        names.put(theirs.path("id").asText(), ours.path("id").asText());
        for (JsonNode each : theirs.path("subnets")) {
            for (JsonNode like : ours.path("subnets")) {
                if (like.path("availabilityZone").equals(each.path("availabilityZone"))) {
                    names.put(each.path("id").asText(), like.path("id").asText());
                }
            }
        }
        for (JsonNode each : theirs.path("securityGroups")) {
            names.put(each.path("id").asText(), ours.at("/securityGroups/0/id").asText());
        }
    }

    private void certificate(JsonNode certificate) {
        ObjectNode wanted = picked(certificate, List.of("DomainName", "SubjectAlternativeNames"));
        JsonNode made = to.call(AwsApi.ACM, "RequestCertificate", wanted);
        names.put(
                certificate.path("CertificateArn").asText(), made.path("CertificateArn").asText());
    }

    private void group(JsonNode group) {
        ObjectNode wanted = picked(group, OF_GROUP);
        wanted.put("Name", group.path("TargetGroupName").asText());
        String arn = elb("CreateTargetGroup", wanted).at("/TargetGroups/0/TargetGroupArn").asText();
        named(group.path("TargetGroupArn").asText(), arn, "targetgroup/");
        attributes("ModifyTargetGroupAttributes", "TargetGroupArn", arn, group);
    }

    /** Alarms know load balancers and groups by the end of their ARNs. */
    private void named(String theirs, String ours, String dimensionFrom) {
        names.put(theirs, ours);
        int at = theirs.indexOf(dimensionFrom);
        int like = ours.indexOf(dimensionFrom);
        if (at >= 0 && like >= 0) {
            names.put(theirs.substring(at), ours.substring(like));
        }
    }

    private void attributes(String operation, String member, String arn, JsonNode of) {
        if (!of.path("Attributes").isEmpty()) {
            ObjectNode attributes = JSON.objectNode().put(member, arn);
            attributes.set("Attributes", of.path("Attributes"));
            elb(operation, attributes);
        }
    }

    private void balancer(JsonNode balancer) {
        ObjectNode wanted = picked(balancer, List.of("Type", "Scheme", "IpAddressType"));
        wanted.put("Name", balancer.path("LoadBalancerName").asText());
        ArrayNode subnets = wanted.putArray("Subnets");
        balancer.path("AvailabilityZones")
                .forEach(zone -> subnets.add(zone.path("SubnetId").asText()));
        String arn =
                elb("CreateLoadBalancer", wanted).at("/LoadBalancers/0/LoadBalancerArn").asText();
        String theirs = balancer.path("LoadBalancerArn").asText();
        names.put(theirs, arn);
        String type = "loadbalancer/";
        names.put(
                theirs.substring(theirs.indexOf(type) + type.length()),
                arn.substring(arn.indexOf(type) + type.length()));
        attributes("ModifyLoadBalancerAttributes", "LoadBalancerArn", arn, balancer);
        for (JsonNode each : balancer.path("Listeners")) {
            listener(arn, each);
        }
    }

    private void listener(String balancerArn, JsonNode listener) {
        if (listener.at("/MutualAuthentication/Mode").asText("off").equals("verify")) {
            throw new RehearsalException(
                    "a listener with mutual TLS can't be rehearsed: "
                            + listener.path("ListenerArn").asText());
        }
        ObjectNode wanted = picked(listener, OF_LISTENER);
        wanted.put("LoadBalancerArn", balancerArn);
        if (!listener.path("Certificates").isEmpty()) {
            wanted.putArray("Certificates")
                    .addObject()
                    .put("CertificateArn", listener.at("/Certificates/0/CertificateArn").asText());
        }
        single(wanted.path("DefaultActions"));
        wanted.put(
                "Port",
                ports.computeIfAbsent(listener.path("Port").asInt(), any -> freePorts.getAsInt()));
        String arn = elb("CreateListener", wanted).at("/Listeners/0/ListenerArn").asText();
        names.put(listener.path("ListenerArn").asText(), arn);
        JsonNode made =
                elb("DescribeRules", JSON.objectNode().put("ListenerArn", arn)).path("Rules");
        for (JsonNode each : listener.path("Rules")) {
            String theirs = each.path("RuleArn").asText();
            names.put(
                    theirs,
                    each.path("IsDefault").asBoolean()
                            ? made.at("/0/RuleArn").asText()
                            : rule(arn, each));
        }
    }

    private String rule(String listenerArn, JsonNode rule) {
        ObjectNode wanted =
                picked(rule, List.of("Priority", "Conditions", "Actions", "Transforms"));
        wanted.put("ListenerArn", listenerArn);
        single(wanted.path("Actions"));
        for (JsonNode each : wanted.path("Conditions")) {
            // Described in the old way and the new one; only one may be asked for.
            if (each.size() > 2) {
                ((ObjectNode) each).remove("Values");
            }
        }
        return elb("CreateRule", wanted).at("/Rules/0/RuleArn").asText();
    }

    /** A forward is described in the old way and the new one; the new one says everything. */
    private static void single(JsonNode actions) {
        for (JsonNode each : actions) {
            if (each.path("Type").asText().startsWith("authenticate-")) {
                throw new RehearsalException(
                        "a service behind a login can't be rehearsed: the client secret of its "
                                + each.path("Type").asText()
                                + " action is never described");
            }
            if (each.has("ForwardConfig")) {
                ((ObjectNode) each).remove("TargetGroupArn");
            }
        }
    }

    private void service() {
        ObjectNode wanted = picked(blueprint.service(), OF_SERVICE);
        wanted.put("cluster", cluster);
        if (wanted.path("schedulingStrategy").asText().equals("DAEMON")) {
            wanted.remove("desiredCount");
        }
        wanted.put("taskDefinition", register(blueprint.taskDefinition()));
        for (JsonNode each : wanted.path("capacityProviderStrategy")) {
            if (!each.path("capacityProvider").asText().startsWith("FARGATE")) {
                throw new RehearsalException(
                        "only services on Fargate or the launch type EC2 can be rehearsed, not on"
                                + " capacity provider "
                                + each.path("capacityProvider").asText());
            }
        }
        if (!wanted.path("capacityProviderStrategy").isEmpty()) {
            wanted.remove("launchType");
        }
        to.call(AwsApi.ECS, "CreateService", here(wanted));
    }

    /** Registers a task definition as it was described or written; its ARN here. */
    String register(JsonNode definition) {
        ObjectNode wanted = definition.deepCopy();
        wanted.remove(DESCRIBE_DEFINITION);
        return to.call(AwsApi.ECS, "RegisterTaskDefinition", wanted)
                .at("/taskDefinition/taskDefinitionArn")
                .asText();
    }

    private JsonNode elb(String operation, ObjectNode members) {
        return Blueprint.elb(to, operation, here(members));
    }

    /** Some of an object's members; what is null or empty stays away. */
    private static ObjectNode picked(JsonNode from, List<String> members) {
        ObjectNode picked = JSON.objectNode();
        for (String each : members) {
            JsonNode value = from.path(each);
            boolean nothing = value.isContainerNode() && value.isEmpty();
            if (!value.isMissingNode() && !value.isNull() && !nothing) {
                picked.set(each, value.deepCopy());
            }
        }
        return picked;
    }

    /** With the names things have here. */
    private JsonNode here(JsonNode node) {
        if (node.isTextual()) {
            return JSON.textNode(names.getOrDefault(node.asText(), node.asText()));
        } else if (node.isArray()) {
            ArrayNode array = JSON.arrayNode();
            node.forEach(each -> array.add(here(each)));
            return array;
        } else if (node.isObject()) {
            ObjectNode object = JSON.objectNode();
            node.properties().forEach(each -> object.set(each.getKey(), here(each.getValue())));
            return object;
        }
        return node;
    }

    String cluster() {
        return cluster;
    }

    /** The port that stands here for a listener's; itself: no listener has it. */
    int port(int theirs) {
        return ports.getOrDefault(theirs, theirs);
    }
}
