package dev.dryberth.core.model;

import java.time.Instant;
import java.util.List;

/**
 * A container instance: a machine that runs tasks of launch type EC2. What its tasks hold is never
 * stored here; remaining resources are always computed from the tasks themselves, so they cannot
 * drift.
 */
public record ContainerInstance(
        ContainerInstanceArn arn,
        String ec2InstanceId,
        Status status,
        boolean agentConnected,
        int cpuUnits,
        int memoryMiB,
        List<Integer> reservedTcpPorts,
        List<Integer> reservedUdpPorts,
        List<Attribute> attributes,
        Instant registeredAt,
        long version,
        List<Tag> tags) {

    /** The lifecycle of an instance as DescribeContainerInstances shows it. */
    public enum Status {
        ACTIVE,
        DRAINING,
        INACTIVE
    }

    public ContainerInstance withAttributes(List<Attribute> next) {
        return new ContainerInstance(
                arn,
                ec2InstanceId,
                status,
                agentConnected,
                cpuUnits,
                memoryMiB,
                reservedTcpPorts,
                reservedUdpPorts,
                next,
                registeredAt,
                version,
                tags);
    }

    public ContainerInstance withTags(List<Tag> next) {
        return new ContainerInstance(
                arn,
                ec2InstanceId,
                status,
                agentConnected,
                cpuUnits,
                memoryMiB,
                reservedTcpPorts,
                reservedUdpPorts,
                attributes,
                registeredAt,
                version,
                next);
    }
}
