package dev.dryberth.cli;

import com.fasterxml.jackson.databind.JsonNode;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "network",
        description = "Shows the VPCs of the daemon: subnets, security groups and their ids.",
        mixinStandardHelpOptions = true)
final class NetworkCommand implements Runnable {
    @Mixin private final EndpointOptions endpoint = new EndpointOptions();

    @Override
    public void run() {
        for (JsonNode vpc : endpoint.client().get("/_dryberth/network").path("vpcs")) {
            System.out.printf("%-28s %-18s %s%n", text(vpc, "id"), text(vpc, "cidr"), "VPC");
            for (JsonNode subnet : vpc.path("subnets")) {
                System.out.printf(
                        "%-28s %-18s subnet in %s%n",
                        text(subnet, "id"), text(subnet, "cidr"), text(subnet, "availabilityZone"));
            }
            for (JsonNode group : vpc.path("securityGroups")) {
                System.out.printf(
                        "%-28s %-18s security group %s%n",
                        text(group, "id"), "", text(group, "name"));
            }
            System.out.printf("%-28s %-18s internet gateway%n", text(vpc, "internetGatewayId"), "");
        }
    }

    private static String text(JsonNode node, String field) {
        return node.path(field).asText();
    }
}
