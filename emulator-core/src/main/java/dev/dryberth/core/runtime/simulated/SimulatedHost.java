package dev.dryberth.core.runtime.simulated;

import dev.dryberth.core.model.HealthStatus;
import dev.dryberth.core.model.PortBinding;
import dev.dryberth.core.runtime.ContainerSpec;
import dev.dryberth.core.runtime.RuntimeEvent.ObservedContainer;
import dev.dryberth.core.runtime.RuntimeEvent.ObservedNamespace;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The machine the simulated containers run on: what exists, and what of it goes on when the daemon
 * dies. A simulation hands the same host to the next daemon; a real daemon starts with an empty
 * one. Used on the loop thread.
 */
public final class SimulatedHost {

    static final int FIRST_DYNAMIC_PORT = 32_768;
    static final int LAST_DYNAMIC_PORT = 60_999;

    /** By container id, the last part of the ARN. */
    final TreeMap<String, Machine> containers = new TreeMap<>();

    /** Runtime ids by the id of the interface. */
    final TreeMap<String, String> namespaces = new TreeMap<>();

    private long created;
    private int builds;
    private int nextPort = FIRST_DYNAMIC_PORT;

    /** The end of a container's processes. */
    record End(Instant at, int exitCode, boolean outOfMemory) {}

    /** One container. Mutable, as machines are: this is the world outside, not ours. */
    static final class Machine {

        final String runtimeId;
        ContainerSpec spec;
        boolean running;
        int attempt;

        /** Counts its starts, so that what was arranged for one run does not touch the next. */
        int runs;

        Script.@Nullable Life life;
        @Nullable Instant startedAt;
        @Nullable Instant finishedAt;
        @Nullable Integer exitCode;
        boolean outOfMemory;
        HealthStatus health = HealthStatus.UNKNOWN;
        List<PortBinding> bindings = List.of();

        /** How it ends because it was asked to; null: it was not. */
        @Nullable End stopped;

        Machine(String runtimeId, ContainerSpec spec) {
            this.runtimeId = runtimeId;
            this.spec = spec;
        }

        void began(int newAttempt, Instant at, List<PortBinding> ports, Script.Life newLife) {
            running = true;
            attempt = newAttempt;
            runs++;
            life = newLife;
            startedAt = at;
            finishedAt = null;
            exitCode = null;
            outOfMemory = false;
            health = HealthStatus.UNKNOWN;
            bindings = ports;
            stopped = null;
        }

        void ended(int code, boolean killedForMemory, Instant at) {
            running = false;
            exitCode = code;
            outOfMemory = killedForMemory;
            finishedAt = at;
        }

        /** The end it heads for; null: it runs on. */
        @Nullable End end() {
            Script.Exit exit = life == null ? null : life.exit();
            if (exit == null || startedAt == null) {
                return stopped;
            }
            End byItself = new End(startedAt.plus(exit.after()), exit.code(), exit.outOfMemory());
            return stopped == null || byItself.at().isBefore(stopped.at()) ? byItself : stopped;
        }

        boolean isIn(int run) {
            return running && runs == run;
        }
    }

    /** Builds all images anew: their names mean other images from now on. Loop thread. */
    public void rebuildImages() {
        builds++;
    }

    /** What an image's name means now. */
    String imageId(String image) {
        try {
            byte[] hash =
                    MessageDigest.getInstance("SHA-256")
                            .digest((image + " " + builds).getBytes(StandardCharsets.UTF_8));
            return "sha256:" + HexFormat.of().formatHex(hash);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("Every Java has SHA-256", impossible);
        }
    }

    /** Lets happen what would have happened until {@code now} while no daemon watched. */
    void catchUp(Instant now) {
        for (Machine machine : containers.values()) {
            End end = machine.running ? machine.end() : null;
            if (end != null && !end.at().isAfter(now)) {
                machine.ended(end.exitCode(), end.outOfMemory(), end.at());
            }
        }
    }

    Machine create(ContainerSpec spec) {
        Machine machine = new Machine(newId(), spec);
        containers.put(spec.containerId(), machine);
        return machine;
    }

    String createNamespace(String eniId) {
        return namespaces.computeIfAbsent(eniId, id -> newId());
    }

    /** Docker's ids are 64 hex digits; these tell at a glance in which order they were given. */
    private String newId() {
        return "%064x".formatted(++created);
    }

    @Nullable Machine byRuntimeId(String runtimeId) {
        for (Machine machine : containers.values()) {
            if (machine.runtimeId.equals(runtimeId)) {
                return machine;
            }
        }
        return null;
    }

    /** The interface whose namespace this is; null: none. */
    @Nullable String eniOf(String runtimeId) {
        for (Map.Entry<String, String> namespace : namespaces.entrySet()) {
            if (namespace.getValue().equals(runtimeId)) {
                return namespace.getKey();
            }
        }
        return null;
    }

    /**
     * Finds host ports for what a container publishes.
     *
     * @return null if one of them is taken
     */
    @Nullable List<PortBinding> allocate(List<PortBinding> wanted) {
        List<PortBinding> bindings = new ArrayList<>();
        for (PortBinding port : wanted) {
            int hostPort = port.hostPort() == 0 ? freePort() : port.hostPort();
            if (port.hostPort() != 0 && isTaken(hostPort, port.protocol())) {
                return null;
            }
            bindings.add(
                    new PortBinding(
                            port.bindIp(), port.containerPort(), hostPort, port.protocol()));
        }
        return List.copyOf(bindings);
    }

    private int freePort() {
        do {
            nextPort = nextPort == LAST_DYNAMIC_PORT ? FIRST_DYNAMIC_PORT : nextPort + 1;
        } while (isTaken(nextPort, "tcp") || isTaken(nextPort, "udp"));
        return nextPort;
    }

    private boolean isTaken(int hostPort, String protocol) {
        for (Machine machine : containers.values()) {
            for (PortBinding binding :
                    machine.running ? machine.bindings : List.<PortBinding>of()) {
                if (binding.hostPort() == hostPort && binding.protocol().equals(protocol)) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Every container that exists, in the order of container ids. */
    public List<ObservedContainer> observedContainers() {
        return containers.values().stream().map(SimulatedHost::observed).toList();
    }

    private static ObservedContainer observed(Machine machine) {
        return new ObservedContainer(
                machine.runtimeId,
                machine.spec.task(),
                machine.spec.name(),
                machine.running,
                machine.startedAt,
                machine.exitCode,
                machine.outOfMemory,
                machine.finishedAt,
                machine.health,
                machine.bindings);
    }

    public List<ObservedNamespace> observedNamespaces() {
        List<ObservedNamespace> observed = new ArrayList<>();
        namespaces.forEach(
                (eniId, runtimeId) -> observed.add(new ObservedNamespace(runtimeId, eniId, true)));
        return observed;
    }
}
