package dev.dryberth.core.model;

import org.jspecify.annotations.Nullable;

/**
 * An elastic network interface: an address in a subnet and the network namespace that holds it.
 * Without a task it is one of the pool that stands ready for the next task of its subnet.
 *
 * @param id {@code eni-} and 17 hex digits
 * @param attachmentId the UUID under which a task shows it
 * @param address the private IPv4 address
 * @param runtimeId the runtime's id of the namespace's holder (a pause container), once it exists
 * @param task the task it belongs to; null: it stands ready in the pool
 */
public record Eni(
        String id,
        String attachmentId,
        Scope scope,
        String vpcId,
        String subnetId,
        String address,
        String macAddress,
        State state,
        @Nullable String runtimeId,
        @Nullable TaskArn task) {

    /** How far the interface has come. */
    public enum State {
        CREATING,
        READY,
        DELETING
    }

    /** An address of a subnet; no two interfaces have the same. */
    public record Place(String subnetId, String address) {}

    /** The name AWS's resolver gives an address, {@code ip-10-0-0-7.ec2.internal}. */
    public String privateDnsName() {
        String host = "ip-" + address.replace('.', '-');
        return scope.region().equals("us-east-1")
                ? host + ".ec2.internal"
                : host + "." + scope.region() + ".compute.internal";
    }

    public Eni inState(State next) {
        return new Eni(
                id,
                attachmentId,
                scope,
                vpcId,
                subnetId,
                address,
                macAddress,
                next,
                runtimeId,
                task);
    }

    public Eni ready(String newRuntimeId) {
        return new Eni(
                id,
                attachmentId,
                scope,
                vpcId,
                subnetId,
                address,
                macAddress,
                State.READY,
                newRuntimeId,
                task);
    }

    public Eni ownedBy(TaskArn owner) {
        return new Eni(
                id,
                attachmentId,
                scope,
                vpcId,
                subnetId,
                address,
                macAddress,
                state,
                runtimeId,
                owner);
    }
}
