package dev.dryberth.core.runtime.docker;

import com.github.dockerjava.api.model.Network;

import dev.dryberth.core.runtime.docker.Reasons.Refused;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The network of functions' containers: a bridge whose range the engine chooses and whose gateway
 * is this machine. They reach the world through it, but not one another.
 */
final class FunctionNetwork {

    private final Engine engine;
    private final String instanceId;

    FunctionNetwork(Engine engine, String instanceId) {
        this.engine = engine;
        this.instanceId = instanceId;
    }

    /** The gateway's address. The network is looked at each time: somebody may have removed it. */
    String ensure() {
        Network found = find();
        if (found == null) {
            Map<String, String> options = new LinkedHashMap<>();
            options.put("com.docker.network.bridge.enable_icc", "false");
            engine.calls()
                    .createNetworkCmd()
                    .withName(Names.functionNetwork(instanceId))
                    .withDriver("bridge")
                    .withCheckDuplicate(true)
                    .withLabels(Labels.functionNetwork(instanceId))
                    .withOptions(options)
                    .exec();
            found = find();
        }
        if (found != null && found.getIpam() != null && found.getIpam().getConfig() != null) {
            for (Network.Ipam.Config each : found.getIpam().getConfig()) {
                if (each.getGateway() != null) {
                    return each.getGateway();
                }
            }
        }
        throw new Refused(
                "Docker network '" + Names.functionNetwork(instanceId) + "' has no gateway");
    }

    private @org.jspecify.annotations.Nullable Network find() {
        List<Network> found =
                engine.calls()
                        .listNetworksCmd()
                        .withNameFilter(Names.functionNetwork(instanceId))
                        .exec();
        for (Network each : found) {
            if (each.getName().equals(Names.functionNetwork(instanceId))) {
                return each;
            }
        }
        return null;
    }
}
