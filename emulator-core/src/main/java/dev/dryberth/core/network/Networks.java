package dev.dryberth.core.network;

import dev.dryberth.core.model.Scope;
import dev.dryberth.core.model.Vpc;
import dev.dryberth.core.state.Tx;
import dev.dryberth.core.state.World;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Supplier;

/**
 * The default VPC of every scope: three subnets in three zones, a default security group and an
 * internet gateway.
 *
 * <p>It is made when it is first asked for. Its ids come from the scope alone, so they are the same
 * on every machine and after every reset. Its range is AWS's own 172.31.0.0/16 where that is free,
 * because address ranges are real here: a VPC becomes a Docker network, and one that overlaps a
 * network the machine already has would cut the machine off from it. Loop thread only.
 */
public final class Networks {

    private static final List<String> ZONES = List.of("a", "b", "c");
    private static final int VPC_PREFIX = 16;
    private static final int SUBNET_PREFIX = 20;

    private final @Nullable Cidr fixed;
    private final Supplier<List<Cidr>> rangesInUse;

    /**
     * Makes VPCs where there is room.
     *
     * @param fixed the range the first VPC must have; null: one that is free
     * @param rangesInUse the ranges of the machine's own networks, asked each time a VPC is made
     */
    public Networks(@Nullable Cidr fixed, Supplier<List<Cidr>> rangesInUse) {
        if (fixed != null && fixed.prefix() != VPC_PREFIX) {
            throw new IllegalArgumentException(
                    "VPC range: " + fixed + " (expected: a range of /" + VPC_PREFIX + ")");
        }
        this.fixed = fixed;
        this.rangesInUse = rangesInUse;
    }

    /** The default VPC of {@code scope}, made now if it does not exist. */
    public Vpc defaultVpc(Tx tx, Scope scope) {
        String id = stableId("vpc", scope, "default");
        Vpc existing = tx.world().vpcs().get(id);
        if (existing != null) {
            return existing;
        }
        Cidr range = freeRange(tx.world());
        List<Vpc.Subnet> subnets = new ArrayList<>();
        for (String zone : ZONES) {
            subnets.add(
                    new Vpc.Subnet(
                            stableId("subnet", scope, "default-" + zone),
                            range.part(subnets.size(), SUBNET_PREFIX).toString(),
                            scope.region() + zone));
        }
        Vpc vpc =
                new Vpc(
                        id,
                        scope,
                        range.toString(),
                        true,
                        stableId("igw", scope, "default"),
                        List.copyOf(subnets),
                        List.of(
                                new Vpc.SecurityGroup(
                                        stableId("sg", scope, "default"), "default")));
        tx.put(tx.world().vpcs(), id, vpc);
        return vpc;
    }

    private Cidr freeRange(World world) {
        List<Cidr> taken = new ArrayList<>(rangesInUse.get());
        for (Vpc vpc : world.vpcs().all()) {
            taken.add(Cidr.parse(vpc.cidr()));
        }
        if (fixed != null && world.vpcs().size() == 0) {
            return fixed;
        }
        for (Cidr candidate : candidates()) {
            if (taken.stream().noneMatch(candidate::overlaps)) {
                return candidate;
            }
        }
        throw new IllegalStateException(
                "every address range a VPC could have overlaps a network of this machine: "
                        + taken);
    }

    private static List<Cidr> candidates() {
        List<Cidr> ranges = new ArrayList<>();
        ranges.add(Cidr.parse("172.31.0.0/16"));
        for (int second = 255; second >= 64; second--) {
            ranges.add(Cidr.parse("10." + second + ".0.0/16"));
        }
        return ranges;
    }

    private static String stableId(String kind, Scope scope, String name) {
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256")
                            .digest(
                                    (kind
                                                    + "/"
                                                    + scope.account()
                                                    + "/"
                                                    + scope.region()
                                                    + "/"
                                                    + name)
                                            .getBytes(StandardCharsets.UTF_8));
            return kind + "-" + HexFormat.of().formatHex(digest).substring(0, 17);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
