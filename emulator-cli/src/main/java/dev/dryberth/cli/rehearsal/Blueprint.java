package dev.dryberth.cli.rehearsal;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.dryberth.cli.rehearsal.Endpoint.AwsApi;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A service and all it stands on, as its daemon describes them: AWS's own answers, unchanged.
 *
 * @param service of DescribeServices
 * @param taskDefinition of DescribeTaskDefinition
 * @param vpc the daemon's default VPC
 * @param groups of DescribeTargetGroups, with {@code Attributes}
 * @param balancers of DescribeLoadBalancers, with {@code Attributes}, {@code Listeners}, and each
 *     listener's {@code Rules}
 * @param certificates of ACM's DescribeCertificate, that listeners serve
 * @param alarms of DescribeAlarms, that the service's deployments heed
 */
record Blueprint(
        JsonNode service,
        JsonNode taskDefinition,
        JsonNode vpc,
        List<ObjectNode> groups,
        List<ObjectNode> balancers,
        List<JsonNode> certificates,
        List<JsonNode> alarms) {

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    /**
     * Reads a service.
     *
     * @throws RehearsalException if there is none, or it is of a kind that can't be rehearsed
     */
    static Blueprint read(Endpoint from, String cluster, String name) {
        JsonNode service = service(from, cluster, name);
        JsonNode definition = taskDefinition(from, service.path("taskDefinition").asText());
        Set<String> wanted = new TreeSet<>();
        for (JsonNode each : service.path("loadBalancers")) {
            wanted.add(each.path("targetGroupArn").asText());
            JsonNode alternate = each.at("/advancedConfiguration/alternateTargetGroupArn");
            if (alternate.isTextual()) {
                wanted.add(alternate.asText());
            }
        }
        Map<String, ObjectNode> groups = new TreeMap<>();
        List<ObjectNode> balancers = new ArrayList<>();
        if (!wanted.isEmpty()) {
            ObjectNode members = JSON.objectNode();
            wanted.forEach(members.putArray("TargetGroupArns")::add);
            groups(from, members, groups);
            Set<String> arns = new TreeSet<>();
            groups.values()
                    .forEach(group ->
                            group.path("LoadBalancerArns").forEach(arn -> arns.add(arn.asText())));
            for (String arn : arns) {
                balancers.add(balancer(from, arn));
                groups(from, JSON.objectNode().put("LoadBalancerArn", arn), groups);
            }
        }
        return new Blueprint(
                service,
                definition,
                defaultVpc(from, service.path("serviceArn").asText()),
                List.copyOf(groups.values()),
                balancers,
                certificates(from, balancers),
                alarms(from, service));
    }

    /**
     * A service as it is described.
     *
     * @throws RehearsalException if there is none, or it is of a kind that can't be rehearsed
     */
    static JsonNode service(Endpoint from, String cluster, String name) {
        ObjectNode asked = JSON.objectNode().put("cluster", cluster);
        asked.putArray("services").add(name);
        asked.putArray("include").add("TAGS");
        JsonNode service = from.call(AwsApi.ECS, "DescribeServices", asked).at("/services/0");
        check(cluster, name, service);
        return service;
    }

    private static void check(String cluster, String name, JsonNode service) {
        if (!service.path("status").asText().equals("ACTIVE")) {
            throw new RehearsalException(
                    "there is no active service %s in cluster %s (of the daemon's own region; another's is named by its ARN)"
                            .formatted(name, cluster));
        }
        String controller = service.at("/deploymentController/type").asText("ECS");
        if (!controller.equals("ECS")) {
            throw new RehearsalException(
                    "only services with the ECS deployment controller can be rehearsed (%s has %s)"
                            .formatted(name, controller));
        }
    }

    /** The default VPC of the region and account of an ARN, as the daemon's own page shows it. */
    static JsonNode defaultVpc(Endpoint daemon, String arn) {
        JsonNode vpcs = daemon.page("/_dryberth/network").path("vpcs");
        for (JsonNode each : vpcs) {
            String scope = each.path("region").asText() + ":" + each.path("account").asText();
            if (arn.contains(":" + scope + ":")) {
                return each;
            }
        }
        return vpcs.path(0);
    }

    /** By its name or ARN. */
    static JsonNode taskDefinition(Endpoint from, String name) {
        return from.call(
                        AwsApi.ECS,
                        "DescribeTaskDefinition",
                        JSON.objectNode().put("taskDefinition", name))
                .path("taskDefinition");
    }

    private static void groups(Endpoint from, ObjectNode asked, Map<String, ObjectNode> into) {
        for (JsonNode each : elb(from, "DescribeTargetGroups", asked).path("TargetGroups")) {
            ObjectNode group = each.deepCopy();
            String arn = group.path("TargetGroupArn").asText();
            group.set(
                    "Attributes",
                    elb(
                                    from,
                                    "DescribeTargetGroupAttributes",
                                    JSON.objectNode().put("TargetGroupArn", arn))
                            .path("Attributes"));
            into.put(arn, group);
        }
    }

    private static ObjectNode balancer(Endpoint from, String arn) {
        ObjectNode members = JSON.objectNode();
        members.putArray("LoadBalancerArns").add(arn);
        ObjectNode balancer =
                elb(from, "DescribeLoadBalancers", members).at("/LoadBalancers/0").deepCopy();
        ObjectNode its = JSON.objectNode().put("LoadBalancerArn", arn);
        balancer.set(
                "Attributes", elb(from, "DescribeLoadBalancerAttributes", its).path("Attributes"));
        for (JsonNode each : elb(from, "DescribeListeners", its).path("Listeners")) {
            ObjectNode listener = each.deepCopy();
            listener.set(
                    "Rules",
                    elb(
                                    from,
                                    "DescribeRules",
                                    JSON.objectNode()
                                            .put(
                                                    "ListenerArn",
                                                    listener.path("ListenerArn").asText()))
                            .path("Rules"));
            balancer.withArray("Listeners").add(listener);
        }
        return balancer;
    }

    private static List<JsonNode> certificates(Endpoint from, List<ObjectNode> balancers) {
        Set<String> arns = new TreeSet<>();
        for (ObjectNode balancer : balancers) {
            for (JsonNode listener : balancer.path("Listeners")) {
                listener.path("Certificates")
                        .forEach(each -> arns.add(each.path("CertificateArn").asText()));
            }
        }
        return arns.stream()
                .map(arn ->
                        from.call(
                                        AwsApi.ACM,
                                        "DescribeCertificate",
                                        JSON.objectNode().put("CertificateArn", arn))
                                .path("Certificate"))
                .toList();
    }

    private static List<JsonNode> alarms(Endpoint from, JsonNode service) {
        JsonNode names = service.at("/deploymentConfiguration/alarms/alarmNames");
        if (names.isEmpty()) {
            return List.of();
        }
        ObjectNode asked = JSON.objectNode();
        asked.set("AlarmNames", names);
        List<JsonNode> alarms = new ArrayList<>();
        from.call(AwsApi.CLOUDWATCH, "DescribeAlarms", asked)
                .path("MetricAlarms")
                .forEach(alarms::add);
        return alarms;
    }

    /** What an ELBv2 operation answers, without what is wrapped around it. */
    static JsonNode elb(Endpoint daemon, String operation, JsonNode members) {
        return daemon.elb(operation, QueryForm.of(members))
                .path(operation + "Response")
                .path(operation + "Result");
    }
}
