package dev.dryberth.core.model;

import java.util.List;

/** Where tasks with an interface of their own may get it. */
public record SubnetChoice(String vpcId, List<String> subnetIds) {}
